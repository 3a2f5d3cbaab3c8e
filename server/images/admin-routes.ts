import type { Response, Router } from 'express'
import { z } from 'zod'
import { admin } from '../people/policy.ts'
import type { Services } from '../services.ts'
import { currentPerson } from '../web/http/current-user.ts'
import { emptyForm, type Form, line, readForm, refusedForm } from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'

const page = view<{ form: Form; total: { pictures: number; people: number; megabytes: number } }>('images/storage')

const quotaForm = z.object({
  quota: line({ min: 0, max: 20 }).refine((typed) => /^[1-9]\d{0,5}$/.test(typed), 'images.room.number'),
})

/** How much room pictures take, and how much of it each person has. */
export function imageAdminRoutes(router: Router, { images, settings }: Services): void {
  const show = (res: Response, form: Form, status = 200) =>
    page(res, { title: pageContext(res).t('images.room.title'), area: 'admin', status, form, total: images.total() })

  router.get('/admin/pictures', admin, noStore, (_req, res) => {
    show(res, emptyForm({ quota: String(images.quotaMegabytes()) }))
  })

  router.post('/admin/pictures', admin, noStore, (req, res) => {
    const form = readForm(quotaForm, req.body)
    if (!form.ok) return show(res, refusedForm(pageContext(res).t, form), 422)
    settings.change('upload_quota_mb', form.data.quota, currentPerson(req).id)
    addFlash(req, { kind: 'said', key: 'images.room.said' })
    res.redirect(303, '/admin/pictures')
  })
}
