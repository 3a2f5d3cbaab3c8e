/**
 * Arrow keys go from cell to cell of a large table, Home and End along a row, with Ctrl to the corners. One cell alone
 * is in the order of the tab key; what stands in it as a link is the cell.
 * @param {Element} element
 */
export function enhanceGridKeys(element) {
  if (!(element instanceof HTMLTableElement)) return
  const table = element
  const rows = [...table.rows]
  table.setAttribute('role', 'grid')
  // the box around it scrolls with the cell that has the focus, so it needs none of its own
  table.parentElement?.removeAttribute('tabindex')
  for (const link of table.querySelectorAll('a')) link.tabIndex = -1
  let current = placeOf(1, 0)
  if (!current) return
  current.tabIndex = 0

  table.addEventListener('keydown', (event) => {
    const at = event.target instanceof Element ? event.target.closest('td, th') : null
    if (!(at instanceof HTMLTableCellElement) || event.altKey || event.metaKey) return
    const to = placeAfter(event, rows.indexOf(/** @type {HTMLTableRowElement} */ (at.parentElement)), at.cellIndex)
    if (!to) return
    event.preventDefault()
    goTo(to)
  })
  table.addEventListener('focusin', ({ target }) => {
    if (target instanceof HTMLElement && target !== current) remember(target)
  })
  table.addEventListener('click', ({ target }) => {
    const cell = target instanceof Element && !target.closest('a') ? target.closest('td') : null
    if (cell) goTo(cell)
  })

  /** @param {number} row @param {number} column @returns {HTMLElement | null} */
  function placeOf(row, column) {
    const cell = rows[row]?.cells[column]
    return cell?.querySelector('a') ?? cell ?? null
  }

  /** @param {KeyboardEvent} event @param {number} row @param {number} column */
  function placeAfter({ key, ctrlKey }, row, column) {
    const forward = getComputedStyle(table).direction === 'rtl' ? -1 : 1
    const [lastRow, lastColumn] = [rows.length - 1, (rows[row]?.cells.length ?? 1) - 1]
    if (key === 'Home') return placeOf(ctrlKey ? 0 : row, 0)
    if (key === 'End') return placeOf(ctrlKey ? lastRow : row, lastColumn)
    if (ctrlKey) return null
    if (key === 'ArrowUp') return placeOf(Math.max(0, row - 1), column)
    if (key === 'ArrowDown') return placeOf(Math.min(lastRow, row + 1), column)
    if (key === 'ArrowLeft') return placeOf(row, Math.min(lastColumn, Math.max(0, column - forward)))
    if (key === 'ArrowRight') return placeOf(row, Math.min(lastColumn, Math.max(0, column + forward)))
    if (key === 'PageUp') return placeOf(Math.max(0, row - 10), column)
    if (key === 'PageDown') return placeOf(Math.min(lastRow, row + 10), column)
    return null
  }

  /** @param {HTMLElement} place */
  function goTo(place) {
    remember(place)
    place.focus()
  }

  /** @param {HTMLElement} place */
  function remember(place) {
    if (current) current.tabIndex = -1
    place.tabIndex = 0
    current = place
  }
}
