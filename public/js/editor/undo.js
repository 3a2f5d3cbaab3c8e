import { createHistory, recordChange, redo, undo } from './undo-history.js'

const PAUSE = 300

/**
 * Undo and redo of a text, by buttons and keys, that a reload does not end.
 * @param {HTMLFormElement} form
 * @param {HTMLTextAreaElement} text
 * @param {Promise<import('./unsaved-store.js').UnsavedStore | null>} store
 */
export function enhanceUndo(form, text, store) {
  const back = /** @type {HTMLButtonElement} */ (form.querySelector('[data-undo]'))
  const forth = /** @type {HTMLButtonElement} */ (form.querySelector('[data-redo]'))
  let history = createHistory(text.defaultValue)
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  let moving = false

  function show() {
    // aria-disabled: a button that goes away under the finger takes the focus with it
    back.ariaDisabled = String(history.done === 0)
    forth.ariaDisabled = String(history.done === history.changes.length)
  }

  function keep() {
    clearTimeout(timer)
    store.then((open) => open?.keepHistory(history)).catch(() => {})
  }

  function follow() {
    if (!moving) history = recordChange(history, text.value)
    show()
    clearTimeout(timer)
    timer = setTimeout(keep, PAUSE)
  }

  /** @param {import('./undo-history.js').Moved | null} moved */
  function go(moved) {
    if (!moved) return
    history = moved.history
    moving = true
    text.value = history.text
    text.setSelectionRange(moved.at, moved.at)
    text.dispatchEvent(new InputEvent('input', { bubbles: true }))
    moving = false
  }

  back.addEventListener('click', () => go(undo(history)))
  forth.addEventListener('click', () => go(redo(history)))
  text.addEventListener('input', follow)
  text.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return
    const key = event.key.toLowerCase()
    if (key !== 'z' && key !== 'y') return
    event.preventDefault()
    go(key === 'y' || event.shiftKey ? redo(history) : undo(history))
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') keep()
  })
  window.addEventListener('beforeunload', keep)
  back.hidden = false
  forth.hidden = false
  follow()
  store
    .then((open) => open?.history())
    .then((earlier) => {
      if (!earlier) return
      // what came about elsewhere is one more step; what was typed since the page came is another
      history = recordChange(recordChange(earlier, text.defaultValue), text.value)
      show()
    })
    .catch(() => {})
}
