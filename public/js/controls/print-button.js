/**
 * A button that prints the page; it shows only where there is something to print with.
 * @param {Element} button
 */
export function enhancePrintButton(button) {
  if (!(button instanceof HTMLButtonElement) || typeof window.print !== 'function') return
  button.hidden = false
  button.addEventListener('click', () => window.print())
}
