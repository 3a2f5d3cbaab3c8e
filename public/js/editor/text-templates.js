import { insertText } from '../text/insert-text.js'

/**
 * Ways to start: each puts its questions into the text, under what is there already.
 * @param {HTMLFormElement} form
 * @param {HTMLTextAreaElement} text
 */
export function enhanceTextTemplates(form, text) {
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (form.querySelectorAll('[data-template]'))) {
    button.type = 'button'
    button.addEventListener('click', () => {
      const words = button.dataset['template'] ?? ''
      const there = text.value.trimEnd()
      if (there.includes(words.trim())) return text.focus()
      insertText(text, `${there ? '\n\n' : ''}${words}`, there.length, text.value.length)
      // one writes under the first question
      const place = text.value.indexOf('\n\n', there.length + 2) + 2
      text.setSelectionRange(place, place)
    })
  }
}
