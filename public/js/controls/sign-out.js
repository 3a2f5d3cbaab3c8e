import { dropAll } from '../editor/unsaved-store.js'

const PATIENCE = 1000

/** Who signs out takes along what was kept here. @param {Element} form */
export function enhanceSignOut(form) {
  if (!(form instanceof HTMLFormElement)) return
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const enough = new Promise((resolve) => setTimeout(resolve, PATIENCE))
    await Promise.race([dropAll().catch(() => {}), enough])
    form.submit()
  })
}
