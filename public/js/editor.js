import { enhanceTools } from './tools.js'

const PAUSE = 1200
const RETRY = 8000

/**
 * The editor: saves the draft while one types, says truly whether it is saved, counts words, shows a preview.
 * @param {Element} form
 */
export function enhanceEditor(form) {
  if (!(form instanceof HTMLFormElement)) return
  const text = /** @type {HTMLTextAreaElement} */ (form.querySelector('[data-text]'))
  enhanceTools(form, text)
  countWords(form, text)
  enhancePreview(form, text)
  saveWhileTyping(form)
}

/**
 * @param {HTMLFormElement} form
 */
function saveWhileTyping(form) {
  const state = /** @type {HTMLElement} */ (form.querySelector('[data-state]'))
  const words = /** @type {HTMLElement} */ (state.querySelector('span'))
  const version = /** @type {HTMLInputElement} */ (form.elements.namedItem('version'))
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  let saved = content(form)
  let busy = false
  let over = false

  /** @param {string} line @param {boolean} done */
  const say = (line, done) => {
    state.hidden = false
    state.toggleAttribute('data-pending', !done)
    words.textContent = line
  }

  const later = (/** @type {number} */ delay) => {
    clearTimeout(timer)
    timer = setTimeout(save, delay)
  }

  async function save() {
    const now = content(form)
    if (busy || over || now === saved) return
    busy = true
    say(form.dataset['saving'] ?? '', false)
    try {
      const answer = await fetch(form.action, {
        method: 'POST',
        headers: { accept: 'application/json' },
        body: draftOf(form),
      })
      if (answer.status === 409) {
        over = true
        say(form.dataset['clash'] ?? '', false)
        return
      }
      if (!answer.ok) throw new Error(String(answer.status))
      const done = await answer.json()
      version.value = String(done.version)
      saved = now
      if (content(form) === saved) say((form.dataset['saved'] ?? '').replace('%', done.saved_at_words), true)
    } catch {
      say(form.dataset['unsaved'] ?? '', false)
      later(RETRY)
    } finally {
      busy = false
    }
    if (content(form) !== saved && !over) later(PAUSE)
  }

  form.addEventListener('input', () => {
    if (!over) say(form.dataset['saving'] ?? '', false)
    later(PAUSE)
  })
  form.addEventListener('submit', () => {
    over = true
    clearTimeout(timer)
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') save()
  })
  window.addEventListener('beforeunload', (event) => {
    if (!over && content(form) !== saved) event.preventDefault()
  })
}

/** @param {HTMLFormElement} form */
function draftOf(form) {
  const fields = new URLSearchParams()
  for (const [name, value] of new FormData(form)) {
    if (name !== 'once' && name !== 'intent') fields.append(name, String(value))
  }
  fields.append('intent', 'draft')
  return fields
}

/** @param {HTMLFormElement} form */
function content(form) {
  const fields = draftOf(form)
  fields.delete('version')
  return fields.toString()
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLTextAreaElement} text
 */
function countWords(form, text) {
  const place = /** @type {HTMLElement} */ (form.querySelector('[data-words]'))
  const show = () => {
    const count = text.value.trim().split(/\s+/u).filter(Boolean).length
    const words = count === 1 ? place.dataset['one'] : place.dataset['other']
    place.textContent = (words ?? '').replace(/\d+/, String(count))
  }
  text.addEventListener('input', show)
  show()
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLTextAreaElement} text
 */
function enhancePreview(form, text) {
  const row = /** @type {HTMLElement} */ (form.querySelector('[data-preview-row]'))
  const button = /** @type {HTMLButtonElement} */ (form.querySelector('[data-preview-button]'))
  const pane = /** @type {HTMLElement} */ (form.querySelector('[data-preview]'))
  const place = /** @type {HTMLElement} */ (form.querySelector('[data-preview-html]'))
  row.hidden = false
  button.addEventListener('click', async () => {
    const open = pane.hidden
    if (open) {
      const answer = await fetch('/preview', { method: 'POST', body: new URLSearchParams({ body: text.value }) })
      if (!answer.ok) return
      place.innerHTML = await answer.text()
    }
    pane.hidden = !open
    button.setAttribute('aria-expanded', String(open))
  })
}
