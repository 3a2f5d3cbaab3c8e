/** As `hasVisibleCharacter` of the server. */
const VISIBLE = /[^\s\p{C}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u

const SIGNS = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\u30fc]+/gu
const LETTERS = /[\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]+/gu

/**
 * As `countWords` of the server (server/reflections/markdown/word-count.ts), which decides.
 * @param {string} text
 */
export function wordCount(text) {
  const parted = text.replace(SIGNS, (run) => wordsOf(run, 2)).replace(LETTERS, (run) => wordsOf(run, 4))
  return parted.split(/\s+/u).filter((word) => VISIBLE.test(word)).length
}

/**
 * @param {string} run
 * @param {number} signs_a_word
 */
function wordsOf(run, signs_a_word) {
  const signs = [...run.replace(/\p{M}/gu, '')].length
  return ` ${'x '.repeat(Math.max(1, Math.round(signs / signs_a_word)))}`
}

/**
 * Says how many words the text has.
 * @param {HTMLFormElement} form
 * @param {HTMLTextAreaElement} text
 */
export function countWords(form, text) {
  const place = /** @type {HTMLElement} */ (form.querySelector('[data-words]'))
  const hints = /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll('[data-word-goal]'))
  const show = () => {
    const count = wordCount(text.value)
    const words = count === 1 ? place.dataset['one'] : place.dataset['other']
    place.textContent = (words ?? '').replace(/\d+/, String(count))
    for (const hint of hints) hint.textContent = toWrite(hint, Number(hint.dataset['wordGoal']) - count)
  }
  text.addEventListener('input', show)
  show()
}

/**
 * How many words are still to come until others' words open, or the thing counts as done.
 * @param {HTMLElement} hint
 * @param {number} left
 */
function toWrite(hint, left) {
  const { one = '', other = '', done = '' } = hint.dataset
  if (left <= 0) return done
  return left === 1 ? one : other.replace('0', String(left))
}
