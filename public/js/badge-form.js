import { enhanceIcons } from './icons.js'

const PAUSE = 250

/**
 * Draws the badge and says its rule while one types, and leaves everything else to the form.
 * @param {Element} element
 */
export function enhanceBadgeForm(element) {
  const form = /** @type {HTMLFormElement} */ (element)
  const icons = /** @type {HTMLElement} */ (form.querySelector('[data-icons]'))
  enhanceIcons(icons)
  const row = /** @type {HTMLElement} */ (form.querySelector('[data-preview-row]'))
  row.hidden = true
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  let asked = 0
  const show = async () => {
    asked += 1
    const mine = asked
    const preview = await look(form)
    // a slow answer must not cover a later one
    if (preview === null || mine !== asked) return
    place(form, '[data-earned]').innerHTML = preview.earned_html
    place(form, '[data-ahead]').innerHTML = preview.ahead_html
    if (preview.sentence !== null) place(form, '[data-sentence]').textContent = preview.sentence
    place(form, '[data-notes]').replaceChildren(
      ...preview.notes.map((words) => {
        const note = document.createElement('p')
        note.className = 'note'
        note.textContent = words
        return note
      }),
    )
  }
  const soon = () => {
    clearTimeout(timer)
    timer = setTimeout(show, PAUSE)
  }
  form.addEventListener('input', soon)
  form.addEventListener('change', soon)
}

/** @param {HTMLElement} form @param {string} part */
function place(form, part) {
  return /** @type {HTMLElement} */ (form.querySelector(part))
}

/**
 * @param {HTMLFormElement} form
 * @returns {Promise<{ earned_html: string, ahead_html: string, sentence: string | null, notes: string[] } | null>}
 */
async function look(form) {
  const body = new URLSearchParams()
  for (const [name, value] of new FormData(form)) body.append(name, String(value))
  try {
    const answer = await fetch(form.dataset['previewAt'] ?? '', { method: 'POST', body })
    return answer.ok ? await answer.json() : null
  } catch {
    return null
  }
}
