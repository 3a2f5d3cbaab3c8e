import { enhancePreview } from '../text/preview.js'
import { enhanceTextToolbar } from '../text/text-toolbar.js'
import { countWords } from '../text/word-count.js'
import { autosave } from './autosave.js'
import { showComparison } from './compare-texts.js'
import { backUpLocally } from './local-backup.js'
import { enhancePasteLink } from './paste-link.js'
import { enhancePictureUpload } from './pictures/upload-pictures.js'
import { offerUnsaved } from './recover-unsaved.js'
import { createSaveStatus } from './save-status.js'
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

  const line = /** @type {HTMLElement} */ (form.querySelector('[data-state]'))
  const sign_in = /** @type {HTMLElement} */ (line.querySelector('[data-sign-in]'))
  const saidIn = /** @type {HTMLElement} */ (line.querySelector('span'))
  const texts = form.dataset
  const statusOf = createSaveStatus(line.hidden ? 'untouched' : 'saved')
  let turn = 0

  /**
   * @param {import('./save-status.js').SaveState} state
   * @param {string | undefined} words the time, or what is wrong
   */
  async function say(state, words) {
    const now = ++turn
    const kept = (state === 'offline' || state === 'signed_out') && (await keeping.isKept())
    // something newer was said meanwhile
    if (now !== turn) return
    const { shown, announced } = statusOf(state)
    if (shown || line.dataset['state'] === 'saved') line.dataset['state'] = state
    if (!shown) return
    line.hidden = state === 'untouched'
    sign_in.hidden = state !== 'signed_out'
    line.ariaLive = announced ? 'polite' : 'off'
    const said = (texts[`${state}${kept ? '_kept' : ''}`] ?? '%').replace('%', words ?? '')
    if (saidIn.textContent !== said) saidIn.textContent = said
  }

  const saving = autosave(form, {
    say,
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
