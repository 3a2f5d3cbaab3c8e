const PAUSE = 300

/**
 * Keeps what is not saved yet on this device, until it is.
 * @param {HTMLFormElement} form
 * @param {Promise<import('./unsaved-store.js').UnsavedStore | null>} store
 * @param {() => boolean} isSaved
 */
export function backUpLocally(form, store, isSaved) {
  const field = (/** @type {string} */ name) => /** @type {HTMLTextAreaElement} */ (form.elements.namedItem(name))
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  let kept = false

  async function keep() {
    clearTimeout(timer)
    if (isSaved()) return letGo()
    const [title, body, version] = ['title', 'body', 'version'].map((name) => field(name).value)
    try {
      const open = await store
      await open?.keep({ title: title ?? '', body: body ?? '', version: version ?? '', at: Date.now() })
      kept = open !== null
    } catch {
      kept = false
    }
  }

  form.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(keep, PAUSE)
  })
  // on a slow line somebody writes before this arrives
  if (!isSaved()) timer = setTimeout(keep, PAUSE)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') keep()
  })
  window.addEventListener('beforeunload', (event) => {
    if (isSaved()) return
    // only where nothing can be kept does somebody have to be asked
    if (!kept) event.preventDefault()
    keep()
  })

  /** It is on the server. */
  async function letGo() {
    clearTimeout(timer)
    kept = false
    await store.then((open) => open?.drop()).catch(() => {})
  }

  return {
    /** @returns {Promise<boolean>} whether the words are safe here */
    isKept: async () => {
      await keep()
      return kept
    },
    letGo,
  }
}
