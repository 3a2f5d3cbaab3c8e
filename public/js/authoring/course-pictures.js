import { insertText } from '../text/insert-text.js'
import { shrinkPhoto } from '../text/shrink-photo.js'

/**
 * Adds pictures to a course from the form of one of its things, and puts them into the text where the cursor is.
 * @param {HTMLElement} part
 * @param {HTMLTextAreaElement} text
 */
export function enhanceCoursePictures(part, text) {
  const button = /** @type {HTMLButtonElement} */ (part.querySelector('button'))
  const input = /** @type {HTMLInputElement} */ (part.querySelector('input[type=file]'))
  const said = /** @type {HTMLElement} */ (part.querySelector('[role=status]'))
  const words = (/** @type {string} */ key) => part.getAttribute(`data-${key}`) ?? ''
  button.hidden = false
  button.addEventListener('click', () => input.click())
  input.addEventListener('change', async () => {
    const files = Array.from(input.files ?? [])
    input.value = ''
    if (files.length === 0 || button.ariaDisabled === 'true') return
    button.ariaDisabled = 'true'
    said.textContent = words('coming')
    const { names, problems } = await send(part.dataset['pictures'] ?? '', files, words('too-large'))
    button.ariaDisabled = 'false'
    const lines = names.map((name) => `![](pictures/${name})`)
    if (lines.length > 0) {
      const before = text.value.slice(0, text.selectionStart)
      const gap = before === '' || before.endsWith('\n\n') ? '' : before.endsWith('\n') ? '\n' : '\n\n'
      const start = before.length + gap.length
      insertText(text, `${gap}${lines.join('\n\n')}\n\n`)
      // between the brackets of the first one, where its words belong
      text.setSelectionRange(start + 2, start + 2)
    }
    said.textContent = problems.join(' ') || (lines.length > 0 ? words('in') : words('not'))
  })
}

/**
 * @param {string} address
 * @param {File[]} files
 * @param {string} tooLarge what to say where a proxy takes nothing this large
 * @returns {Promise<{ names: string[], problems: string[] }>}
 */
async function send(address, files, tooLarge) {
  const body = new FormData()
  for (const file of files) body.append('picture', await shrinkPhoto(file))
  try {
    const answer = await fetch(address, { method: 'POST', body, headers: { accept: 'application/json' } })
    // a proxy before the site answers without words
    if (answer.status === 413) return { names: [], problems: [tooLarge] }
    const { names = [], problems = [] } = await answer.json()
    return { names, problems }
  } catch {
    return { names: [], problems: [] }
  }
}
