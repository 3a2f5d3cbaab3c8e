/** @typedef {'untouched' | 'saving' | 'saved' | 'offline' | 'signed_out' | 'clash' | 'refused'} SaveState */

/** @type {ReadonlySet<SaveState>} */
const TROUBLE = new Set(['offline', 'signed_out', 'clash', 'refused'])

/**
 * Decides which states of saving are put in words, and which of these a screen reader announces: the first time that a
 * text is saved, and when trouble begins, changes or ends. While all is well only the time changes, without a word, and
 * a trouble stays in words until the text is saved.
 * @param {SaveState} start
 */
export function createSaveStatus(start) {
  let shown = start
  /** @param {SaveState} state @returns {{ shown: boolean, announced: boolean }} */
  return (state) => {
    if (state === 'saving' && shown !== 'untouched') return { shown: false, announced: false }
    const announced = TROUBLE.has(state) || state === 'saved' ? state !== shown : false
    shown = state
    return { shown: true, announced }
  }
}
