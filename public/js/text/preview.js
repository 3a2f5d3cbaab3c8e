const PAUSE = 500
const WIDE = '(width >= 62.5rem)'

/**
 * Shows the text as its page will, while one types: beside the text where there is room, else behind a button.
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
  const show = showWhileTyping(text, place, () => !pane.hidden)
  const wide = window.matchMedia(WIDE)
  const turn = (/** @type {boolean} */ open) => {
    pane.hidden = !open
    form.toggleAttribute('data-beside', open)
    button.setAttribute('aria-expanded', String(open))
    if (open) show()
  }
  row.hidden = false
  button.addEventListener('click', () => turn(pane.hidden === true))
  wide.addEventListener('change', () => turn(wide.matches))
  if (wide.matches) turn(true)
}

/**
 * @param {HTMLTextAreaElement} text
 * @param {HTMLElement} place
 * @param {() => boolean} isOpen
 * @returns {() => Promise<void>} shows it now
 */
function showWhileTyping(text, place, isOpen = () => true) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  let shown = ''
  const show = async () => {
    const asked = text.value
    const html = await rendered(text)
    // a slow answer must not cover a later one; what is the same stays, or pictures would blink
    if (html === null || asked !== text.value || html === shown) return
    const pane = place.closest('[data-preview]')
    const top = pane?.scrollTop ?? 0
    place.innerHTML = html
    shown = html
    if (pane) pane.scrollTop = top
  }
  text.addEventListener('input', () => {
    clearTimeout(timer)
    if (isOpen()) timer = setTimeout(show, PAUSE)
  })
  // on a slow line somebody writes before this arrives
  if (isOpen() && text.value !== text.defaultValue) show()
  return show
}

/** @param {HTMLTextAreaElement} text @returns {Promise<string | null>} null where nobody answered as expected */
async function rendered({ value, form }) {
  const body = new URLSearchParams({ body: value })
  const { cohort, previewAt = '/preview' } = form?.dataset ?? {}
  if (cohort && form) {
    body.set('cohort', cohort)
    body.set('audience', String(new FormData(form).get('audience') ?? ''))
  }
  try {
    const answer = await fetch(previewAt, { method: 'POST', body })
    return answer.ok ? await answer.text() : null
  } catch {
    return null
  }
}
