/**
 * A button that copies the field it names; it shows only where the browser can.
 * @param {Element} button
 */
export function enhanceCopyButton(button) {
  const field = document.getElementById(button.getAttribute('data-copy') ?? '')
  if (!(button instanceof HTMLButtonElement) || !(field instanceof HTMLInputElement) || !navigator.clipboard) return
  button.hidden = false
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(field.value)
    field.select()
    button.textContent = button.dataset['done'] ?? button.textContent
  })
}
