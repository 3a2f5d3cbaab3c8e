import { enhancePreview } from '../text/preview.js'
import { enhanceTools } from '../text/text-toolbar.js'
import { countWords } from '../text/word-count.js'
import { saveWhileTyping } from './autosave.js'
import { showBoth } from './compare-texts.js'
import { keepHere } from './local-backup.js'
import { enhanceLinkPaste } from './paste-link.js'
import { enhancePictures } from './pictures/upload-pictures.js'
import { offerLeft } from './recover-unsaved.js'
import { enhanceTemplates } from './text-templates.js'
import { enhanceUndo } from './undo.js'
import { awaitPublished, openShelf } from './unsaved-store.js'

/**
 * The editor: saves the draft while one types and says truly whether it is saved; keeps on this device what is not;
 * tools, undo, pictures, a preview.
 * @param {Element} form
 */
export function enhanceEditor(form) {
  if (!(form instanceof HTMLFormElement)) return
  const text = /** @type {HTMLTextAreaElement} */ (form.querySelector('[data-text]'))
  const title = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem('title'))
  const { account = '', place = '' } = form.dataset
  const shelf = openShelf(account, place)
  enhanceUndo(form, text, shelf)
  enhanceTools(form, text)
  enhanceLinkPaste(text)
  enhanceTemplates(form, text)
  countWords(form, text)
  enhancePreview(form, text)
  enhancePictures(form, text)

  /** What was there before is one step back. @param {{ title: string, body: string }} other */
  function fill(other) {
    title.value = other.title
    text.value = other.body
    text.dispatchEvent(new InputEvent('input', { bubbles: true }))
  }

  const saving = saveWhileTyping(form, {
    say: (state, words) => say(form, state, words, keeping),
    onSaved: () => keeping.letGo(),
    onClash: ({ version, other }) =>
      showBoth(form, 'clash', other, {
        take() {
          fill(other)
          saving.goOn(version)
        },
        leave() {
          // the other text is a step back from here too
          const mine = { title: title.value, body: text.value }
          fill(other)
          fill(mine)
          saving.goOn(version)
        },
      }),
  })
  const keeping = keepHere(form, shelf, saving.isSaved)
  offerLeft(form, shelf, fill)
  form.addEventListener('submit', ({ submitter }) => {
    if (submitter instanceof HTMLButtonElement && submitter.value === 'publish') awaitPublished(account, place)
  })
}

let turn = 0

/**
 * @param {HTMLFormElement} form
 * @param {import('./autosave.js').State} state
 * @param {string | undefined} words the time, or what is wrong
 * @param {ReturnType<typeof keepHere>} keeping
 */
async function say(form, state, words, keeping) {
  const line = /** @type {HTMLElement} */ (form.querySelector('[data-state]'))
  const now = ++turn
  const kept = (state === 'offline' || state === 'signed_out') && (await keeping.isKept())
  // something newer was said meanwhile
  if (now !== turn) return
  const said = form.dataset[`${state}${kept ? '_kept' : ''}`] ?? '%'
  line.hidden = state === 'untouched'
  line.dataset['state'] = state
  const place = /** @type {HTMLElement} */ (line.querySelector('span'))
  const full = said.replace('%', words ?? '')
  if (place.textContent !== full) place.textContent = full
}
