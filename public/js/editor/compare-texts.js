/**
 * Shows another text beside the one in the form, which stays as it is until one of two buttons is pressed.
 * @param {HTMLFormElement} form
 * @param {'offer' | 'clash'} name which of the page's templates
 * @param {{ title: string, body: string, time?: string }} other
 * @param {{ take: () => void, leave: () => void }} acts
 */
export function showComparison(form, name, other, { take, leave }) {
  const template = /** @type {HTMLTemplateElement} */ (form.querySelector(`template[data-${name}]`))
  const section = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true))
  const part = (/** @type {string} */ hook) => /** @type {HTMLElement} */ (section.querySelector(`[data-${hook}]`))
  const heading = part('heading')
  heading.textContent = (heading.textContent ?? '').replace('%', other.time ?? '')
  part('title').textContent = other.title
  part('body').textContent = other.body || (part('body').dataset['empty'] ?? '')
  const close = (/** @type {() => void} */ act) => () => {
    section.remove()
    act()
    const text = form.querySelector('[data-text]')
    if (text instanceof HTMLElement) text.focus()
  }
  part('take').addEventListener('click', close(take))
  part('leave').addEventListener('click', close(leave))
  template.before(section)
  heading.focus({ preventScroll: true })
  section.scrollIntoView({ block: 'nearest' })
}
