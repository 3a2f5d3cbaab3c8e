import { shrinkPhoto } from '../../text/shrink-photo.js'
import { listPictures } from './picture-list.js'
import { insertPicture } from './pictures-in-text.js'
import { sendPicture } from './send-picture.js'

const AT_ONCE = 2

/**
 * @typedef {object} Coming
 * @property {File} file
 * @property {Element} row
 * @property {'waiting' | 'sending' | 'lost' | 'here' | 'over'} state `over`: refused or taken away
 * @property {string} markdown
 * @property {() => void} stop
 */

/**
 * Pictures by button, paste and drop: each shows how far it is, waits for the network where it is gone, and comes into
 * the text in the order in which they were chosen. The text itself is never touched otherwise.
 * @param {HTMLFormElement} form
 * @param {HTMLTextAreaElement} text
 */
export function enhancePictureUpload(form, text) {
  const tray = /** @type {HTMLElement | null} */ (form.querySelector('[data-pictures]'))
  if (!tray) return
  const find = (/** @type {string} */ name) => /** @type {HTMLElement} */ (tray.querySelector(name))
  const input = /** @type {HTMLInputElement} */ (find('input[type=file]'))
  const list = find('[data-picture-list]')
  const said = find('[data-picture-said]')
  const template = /** @type {HTMLTemplateElement} */ (find('[data-picture-coming]'))
  const words = tray.dataset
  /** @type {Coming[][]} what was chosen together */
  const batches = []
  let untouched = true
  /** @type {{ button: HTMLElement | null } | null} */
  let held = null

  listPictures(tray, text)
  find('[data-picture-plain]').hidden = true
  find('[data-picture-plain] button').setAttribute('disabled', '')
  find('[data-picture-row]').hidden = false
  find('[data-picture-button]').addEventListener('click', () => input.click())

  const all = () => batches.flat()
  const underWay = () => all().filter(({ state }) => state === 'waiting' || state === 'sending' || state === 'lost')

  /** @param {Iterable<File>} files */
  function add(files) {
    const batch = Array.from(files, makeComing)
    if (batch.length === 0) return
    batches.push(batch)
    list.hidden = false
    said.textContent = ''
    go()
  }

  /** @param {File} file @returns {Coming} */
  function makeComing(file) {
    const row = /** @type {Element} */ (template.content.firstElementChild?.cloneNode(true))
    /** @type {Coming} */
    const coming = { file, row, state: 'waiting', markdown: '', stop: () => {} }
    part(coming, '[data-name]').textContent = file.name
    part(coming, '[data-again]').addEventListener('click', () => again(coming))
    part(coming, '[data-remove]').addEventListener('click', () => {
      coming.state = 'over'
      coming.stop()
      row.remove()
      settle()
    })
    list.append(row)
    return coming
  }

  /** Sends what waits, a few at a time. */
  function go() {
    for (const coming of all()) {
      if (all().filter(({ state }) => state === 'sending').length >= AT_ONCE) return
      if (coming.state === 'waiting') sendOne(coming)
    }
  }

  /** @param {Coming} coming */
  async function sendOne(coming) {
    coming.state = 'sending'
    say(coming, (words['sending'] ?? '').replace('%', '0'), 0)
    coming.file = await shrinkPhoto(coming.file)
    // taken out meanwhile
    if (coming.state !== 'sending') return go()
    const showShare = (/** @type {number} */ share) => {
      const line = (words['sending'] ?? '').replace('%', String(Math.round(share * 100)))
      say(coming, share === 1 ? (words['working'] ?? '') : line, share)
    }
    const { done, stop } = sendPicture(coming.file, showShare, words['tooLarge'] ?? '')
    coming.stop = stop
    try {
      const { picture, problem } = await done
      if (coming.state !== 'sending') return
      if (picture) {
        coming.markdown = picture.markdown
        coming.state = 'here'
      } else {
        coming.state = 'over'
        say(coming, problem || (words['refused'] ?? ''), null)
      }
    } catch (error) {
      if (coming.state !== 'sending') return
      coming.state = 'lost'
      say(coming, Object(error).message || (words['lost'] ?? ''), null)
      part(coming, '[data-again]').hidden = false
    }
    settle()
    go()
  }

  /** @param {Coming} coming */
  function again(coming) {
    coming.state = 'waiting'
    part(coming, '[data-again]').hidden = true
    go()
  }

  /** What is here comes into the text, as soon as what was chosen before it is here too or will not come. */
  function settle() {
    for (const batch of batches) {
      let after = ''
      for (const coming of batch) {
        if (coming.state === 'waiting' || coming.state === 'sending') break
        if (coming.state === 'here' && coming.row.isConnected) {
          coming.row.remove()
          insertPicture(text, coming.markdown, after, untouched)
          said.textContent = words['added'] ?? ''
        }
        if (coming.markdown) after = coming.markdown
      }
    }
    list.hidden = list.children.length === 0
    if (held && underWay().length === 0) {
      const { button } = held
      held = null
      form.requestSubmit(button)
    }
  }

  text.addEventListener('focus', () => {
    untouched = false
  })
  input.addEventListener('change', () => {
    add(input.files ?? [])
    // else it would be sent once more with the form
    input.value = ''
  })
  text.addEventListener('paste', (event) => {
    const files = event.clipboardData?.files ?? []
    // from a word processor comes a picture of the words too
    if (files.length === 0 || event.clipboardData?.types.includes('text/plain')) return
    event.preventDefault()
    add(files)
  })
  // anywhere in the window: beside the text, the browser would leave the page to show the file
  for (const name of /** @type {const} */ (['dragover', 'drop'])) {
    window.addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes('Files')) return
      event.preventDefault()
      tray.toggleAttribute('data-drop', name === 'dragover')
      if (name === 'drop') add(event.dataTransfer.files)
    })
  }
  window.addEventListener('dragleave', () => tray.removeAttribute('data-drop'))
  window.addEventListener('online', () => {
    for (const coming of all()) if (coming.state === 'lost') again(coming)
  })
  window.addEventListener('beforeunload', (event) => {
    if (underWay().length > 0) event.preventDefault()
  })
  form.addEventListener(
    'submit',
    (event) => {
      if (underWay().length === 0) return
      event.preventDefault()
      event.stopImmediatePropagation()
      held = { button: event.submitter }
      said.textContent = words['hold'] ?? ''
    },
    { capture: true },
  )
}

/** @param {Coming} coming @param {string} name */
function part(coming, name) {
  return /** @type {HTMLElement} */ (coming.row.querySelector(name))
}

/** @param {Coming} coming @param {string} line @param {number | null} share null: nothing moves any more */
function say(coming, line, share) {
  part(coming, '[data-says]').textContent = line
  const bar = /** @type {HTMLProgressElement} */ (part(coming, 'progress'))
  bar.hidden = share === null
  if (share === null) return
  // once it is there, nobody knows how long the server takes
  if (share === 1) bar.removeAttribute('value')
  else bar.value = share
}
