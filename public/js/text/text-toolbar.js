import { insertText } from './insert-text.js'

const KEYS = { b: 'bold', i: 'italic', k: 'link' }

/**
 * The text tools: work on the selection by touch, mouse and keyboard (arrow keys move along the toolbar,
 * Ctrl/Cmd+B, +I and +K from the text), and keep the browser's own undo.
 * @param {HTMLFormElement} form
 * @param {HTMLTextAreaElement} text
 */
export function enhanceTextToolbar(form, text) {
  const bar = /** @type {HTMLElement} */ (form.querySelector('[data-tools]'))
  const buttons = Array.from(bar.querySelectorAll('button'))
  bar.hidden = false
  buttons.forEach((button, index) => {
    button.tabIndex = index === 0 ? 0 : -1
    button.addEventListener('click', () => mark(text, button.dataset['mark'] ?? ''))
  })

  bar.addEventListener('focusin', ({ target }) => {
    for (const button of buttons) button.tabIndex = button === target ? 0 : -1
  })
  bar.addEventListener('keydown', (event) => {
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement))
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key]
    const next = to === undefined ? undefined : buttons[(to + buttons.length) % buttons.length]
    if (!next) return
    event.preventDefault()
    next.focus()
  })

  text.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return
    const name = KEYS[/** @type {keyof typeof KEYS} */ (event.key.toLowerCase())]
    if (!name) return
    event.preventDefault()
    mark(text, name)
  })
}

/** @param {HTMLTextAreaElement} text @param {string} name */
function mark(text, name) {
  if (name === 'bold') wrap(text, '**')
  if (name === 'italic') wrap(text, '*')
  if (name === 'link') link(text)
  if (name === 'list') prefixLines(text, '- ')
  if (name === 'quote') prefixLines(text, '> ')
}

/** @param {HTMLTextAreaElement} text */
function selected(text) {
  return text.value.slice(text.selectionStart, text.selectionEnd)
}

/** Round the words that are selected, not the spaces beside them; a second press takes the marks away. @param {HTMLTextAreaElement} text @param {string} sign */
function wrap(text, sign) {
  const { value } = text
  const inner = selected(text)
  const from = text.selectionStart + (inner.length - inner.trimStart().length)
  const words = inner.trim()
  const to = from + words.length
  const size = sign.length
  // one star beside another is bold, no italic
  const marked = value.slice(from - size, from) === sign && value.slice(to, to + size) === sign
  const more = size === 1 && value[from - 2] === '*' && value[from - 3] !== '*'
  if (words && from >= size && marked && !more) {
    insertText(text, words, from - size, to + size)
    text.setSelectionRange(from - size, to - size)
    return
  }
  insertText(text, `${sign}${words}${sign}`, from, to)
  text.setSelectionRange(from + size, to + size)
}

/** @param {HTMLTextAreaElement} text */
function link(text) {
  const inner = selected(text)
  const start = text.selectionStart
  if (/^https?:\/\//.test(inner)) {
    insertText(text, `[](${inner})`)
    text.setSelectionRange(start + 1, start + 1)
    return
  }
  insertText(text, `[${inner}](https://)`)
  const end = start + inner.length + '[](https://'.length
  text.setSelectionRange(end, end)
}

/** Whole lines; a second press takes the marks away. @param {HTMLTextAreaElement} text @param {string} prefix */
function prefixLines(text, prefix) {
  const { value } = text
  const start = value.lastIndexOf('\n', text.selectionStart - 1) + 1
  const lineEnd = value.indexOf('\n', text.selectionEnd)
  const end = lineEnd === -1 ? value.length : lineEnd
  const lines = value.slice(start, end).split('\n')
  const marked = lines.every((line) => line.startsWith(prefix))
  const changed = lines.map((line) => (marked ? line.slice(prefix.length) : prefix + line)).join('\n')
  text.setSelectionRange(start, end)
  insertText(text, changed)
  text.setSelectionRange(start + changed.length, start + changed.length)
}
