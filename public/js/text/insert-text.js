/**
 * Replaces the selection, or what stands from one place to another, as if typed: insertText keeps the browser's undo
 * history, for which there is no newer way.
 * @param {HTMLTextAreaElement} text
 * @param {string} words
 * @param {number} [from]
 * @param {number} [to]
 */
export function insertText(text, words, from = text.selectionStart, to = text.selectionEnd) {
  text.focus()
  text.setSelectionRange(from, to)
  if (!document.execCommand('insertText', false, words)) {
    text.setRangeText(words, from, to, 'end')
    text.dispatchEvent(new InputEvent('input', { bubbles: true }))
  }
}
