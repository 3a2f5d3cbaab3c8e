/**
 * Says how many words the text has.
 * @param {HTMLFormElement} form
 * @param {HTMLTextAreaElement} text
 */
export function countWords(form, text) {
  const place = /** @type {HTMLElement} */ (form.querySelector('[data-words]'))
  const hint = /** @type {HTMLElement | null} */ (form.querySelector('[data-write-first]'))
  const show = () => {
    const count = text.value.trim().split(/\s+/u).filter(Boolean).length
    const words = count === 1 ? place.dataset['one'] : place.dataset['other']
    place.textContent = (words ?? '').replace(/\d+/, String(count))
    if (hint) hint.textContent = toWrite(hint, Number(hint.dataset['writeFirst']) - count)
  }
  text.addEventListener('input', show)
  show()
}

/**
 * How many words of one's own are still to come until others' words open.
 * @param {HTMLElement} hint
 * @param {number} left
 */
function toWrite(hint, left) {
  const { one = '', other = '', done = '' } = hint.dataset
  if (left <= 0) return done
  return left === 1 ? one : other.replace('0', String(left))
}
