import { enhancePreview } from '../text/preview.js'
import { enhanceTextToolbar } from '../text/text-toolbar.js'
import { countWords } from '../text/word-count.js'
import { autosave } from './autosave.js'
import { showComparison } from './compare-texts.js'
import { backUpLocally } from './local-backup.js'
import { enhancePasteLink } from './paste-link.js'
import { enhancePictureUpload } from './pictures/upload-pictures.js'
import { offerUnsaved } from './recover-unsaved.js'
import { enhanceTextTemplates } from './text-templates.js'
import { enhanceUndo } from './undo.js'
import { awaitPublished, openUnsavedStore } from './unsaved-store.js'

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
  const store = openUnsavedStore(account, place)
  enhanceUndo(form, text, store)
  enhanceTextToolbar(form, text)
  enhancePasteLink(text)
  enhanceTextTemplates(form, text)
  countWords(form, text)
  enhancePreview(form, text)
  enhancePictureUpload(form, text)

  /** What was there before is one step back. @param {{ title: string, body: string }} other */
  function fill(other) {
    title.value = other.title
    text.value = other.body
    text.dispatchEvent(new InputEvent('input', { bubbles: true }))
  }

  const saving = autosave(form, {
    say: (state, words) => say(form, state, words, keeping),
    onSaved: () => keeping.letGo(),
    onClash: ({ version, other }) =>
      showComparison(form, 'clash', other, {
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
  const keeping = backUpLocally(form, store, saving.isSaved)
  offerUnsaved(form, store, fill)
  form.addEventListener('submit', ({ submitter }) => {
    if (submitter instanceof HTMLButtonElement && submitter.value === 'publish') awaitPublished(account, place)
  })
}

let turn = 0

/**
 * @param {HTMLFormElement} form
 * @param {import('./autosave.js').State} state
 * @param {string | undefined} words the time, or what is wrong
 * @param {ReturnType<typeof backUpLocally>} keeping
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
  const sign_in = /** @type {HTMLElement} */ (line.querySelector('[data-sign-in]'))
  sign_in.hidden = state !== 'signed_out'
  const place = /** @type {HTMLElement} */ (line.querySelector('span'))
  const full = said.replace('%', words ?? '')
  if (place.textContent !== full) place.textContent = full
}
