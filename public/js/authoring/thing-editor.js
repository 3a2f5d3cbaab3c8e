import { enhancePreview } from '../text/preview.js'
import { enhanceTextToolbar } from '../text/text-toolbar.js'
import { countWords } from '../text/word-count.js'
import { enhanceCoursePictures } from './course-pictures.js'
import { enhanceIconPicker } from './icon-picker.js'

/**
 * The form that changes a thing: text tools, a preview that follows, icons to look at, and a word before it is left unsaved.
 * @param {Element} form
 */
export function enhanceThingEditor(form) {
  if (!(form instanceof HTMLFormElement)) return
  const text = /** @type {HTMLTextAreaElement} */ (form.querySelector('[data-text]'))
  enhanceTextToolbar(form, text)
  countWords(form, text)
  enhancePreview(form, text)
  const icons = form.querySelector('[data-icons]')
  if (icons instanceof HTMLElement) enhanceIconPicker(icons)
  const pictures = form.querySelector('[data-pictures]')
  if (pictures instanceof HTMLElement) enhanceCoursePictures(pictures, text)
  warnUnsaved(form, text)
  goToStep()
}

/** After a step was added or moved its words are where one goes on. */
function goToStep() {
  const place = document.getElementById(location.hash.slice(1))
  if (place instanceof HTMLFieldSetElement) place.querySelector('input')?.focus()
}

/** @param {HTMLFormElement} form @param {HTMLTextAreaElement} text */
function warnUnsaved(form, text) {
  let changed = form.hasAttribute('data-unsaved') || text.value !== text.defaultValue
  form.addEventListener('input', ({ target }) => {
    // a search among the icons has no name and changes nothing
    if (target instanceof Element && target.hasAttribute('name')) changed = true
  })
  form.addEventListener('submit', () => {
    changed = false
  })
  window.addEventListener('beforeunload', (event) => {
    if (changed) event.preventDefault()
  })
}
