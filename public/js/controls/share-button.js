/**
 * The phone's own share sheet, where it has one.
 * @param {Element} button
 */
export function enhanceShareButton(button) {
  if (!(button instanceof HTMLButtonElement) || !navigator.share) return
  const { share: url = '', title = '' } = button.dataset
  button.hidden = false
  button.addEventListener('click', () => {
    // closing the sheet is no mishap
    navigator.share({ url, title }).catch(() => {})
  })
}
