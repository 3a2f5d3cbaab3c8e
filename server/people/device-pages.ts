import type { Request, Router } from 'express'
import { z } from 'zod'
import type { Services } from '../services.ts'
import { signedIn } from '../web/http/access.ts'
import { currentPerson } from '../web/http/current-user.ts'
import { readForm } from '../web/http/forms.ts'
import { addFlash } from '../web/render/flash.ts'

const deviceForm = z.object({ device: z.string().max(64) })

/** Signing out one's other devices; the list of them is on /me. */
export function devicePages(router: Router, { devices }: Services): void {
  router.post('/me/devices/sign-out', signedIn, (req, res) => {
    const form = readForm(deviceForm, req.body)
    const count = form.ok ? devices.signOut(askingDevice(req), form.data.device) : 0
    if (count > 0) addFlash(req, { kind: 'said', key: 'people.devices.signed_out' })
    res.redirect(303, '/me#devices')
  })

  router.post('/me/devices/sign-out-others', signedIn, (req, res) => {
    devices.signOut(askingDevice(req), null)
    addFlash(req, { kind: 'said', key: 'people.devices.signed_out_others' })
    res.redirect(303, '/me#devices')
  })
}

/** Who asks, and the session in which they do. */
export function askingDevice(req: Request): { person_id: number; keep: string } {
  return { person_id: currentPerson(req).id, keep: req.stored?.id_hash ?? '' }
}
