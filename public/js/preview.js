const PAUSE = 500

/**
 * Shows the text as its page will: behind a button, or beside the text while one types (data-preview="live").
 * @param {HTMLFormElement} form
 * @param {HTMLTextAreaElement} text
 */
export function enhancePreview(form, text) {
  const pane = /** @type {HTMLElement} */ (form.querySelector('[data-preview]'))
  const place = /** @type {HTMLElement} */ (form.querySelector('[data-preview-html]'))
  const row = /** @type {HTMLElement} */ (form.querySelector('[data-preview-row]'))
  if (pane.dataset['preview'] === 'live') {
    row.hidden = true
    showWhileTyping(text, place)
    return
  }
  const button = /** @type {HTMLButtonElement} */ (form.querySelector('[data-preview-button]'))
  row.hidden = false
  button.addEventListener('click', async () => {
    const open = pane.hidden
    if (open) {
      const html = await rendered(text.value)
      if (html === null) return
      place.innerHTML = html
    }
    pane.hidden = !open
    button.setAttribute('aria-expanded', String(open))
  })
}

/** @param {HTMLTextAreaElement} text @param {HTMLElement} place */
function showWhileTyping(text, place) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  const show = async () => {
    const asked = text.value
    const html = await rendered(asked)
    // a slow answer must not cover a later one
    if (html !== null && asked === text.value) place.innerHTML = html
  }
  text.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(show, PAUSE)
  })
  // on a slow line somebody writes before this arrives
  if (text.value !== text.defaultValue) show()
}

/** @param {string} body @returns {Promise<string | null>} null where nobody answered as expected */
async function rendered(body) {
  try {
    const answer = await fetch('/preview', { method: 'POST', body: new URLSearchParams({ body }) })
    return answer.ok ? await answer.text() : null
  } catch {
    return null
  }
}
