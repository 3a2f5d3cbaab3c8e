import { movedPicture } from './move-picture.js'

// Pictures in a Markdown text: ![what is on it](/images/12)

/** @typedef {{ id: string, alt: string, from: number, to: number }} PictureInText */

const PICTURE = /!\[((?:\\.|[^\]\\])*)\]\(\/images\/([1-9]\d{0,14})\)/g

/** @param {string} text @returns {PictureInText[]} */
export function picturesIn(text) {
  return Array.from(text.matchAll(PICTURE), (found) => ({
    id: found[2] ?? '',
    alt: (found[1] ?? '').replace(/\\([[\]\\])/g, '$1'),
    from: found.index,
    to: found.index + found[0].length,
  }))
}

/** @param {HTMLTextAreaElement} text @param {PictureInText} picture @param {string} alt */
export function describePicture(text, picture, alt) {
  const words = alt.replace(/\s+/g, ' ').replace(/[[\]\\]/g, '\\$&')
  put(text, `![${words}](/images/${picture.id})`, picture.from, picture.to)
}

/** Takes a picture out, with the empty lines that stood around it. @param {HTMLTextAreaElement} text @param {PictureInText} picture */
export function removePicture(text, picture) {
  const before = text.value.slice(0, picture.from).trimEnd()
  const after = text.value.slice(picture.to)
  const rest = after.trimStart()
  put(text, before && rest ? '\n\n' : '', before.length, text.value.length - rest.length)
}

/** @param {HTMLTextAreaElement} text @param {PictureInText} picture @param {-1 | 1} by @returns {string | null} what it stands before now */
export function movePicture(text, picture, by) {
  const done = movedPicture(text.value, picture, by)
  if (!done) return null
  put(text, done.text, 0, text.value.length)
  return done.before
}

/**
 * Puts pictures in as paragraphs of their own: after another one, else after the line that is being written. Where one
 * was typing, one goes on typing.
 * @param {HTMLTextAreaElement} text @param {string} markdown @param {string} after
 * @param {boolean} atEnd nobody has been in the text yet
 */
export function insertPicture(text, markdown, after, atEnd) {
  const { value } = text
  const found = after ? value.indexOf(after) : -1
  const line = atEnd ? -1 : value.indexOf('\n', text.selectionEnd)
  const at = found >= 0 ? found + after.length : line === -1 ? value.length : line
  const before = value.slice(0, at).trim() ? breakBetween(/\n*$/.exec(value.slice(0, at))?.[0] ?? '') : ''
  put(text, before + markdown + breakBetween(/^\n*/.exec(value.slice(at))?.[0] ?? ''), at, at)
}

/** @param {string} there the line ends that are there already */
function breakBetween(there) {
  return '\n\n'.slice(Math.min(there.length, 2))
}

/** @param {HTMLTextAreaElement} text @param {string} words @param {number} from @param {number} to */
function put(text, words, from, to) {
  text.setRangeText(words, from, to, 'preserve')
  text.dispatchEvent(new InputEvent('input', { bubbles: true }))
}
