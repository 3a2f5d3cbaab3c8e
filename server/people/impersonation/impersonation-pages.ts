import type { Router } from 'express'
import type { Services } from '../../services.ts'
import { currentPerson } from '../../web/http/current-user.ts'
import { noStore } from '../../web/http/headers.ts'
import { forbidden, notFound } from '../../web/http/http-error.ts'
import { addFlash } from '../../web/render/flash.ts'
import { admin } from '../policy.ts'

/** Viewing the site as another person, and back. */
export function impersonationPages(router: Router, { people, impersonation }: Services): void {
  router.post('/admin/people/:handle/view-as', admin, noStore, (req, res) => {
    const person = people.findAccount(String(req.params['handle'])) ?? notFound()
    if (person.id === currentPerson(req).id) forbidden('oneself')
    if (!impersonation.start(req, currentPerson(req), person.id)) {
      forbidden(person.role === 'admin' ? 'other_admin' : 'deactivated')
    }
    res.redirect(303, '/home')
  })

  router.post('/admin/view-as/end', admin, noStore, (req, res) => {
    const seen = req.session.impersonation ? people.find(req.session.impersonation.person_id) : null
    impersonation.end(req, currentPerson(req).id)
    if (seen) addFlash(req, { kind: 'said', key: 'people.seeing.ended', values: { name: seen.name } })
    res.setHeader('Clear-Site-Data', '"cache"')
    res.redirect(303, seen ? `/admin/people/${seen.handle}` : '/admin/people')
  })
}
