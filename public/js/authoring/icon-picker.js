/**
 * All icons to look at and press, beside the field for the name of one. They are drawn when the list is first opened.
 * @param {HTMLElement} part
 */
export function enhanceIconPicker(part) {
  const field = /** @type {HTMLInputElement} */ (part.querySelector('input[name=icon]'))
  const all = /** @type {HTMLDetailsElement} */ (part.querySelector('[data-icons-all]'))
  const here = /** @type {HTMLElement} */ (part.querySelector('[data-icons-here]'))
  const find = /** @type {HTMLInputElement} */ (part.querySelector('[data-icons-find]'))
  all.hidden = false
  const show = () => {
    const wanted = find.value.trim().toLowerCase().replaceAll(' ', '-')
    for (const chip of here.children) /** @type {HTMLElement} */ (chip).hidden = !chip.textContent?.includes(wanted)
  }
  all.addEventListener('toggle', () => draw(here, field, part.dataset['icons'] ?? '').then(show), { once: true })
  find.addEventListener('input', show)
  // it looks for an icon and never sends the form
  find.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') event.preventDefault()
  })
  field.addEventListener('input', () => mark(here, field.value))
}

/** @param {HTMLElement} here @param {HTMLInputElement} field @param {string} address */
async function draw(here, field, address) {
  const answer = await fetch(address)
  if (!answer.ok) return
  /** @type {Record<string, string>} */
  const icons = await answer.json()
  const chips = Object.entries(icons).map(([name, markup]) => {
    const chip = document.createElement('label')
    chip.className = 'chip'
    chip.title = name
    chip.innerHTML = `<input type="radio" name="drawn" value="${name}"><svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${markup}</svg><span class="unseen">${name}</span>`
    return chip
  })
  here.replaceChildren(...chips)
  mark(here, field.value)
  here.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return
    field.value = target.value
    mark(here, field.value)
  })
}

/** @param {HTMLElement} here @param {string} name */
function mark(here, name) {
  for (const input of here.querySelectorAll('input')) input.checked = input.value === name
}
