import { enhancePreview } from './preview.js'
import { enhanceTools } from './tools.js'
import { countWords } from './word-count.js'

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
  // on a slow line somebody writes before this arrives
  let saved = isTouched(form) ? '' : content(form)
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
  if (content(form) !== saved) later(PAUSE)
}

/** Whether something was written since the page came. @param {HTMLFormElement} form */
function isTouched(form) {
  return Array.from(form.elements).some(
    (field) =>
      (field instanceof HTMLTextAreaElement || (field instanceof HTMLInputElement && field.type === 'text')) &&
      field.value !== field.defaultValue,
  )
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
