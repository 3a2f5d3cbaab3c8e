import { describePicture, movePicture, picturesIn, removePicture } from './pictures-in-text.js'

/**
 * The pictures that are in the text, each with a field for what is on it. The text is what counts: the list follows it.
 * @param {HTMLElement} tray
 * @param {HTMLTextAreaElement} text
 */
export function listPictures(tray, text) {
  const list = /** @type {HTMLElement} */ (tray.querySelector('[data-picture-list]'))
  const template = /** @type {HTMLTemplateElement} */ (tray.querySelector('[data-picture-shown]'))
  const said = /** @type {HTMLElement} */ (tray.querySelector('[data-picture-said]'))
  const place = document.createComment('')
  list.prepend(place)
  /** @type {{ id: string, row: Element, field: HTMLInputElement }[]} */
  let shown = []

  /** @param {string} id @param {number} index */
  function makeRow(id, index) {
    const row = /** @type {Element} */ (template.content.firstElementChild?.cloneNode(true))
    const image = /** @type {HTMLImageElement} */ (row.querySelector('img'))
    const label = /** @type {HTMLLabelElement} */ (row.querySelector('label'))
    const field = /** @type {HTMLInputElement} */ (row.querySelector('input'))
    image.src = `/images/${id}/480`
    field.id = `picture-alt-${index}`
    label.htmlFor = field.id
    const own = () => picturesIn(text.value)[shown.findIndex((each) => each.row === row)]
    field.addEventListener('input', () => {
      const picture = own()
      if (picture) describePicture(text, picture, field.value)
    })
    field.addEventListener('keydown', (event) => {
      // it would press the form's first button
      if (event.key === 'Enter') event.preventDefault()
    })
    for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (row.querySelectorAll('[data-move]'))) {
      button.addEventListener('click', () => shift(button, own()))
    }
    row.querySelector('[data-take-out]')?.addEventListener('click', () => {
      const picture = own()
      if (picture) removePicture(text, picture)
      text.focus()
    })
    place.before(row)
    return { id, row, field }
  }

  /** @param {HTMLButtonElement} button @param {ReturnType<typeof picturesIn>[number] | undefined} picture */
  function shift(button, picture) {
    const by = button.dataset['move'] === 'up' ? -1 : 1
    const before = picture ? movePicture(text, picture, by) : null
    const words = (before ?? '')
      .replace(/!\[.*?\]\([^)]*\)|[#>*_`[\]]/g, '')
      .trim()
      .slice(0, 40)
    const { first = '', last = '', moved = '' } = tray.dataset
    const past = words ? moved.replace('%', words) : (tray.dataset['movedOn'] ?? '')
    said.textContent = before === null ? (by < 0 ? first : last) : before ? past : last
    // the rows may have been made anew
    const row = shown[picturesIn(text.value).findIndex(({ id }) => id === picture?.id)]?.row
    const again = row?.querySelector(`[data-move=${button.dataset['move']}]`)
    if (again instanceof HTMLElement) again.focus()
  }

  function follow() {
    const pictures = picturesIn(text.value)
    if (pictures.map(({ id }) => id).join() !== shown.map(({ id }) => id).join()) {
      for (const { row } of shown) row.remove()
      shown = pictures.map(({ id }, index) => makeRow(id, index))
    }
    pictures.forEach(({ alt }, index) => {
      const field = shown[index]?.field
      if (field && field !== document.activeElement) field.value = alt
    })
    list.hidden = list.children.length === 0
  }
  text.addEventListener('input', follow)
  follow()
}
