import { put } from '../text/insert-text.js'
import { linkOver } from './link-from-paste.js'

/** An address pasted over words makes a link of them. @param {HTMLTextAreaElement} text */
export function enhanceLinkPaste(text) {
  text.addEventListener('paste', (event) => {
    const words = text.value.slice(text.selectionStart, text.selectionEnd)
    const link = linkOver(words, event.clipboardData?.getData('text/plain') ?? '')
    if (link === null) return
    event.preventDefault()
    put(text, link)
  })
}
