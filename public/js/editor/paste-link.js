import { insertText } from '../text/insert-text.js'
import { linkFromPaste } from './link-from-paste.js'

/** An address pasted over words makes a link of them. @param {HTMLTextAreaElement} text */
export function enhancePasteLink(text) {
  text.addEventListener('paste', (event) => {
    const words = text.value.slice(text.selectionStart, text.selectionEnd)
    const link = linkFromPaste(words, event.clipboardData?.getData('text/plain') ?? '')
    if (link === null) return
    event.preventDefault()
    insertText(text, link)
  })
}
