import { enhanceMentions } from '../text/mentions.js'

/**
 * Opens the form for an answer to an answer where it belongs, out of the one that stands below all of them: what was
 * written there stays. Without this the link asks the server for it.
 * @param {Element} link
 */
export function enhanceReplyForm(link) {
  const below = document.querySelector('form#answer')
  if (!(link instanceof HTMLAnchorElement) || !(below instanceof HTMLFormElement)) return
  link.addEventListener('click', (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    const thread = link.dataset['answer'] ?? ''
    const form = formUnder(below, thread)
    const words = document.createElement('h3')
    words.className = 'unseen'
    words.textContent = link.textContent
    link.replaceWith(words, form)
    const field = form.querySelector('textarea')
    if (!field) return
    enhanceMentions(field)
    field.focus()
  })
}

/**
 * @param {HTMLFormElement} below
 * @param {string} thread
 */
function formUnder(below, thread) {
  const form = /** @type {HTMLFormElement} */ (below.cloneNode(true))
  form.removeAttribute('id')
  for (const part of form.querySelectorAll('.hint, .problem, .offer, [role=status]')) part.remove()
  const parent = document.createElement('input')
  Object.assign(parent, { type: 'hidden', name: 'parent', value: thread })
  form.prepend(parent)
  const once = form.querySelector('input[name=once]')
  if (once instanceof HTMLInputElement) once.value = newOnce()
  const field = form.querySelector('textarea')
  if (field) {
    field.id = `answer-${thread}`
    field.rows = 3
    field.value = ''
    for (const name of field.getAttributeNames()) if (name.startsWith('aria-')) field.removeAttribute(name)
    form.querySelector('label')?.setAttribute('for', field.id)
  }
  form.querySelector('.button.main')?.classList.remove('main')
  return form
}

/** As the server makes them: 128 bits. */
function newOnce() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
