/** As `hasVisibleCharacter` of the server. */
const VISIBLE = /[^\s\p{C}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u

/**
 * Says how many words the text has.
 * @param {HTMLFormElement} form
 * @param {HTMLTextAreaElement} text
 */
export function countWords(form, text) {
  const place = /** @type {HTMLElement} */ (form.querySelector('[data-words]'))
  const hints = /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll('[data-word-goal]'))
  const show = () => {
    const count = text.value.split(/\s+/u).filter((word) => VISIBLE.test(word)).length
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
