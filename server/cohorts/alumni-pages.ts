import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import type { Enrolment } from '../enrolments/enrolments.ts'
import type { Services } from '../services.ts'
import { currentEnrolment } from '../web/http/current-user.ts'
import {
  emptyForm,
  type Form,
  idempotencyKey,
  line,
  markdownText,
  onOrOff,
  readForm,
  refusedForm,
} from '../web/http/forms.ts'
import { forbidden, HttpError, notFound } from '../web/http/http-error.ts'
import { idParam, queryNumber } from '../web/http/params.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import type { LaterThing } from './alumni.ts'

const laterPage = view<{
  base: string
  things: LaterThing[]
  next: number | null
  /** The one of this month is there: the form changes it. */
  written: boolean
  organises: boolean
  form: Form
}>('cohorts/alumni')

const isWebAddress = (text: string) => text === '' || (URL.canParse(text) && /^https?:\/\/[^/]/i.test(text))
const link = line({ min: 0, max: 500 })
  .pipe(z.string().refine(isWebAddress, { error: 'cohorts.later.no_link' }))
  .optional()
  .default('')

const laterForm = z.object({ title: line({ max: 200 }), body: markdownText({ max: 2000 }), link, once: idempotencyKey })
const doneForm = z.object({ done: onOrOff })

/** What people do in a cohort that is over: share a thing a month, thank each other, offer to guide. */
export function alumniPages(router: Router, { alumni, may, idempotency }: Services): void {
  router.get('/cohorts/:cohort/later', may.enrolled, (req, res) => {
    const { cohort, person_id } = overOnly(req)
    const mine = alumni.findOfThisMonth(cohort, person_id)
    show(req, res, mine ? emptyForm({ ...mine, link: mine.link ?? '' }) : emptyForm(), mine !== null)
  })

  router.post('/cohorts/:cohort/later', may.enrolled, (req, res) => {
    const { cohort, person_id } = overOnly(req)
    const form = readForm(laterForm, req.body)
    const written = alumni.findOfThisMonth(cohort, person_id) !== null
    if (!form.ok) return show(req, res, refusedForm(pageContext(res).t, form), written)
    const { title, body, link } = form.data
    const location = idempotency.run(person_id, form.data.once, () => {
      alumni.save(cohort, person_id, { title, body, link: link || null })
      return `/cohorts/${cohort.slug}/later`
    })
    addFlash(req, { kind: 'said', key: written ? 'cohorts.said.later_changed' : 'cohorts.said.later' })
    res.redirect(303, location)
  })

  router.post('/cohorts/:cohort/later/:id/delete', may.enrolled, (req, res) => {
    const enrolment = overOnly(req)
    const removed = alumni.remove(idParam(req.params['id']), enrolment)
    if (removed === null) forbidden()
    if (!removed) notFound()
    addFlash(req, { kind: 'said', key: 'cohorts.said.later_deleted' })
    res.redirect(303, `/cohorts/${enrolment.cohort.slug}/later`)
  })

  router.post('/cohorts/:cohort/later/:id/cheer', may.enrolled, (req, res) => {
    const enrolment = overOnly(req)
    const id = idParam(req.params['id'])
    const form = readForm(doneForm, req.body)
    if (!form.ok) throw new HttpError(422)
    if (!alumni.cheer(id, enrolment, form.data.done)) notFound()
    res.redirect(303, `/cohorts/${enrolment.cohort.slug}/later#later-${id}`)
  })

  router.post('/cohorts/:cohort/guide-again', may.enrolled, (req, res) => {
    const enrolment = overOnly(req)
    const form = readForm(doneForm, req.body)
    if (!form.ok) throw new HttpError(422)
    alumni.offerToGuide(enrolment, form.data.done)
    addFlash(req, { kind: 'said', key: form.data.done ? 'cohorts.said.offered' : 'cohorts.said.offer_back' })
    res.redirect(303, `/cohorts/${enrolment.cohort.slug}`)
  })

  /** While the course runs all eyes are on it. */
  function overOnly(req: Request): Enrolment {
    const enrolment = currentEnrolment(req)
    return alumni.isOver(enrolment.cohort) ? enrolment : forbidden('later')
  }

  function show(req: Request, res: Response, form: Form, written: boolean): void {
    const { cohort, person_id, role } = currentEnrolment(req)
    laterPage(res, {
      title: pageContext(res).t('cohorts.later.title'),
      area: 'read',
      here: 'map',
      status: Object.keys(form.problems).length > 0 ? 422 : 200,
      base: `/cohorts/${cohort.slug}`,
      ...alumni.page(cohort, person_id, queryNumber(req, 'before')),
      written,
      organises: role === 'organiser',
      form,
    })
  }
}
