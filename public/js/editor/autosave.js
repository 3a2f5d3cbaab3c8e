const PAUSE = 1500
const RETRY = 8000
const PATIENCE = 20_000

/** @typedef {{ version: number, other: { title: string, body: string } }} Clash */
/** @typedef {import('./save-status.js').SaveState} State */

/**
 * Saves the draft while one types: one request at a time, each with the number that the one before it was given.
 * @param {HTMLFormElement} form
 * @param {{ say: (state: State, words?: string) => void, onSaved: () => void, onClash: (clash: Clash) => void }} tell
 */
export function autosave(form, { say, onSaved, onClash }) {
  const version = /** @type {HTMLInputElement} */ (form.elements.namedItem('version'))
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  // on a slow line somebody writes before this arrives
  let saved = isTouched(form) || isRefused(form) ? '' : content(form)
  let time = form.dataset['savedAt'] ?? ''
  let busy = false
  let stopped = false

  const isSaved = () => content(form) === saved

  /** @param {number} delay */
  function later(delay) {
    clearTimeout(timer)
    timer = setTimeout(save, delay)
  }

  async function save(keepalive = false) {
    clearTimeout(timer)
    const now = content(form)
    if (busy || stopped || now === saved) return
    busy = true
    say('saving')
    const wait = await send(now, keepalive)
    busy = false
    if (!stopped && wait !== null && !isSaved()) later(wait)
  }

  /** @param {string} now @param {boolean} keepalive @returns {Promise<number | null>} when to go on; null for not by itself */
  async function send(now, keepalive) {
    try {
      const headers = { accept: 'application/json' }
      const signal = AbortSignal.timeout(PATIENCE)
      const answer = await fetch(form.action, { method: 'POST', headers, body: draftOf(form), keepalive, signal })
      if (answer.status === 401 || answer.status === 403) {
        say('signed_out')
        return RETRY
      }
      const told = await answer.json()
      if (answer.status === 409) {
        stopped = true
        say('clash')
        onClash({ version: told.version, other: told.other ?? { title: '', body: '' } })
        return null
      }
      if (answer.status === 422) {
        say('refused', Object.values(told.problems ?? {}).join(' '))
        return null
      }
      if (!answer.ok) throw new Error(String(answer.status))
      version.value = String(told.version)
      saved = now
      time = told.saved_at_words
      if (isSaved()) {
        say('saved', time)
        onSaved()
      }
      return PAUSE
    } catch {
      say('offline')
      return RETRY
    }
  }

  form.addEventListener('input', () => {
    if (stopped) return
    if (!isSaved()) {
      say('saving')
      later(PAUSE)
    } else if (!busy) {
      // typed and taken back
      say(time ? 'saved' : 'untouched', time)
    }
  })
  window.addEventListener('online', () => save())
  form.addEventListener('submit', () => {
    stopped = true
    clearTimeout(timer)
  })
  // while the page is still here to hear the answer, and before the next one asks for the text
  window.addEventListener('beforeunload', () => void save(true))
  let leaving = false
  window.addEventListener('pagehide', () => {
    leaving = true
  })
  window.addEventListener('pageshow', () => {
    leaving = false
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' && !leaving) save(true)
  })
  if (!isSaved()) later(PAUSE)

  return {
    isSaved,
    /** After a clash: what is in the form now stands for both. @param {number} number */
    goOn(number) {
      version.value = String(number)
      saved = ''
      stopped = false
      save()
    },
  }
}

/** Whether something was written since the page came. @param {HTMLFormElement} form */
function isTouched(form) {
  return Array.from(form.elements).some(
    (field) => field instanceof HTMLTextAreaElement && field.value !== field.defaultValue,
  )
}

/** What a page gives back as typed is not saved; beside another text it waits for a decision. @param {HTMLFormElement} form */
function isRefused(form) {
  return form.hasAttribute('data-unsaved') && !form.querySelector('.clash')
}

/** @param {HTMLFormElement} form */
function draftOf(form) {
  const fields = new URLSearchParams()
  for (const [name, value] of new FormData(form)) {
    if (name !== 'once' && name !== 'intent' && typeof value === 'string') fields.append(name, value)
  }
  fields.append('intent', 'draft')
  return fields
}

/** @param {HTMLFormElement} form */
function content(form) {
  const fields = draftOf(form)
  fields.delete('version')
  return fields.toString()
}
