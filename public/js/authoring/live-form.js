import { enhanceIconPicker } from './icon-picker.js'

const PAUSE = 300

/**
 * Shows what a form makes while one types: asks for the page that its preview button shows, and takes from it what
 * changes. Everything else stays with the form.
 * @param {Element} element
 */
export function enhanceLiveForm(element) {
  const form = /** @type {HTMLFormElement} */ (element)
  const icons = /** @type {HTMLElement | null} */ (form.querySelector('[data-icons]'))
  if (icons) enhanceIconPicker(icons)
  for (const row of form.querySelectorAll('[data-preview-row]')) /** @type {HTMLElement} */ (row).hidden = true
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  let asked = 0
  const show = async () => {
    asked += 1
    const mine = asked
    const page = await previewOf(form)
    // a slow answer must not cover a later one
    if (page === null || mine !== asked) return
    for (const part of form.querySelectorAll('[data-live]')) {
      const fresh = page.querySelector(`[data-live="${/** @type {HTMLElement} */ (part).dataset['live']}"]`)
      if (fresh) part.replaceChildren(...fresh.childNodes)
    }
  }
  const soon = () => {
    clearTimeout(timer)
    timer = setTimeout(show, PAUSE)
  }
  form.addEventListener('input', soon)
  form.addEventListener('change', soon)
  // on a slow line somebody writes before this arrives
  if ([...form.elements].some(isTyped)) soon()
}

/** @param {Element} field */
function isTyped(field) {
  const holds_text =
    field instanceof HTMLTextAreaElement || (field instanceof HTMLInputElement && field.type === 'text')
  return holds_text && field.value !== field.defaultValue
}

/** @param {HTMLFormElement} form @returns {Promise<Document | null>} null where nobody answered as expected */
async function previewOf(form) {
  const body = new URLSearchParams()
  for (const [name, value] of new FormData(form)) body.append(name, String(value))
  body.set('intent', 'preview')
  try {
    const answer = await fetch(form.action, { method: 'POST', body })
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), 'text/html') : null
  } catch {
    return null
  }
}
