/**
 * Ticks steps without leaving the page. Where that does not work the form is sent as it would be without this.
 * @param {Element} list
 */
export function enhanceStepList(list) {
  list.addEventListener('submit', (event) => {
    if (!(event.target instanceof HTMLFormElement)) return
    event.preventDefault()
    tick(event.target)
  })
}

/** @param {HTMLFormElement} form */
async function tick(form) {
  const button = form.querySelector('button')
  const done = form.querySelector('input')
  if (!button || !done || button.ariaBusy === 'true') return
  const wanted = done.value === '1'
  // shown at once; the answer of a slow line would come long after the tap
  button.ariaPressed = String(wanted)
  button.ariaBusy = 'true'
  const kept = await send(form.action, new URLSearchParams({ done: done.value }))
  button.ariaBusy = null
  if (kept === null) {
    button.ariaPressed = String(!wanted)
    form.submit()
    return
  }
  // the page says what became of it
  if (kept.thing_done) location.reload()
  button.ariaPressed = String(kept.done)
  done.value = kept.done ? '0' : '1'
}

/**
 * @param {string} address
 * @param {URLSearchParams} body
 * @returns {Promise<{ done: boolean, thing_done: boolean } | null>} whether the step is done now, and the thing by it;
 * null where nobody answered as expected
 */
async function send(address, body) {
  try {
    const answer = await fetch(address, { method: 'POST', body, headers: { accept: 'application/json' } })
    if (!answer.ok) return null
    const { done, thing_done } = await answer.json()
    return typeof done === 'boolean' ? { done, thing_done: thing_done === true } : null
  } catch {
    return null
  }
}
