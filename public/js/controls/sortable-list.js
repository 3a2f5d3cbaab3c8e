/**
 * A list that is put in order by dragging its handles, by arrow keys on them, and by its buttons. Nothing is sent before
 * the form is; without this each button sends it and the page comes again.
 * @param {Element} form
 */
export function enhanceSortableList(form) {
  if (!(form instanceof HTMLFormElement)) return
  const list = /** @type {HTMLOListElement} */ (form.querySelector('ol'))
  const order = /** @type {HTMLInputElement} */ (form.elements.namedItem('order'))
  const said = /** @type {HTMLElement} */ (form.querySelector('[data-order-said]'))
  const hint = /** @type {HTMLElement} */ (form.querySelector('[data-order-hint]'))
  let changed = form.hasAttribute('data-unsaved')
  hint.hidden = false

  const rows = () => /** @type {HTMLElement[]} */ (Array.from(list.children))

  function show() {
    const all = rows()
    all.forEach((row, index) => {
      const number = row.querySelector('[data-number]')
      if (number) number.textContent = String(index + 1)
    })
    const now = all.map((row) => row.dataset['thing']).join(' ')
    if (now !== order.value) changed = true
    order.value = now
  }

  /** @param {HTMLElement} row */
  function say(row) {
    const title = row.querySelector('.name')?.firstChild?.textContent ?? ''
    const words = form.getAttribute('data-moved') ?? ''
    const at = rows().indexOf(row) + 1
    said.textContent = words
      .replace('{{title}}', title)
      .replace('{{number}}', String(at))
      .replace('{{count}}', String(rows().length))
  }

  /**
   * The others make room: a row that is itself put elsewhere would lose the focus, and the pointer that holds it.
   * @param {HTMLElement} row
   * @param {number} to
   */
  function place(row, to) {
    const others = rows().filter((other) => other !== row)
    for (const other of others.slice(0, to)) {
      if (row.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) list.insertBefore(other, row)
    }
    for (const other of others.slice(to).reverse()) {
      if (row.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_PRECEDING) row.after(other)
    }
  }

  /** @param {HTMLElement} row @param {number} to */
  function move(row, to) {
    place(row, Math.min(Math.max(to, 0), rows().length - 1))
    row.scrollIntoView({ block: 'nearest' })
    show()
    say(row)
  }

  for (const row of rows()) {
    const grip = /** @type {HTMLButtonElement} */ (row.querySelector('[data-grip]'))
    grip.hidden = false
    grip.addEventListener('keydown', (event) => {
      const at = rows().indexOf(row)
      const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows().length - 1 }[event.key]
      if (to === undefined) return
      event.preventDefault()
      move(row, to)
    })
    grip.addEventListener('pointerdown', (event) => {
      if (event.button === 0) drag(row, grip, event)
    })
  }

  form.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('button[name=intent]') : null
    const row = /** @type {HTMLElement | null} */ (button?.closest('li') ?? null)
    if (!(button instanceof HTMLButtonElement) || !row) return
    event.preventDefault()
    move(row, rows().indexOf(row) + (button.value.startsWith('up-') ? -1 : 1))
  })
  form.addEventListener('submit', () => {
    changed = false
  })
  window.addEventListener('beforeunload', (event) => {
    if (changed) event.preventDefault()
  })

  /** @param {HTMLElement} row @param {HTMLElement} grip @param {PointerEvent} start */
  function drag(row, grip, start) {
    const came = rows().indexOf(row)
    grip.setPointerCapture(start.pointerId)
    row.toggleAttribute('data-dragged', true)

    const follow = (/** @type {PointerEvent} */ { clientY }) => {
      const others = rows().filter((other) => other !== row)
      const passed = others.filter((other) => {
        const { top, height } = other.getBoundingClientRect()
        return clientY > top + height / 2
      })
      place(row, passed.length)
      // near the edge of the window the page comes along
      const edge = 72
      if (clientY < edge) window.scrollBy(0, -14)
      if (clientY > window.innerHeight - edge) window.scrollBy(0, 14)
    }
    const end = (/** @type {boolean} */ kept) => {
      grip.removeEventListener('pointermove', follow)
      row.removeAttribute('data-dragged')
      if (kept) {
        show()
        if (rows().indexOf(row) !== came) say(row)
      } else move(row, came)
      stop.abort()
    }
    const stop = new AbortController()
    const { signal } = stop
    grip.addEventListener('pointermove', follow)
    grip.addEventListener('pointerup', () => end(true), { signal })
    grip.addEventListener('pointercancel', () => end(false), { signal })
    window.addEventListener('keydown', ({ key }) => key === 'Escape' && end(false), { signal })
  }
}
