import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import type { Enrolment } from '../enrolments/enrolments.ts'
import type { Services } from '../services.ts'
import { currentEnrolment } from '../web/http/current-user.ts'
import { emptyForm, type Form, idempotencyKey, line, markdownText, readForm, refusedForm } from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { notFound } from '../web/http/http-error.ts'
import { idParam } from '../web/http/params.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import type { SavedReply } from './saved-replies.ts'

const page = view<{
  enrolment: Enrolment
  answers: SavedReply[]
  /** The refused form, and the saved reply it edits; null for a new one. */
  form: Form
  changing: number | null
  base: string
}>('guiding/saved-replies')

const title = line({ max: 120 })
const body = markdownText({ max: 4_000 })
const makeForm = z.object({ title, body, once: idempotencyKey })
const changeForm = z.object({ title, body })

/** Pages of a guide's saved replies. */
export function savedReplyPages(router: Router, services: Services): void {
  const { may, idempotency, savedReplies } = services

  router.get('/admin/cohorts/:cohort/queue/answers', may.guiding, noStore, (req, res) => show(req, res, emptyForm()))

  router.post('/admin/cohorts/:cohort/queue/answers', may.guiding, noStore, (req, res) => {
    const { person_id } = currentEnrolment(req)
    const { t } = pageContext(res)
    const form = readForm(makeForm, req.body)
    if (!form.ok) return show(req, res, refusedForm(t, form))
    const { once, ...written } = form.data
    let made = true
    const location = idempotency.run(person_id, once, () => {
      made = savedReplies.add(person_id, written)
      return baseOf(req)
    })
    if (!made) return show(req, res, { values: written, problems: { title: t('guiding.saved.too_many') } })
    addFlash(req, { kind: 'said', key: 'guiding.said.saved' })
    res.redirect(303, location)
  })

  router.post('/admin/cohorts/:cohort/queue/answers/:answer', may.guiding, noStore, (req, res) => {
    const id = idParam(req.params['answer'])
    const form = readForm(changeForm, req.body)
    if (!form.ok) return show(req, res, refusedForm(pageContext(res).t, form), id)
    if (!savedReplies.update(id, currentEnrolment(req).person_id, form.data)) notFound()
    addFlash(req, { kind: 'said', key: 'guiding.said.saved' })
    res.redirect(303, baseOf(req))
  })

  router.post('/admin/cohorts/:cohort/queue/answers/:answer/delete', may.guiding, (req, res) => {
    if (!savedReplies.remove(idParam(req.params['answer']), currentEnrolment(req).person_id)) notFound()
    addFlash(req, { kind: 'said', key: 'guiding.said.saved_deleted' })
    res.redirect(303, baseOf(req))
  })

  function show(req: Request, res: Response, form: Form, changing: number | null = null): void {
    const enrolment = currentEnrolment(req)
    const answers = savedReplies.ofPerson(enrolment.person_id)
    if (changing !== null && !answers.some(({ id }) => id === changing)) notFound()
    page(res, {
      title: pageContext(res).t('guiding.saved.title'),
      area: 'admin',
      status: Object.keys(form.problems).length > 0 ? 422 : 200,
      enrolment,
      answers,
      form,
      changing,
      base: baseOf(req),
    })
  }
}

function baseOf(req: Request): string {
  return `/admin/cohorts/${currentEnrolment(req).cohort.slug}/queue/answers`
}
