import { insertText } from './insert-text.js'

const PAUSE = 120
/**
 * The name that is being typed: an "@" that begins a word, or stands in a script without spaces, and what follows up to
 * the cursor.
 */
const NAME =
  /(?:^|[\s(["'*_>\p{Ps}\p{Pi}、。，！？：\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])[@＠]([\p{L}\p{N}－-]{0,40})$/u

/**
 * Offers colleagues while one types "@" and a name: by arrow keys and Enter, or by touch. Who does not wait for the list
 * types the handle to its end; it counts the same.
 * @param {Element} field
 */
export function enhanceMentions(field) {
  if (field instanceof HTMLTextAreaElement) offerPeople(field)
}

/** @param {HTMLTextAreaElement} field */
function offerPeople(field) {
  const list = document.createElement('ul')
  list.className = 'offer'
  list.id = `${field.id}-offer`
  list.role = 'listbox'
  list.ariaLabel = field.dataset['list'] ?? ''
  list.hidden = true
  const told = document.createElement('p')
  told.className = 'unseen'
  told.role = 'status'
  ;(field.closest('.sheet') ?? field).after(list, told)
  field.setAttribute('aria-autocomplete', 'list')
  field.setAttribute('aria-haspopup', 'listbox')
  field.setAttribute('aria-controls', list.id)

  let at = 0
  let asked = 0
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer

  const options = () => /** @type {HTMLElement[]} */ (Array.from(list.children))

  function close() {
    asked += 1
    clearTimeout(timer)
    list.hidden = true
    list.replaceChildren()
    told.textContent = ''
    field.removeAttribute('aria-activedescendant')
  }

  /** @param {number} index */
  function select(index) {
    const all = options()
    at = (index + all.length) % all.length
    for (const [number, option] of all.entries()) option.ariaSelected = String(number === at)
    const chosen = all[at]
    if (!chosen) return
    field.setAttribute('aria-activedescendant', chosen.id)
    chosen.scrollIntoView({ block: 'nearest' })
  }

  /** @param {{ handle: string, name: string, workplace: string | null }[]} people */
  function show(people) {
    if (people.length === 0) return close()
    list.replaceChildren(...people.map((person, index) => optionOf(person, `${list.id}-${index}`)))
    list.hidden = false
    told.textContent = people.map(({ name }) => name).join(', ')
    select(0)
  }

  async function ask() {
    const name = typed(field)
    if (name === null) return close()
    asked += 1
    const turn = asked
    const found = await peopleFor(field, name)
    if (turn === asked) show(found)
  }

  /** @param {string} handle */
  function choose(handle) {
    const name = typed(field) ?? ''
    insertText(field, `${handle} `, field.selectionStart - name.length, field.selectionStart)
    close()
  }

  field.addEventListener('input', () => {
    clearTimeout(timer)
    if (typed(field) === null) close()
    else timer = setTimeout(ask, PAUSE)
  })
  field.addEventListener('keydown', (event) => {
    if (list.hidden || event.isComposing) return
    if (event.key === 'ArrowDown') select(at + 1)
    else if (event.key === 'ArrowUp') select(at - 1)
    else if (event.key === 'Enter' || event.key === 'Tab') choose(options()[at]?.dataset['handle'] ?? '')
    else if (event.key === 'Escape') close()
    else return
    event.preventDefault()
  })
  field.addEventListener('blur', close)
  // the field keeps the focus, and a phone its keyboard
  list.addEventListener('pointerdown', (event) => event.preventDefault())
  list.addEventListener('click', (event) => {
    const option = event.target instanceof Element ? event.target.closest('[role=option]') : null
    if (option instanceof HTMLElement) choose(option.dataset['handle'] ?? '')
  })
}

/** What stands between "@" and the cursor; null where no name is being typed. @param {HTMLTextAreaElement} field */
function typed(field) {
  if (field.selectionStart !== field.selectionEnd) return null
  return NAME.exec(field.value.slice(0, field.selectionStart))?.[1] ?? null
}

/**
 * @param {HTMLTextAreaElement} field
 * @param {string} name
 * @returns {Promise<{ handle: string, name: string, workplace: string | null }[]>}
 */
async function peopleFor(field, name) {
  const address = new URL(field.dataset['mentions'] ?? '', location.href)
  address.searchParams.set('q', name.normalize('NFKC'))
  const audience = field.form?.elements.namedItem('audience')
  if (audience instanceof RadioNodeList) address.searchParams.set('audience', audience.value)
  try {
    const answer = await fetch(address, { headers: { accept: 'application/json' } })
    return answer.ok ? (await answer.json()).people : []
  } catch {
    return []
  }
}

/** @param {{ handle: string, name: string, workplace: string | null }} person @param {string} id */
function optionOf({ handle, name, workplace }, id) {
  const option = document.createElement('li')
  option.role = 'option'
  option.id = id
  option.dataset['handle'] = handle
  const words = document.createElement('b')
  words.textContent = name
  const more = document.createElement('span')
  more.className = 'small soft'
  more.textContent = workplace ? `@${handle} · ${workplace}` : `@${handle}`
  option.append(words, more)
  return option
}
