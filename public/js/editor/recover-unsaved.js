import { showComparison } from './compare-texts.js'

/**
 * Offers what earlier pages could not save, one after the other; what is in the form stays until somebody says so.
 * @param {HTMLFormElement} form
 * @param {Promise<import('./unsaved-store.js').UnsavedStore | null>} store
 * @param {(text: { title: string, body: string }) => void} fill
 */
export async function offerUnsaved(form, store, fill) {
  const title = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem('title'))
  const body = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem('body'))
  const time = new Intl.DateTimeFormat(
    document.documentElement.lang === 'en' ? 'en-GB' : document.documentElement.lang,
    {
      hour: 'numeric',
      minute: '2-digit',
      timeZone: form.dataset['zone'],
    },
  )
  const day = new Intl.DateTimeFormat('sv', { dateStyle: 'short', timeZone: form.dataset['zone'] })

  try {
    const open = await store
    const left = (await open?.left()) ?? []
    const known = new Set([same(title.value, body.value), same(title.defaultValue, body.defaultValue)])
    const fresh = []
    for (const kept of left) {
      const words = same(kept.text.title, kept.text.body)
      if (!known.has(words)) fresh.push(kept)
      // in a form that came back as typed the words are seen, and still not saved
      else if (!form.hasAttribute('data-unsaved')) open?.dropLeft(kept)
      known.add(words)
    }
    next(fresh)

    /** @param {typeof left} rest */
    function next([kept, ...rest]) {
      if (!kept) return
      const at = time.format(kept.text.at)
      const today = day.format(kept.text.at) === day.format(Date.now())
      const other = { ...kept.text, time: today ? at : `${day.format(kept.text.at)}, ${at}` }
      const settle = () => {
        open?.dropLeft(kept)
        next(rest)
      }
      showComparison(form, 'offer', other, {
        take() {
          fill(kept.text)
          settle()
        },
        leave: settle,
      })
    }
  } catch {
    // what cannot be read cannot be offered
  }
}

/** @param {string} title @param {string} body */
function same(title, body) {
  return JSON.stringify([title.trim(), body.replace(/\r\n/g, '\n').trim()])
}
