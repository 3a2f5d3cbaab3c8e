/**
 * Says how many words the text has.
 * @param {HTMLFormElement} form
 * @param {HTMLTextAreaElement} text
 */
export function countWords(form, text) {
  const place = /** @type {HTMLElement} */ (form.querySelector('[data-words]'))
  const show = () => {
    const count = text.value.trim().split(/\s+/u).filter(Boolean).length
    const words = count === 1 ? place.dataset['one'] : place.dataset['other']
    place.textContent = (words ?? '').replace(/\d+/, String(count))
  }
  text.addEventListener('input', show)
  show()
}
