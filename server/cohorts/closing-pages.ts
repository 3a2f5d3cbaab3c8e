import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import { laterDate } from '../calendar/changes.ts'
import { localDate } from '../db/clock.ts'
import type { Cohort } from '../enrolments/enrolments.ts'
import { isClosed } from '../enrolments/policy.ts'
import type { Services } from '../services.ts'
import { currentEnrolment } from '../web/http/current-user.ts'
import { checkbox, date, emptyForm, type Form, idempotencyKey, readForm, refusedForm } from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'

const closePage = view<{
  cohort: Cohort
  /** Closed, to be closed on a day, or neither. */
  state: 'closed' | 'planned' | 'open'
  /** The last day is still to come, so closing now is early. */
  early: boolean
  form: Form
}>('cohorts/close')

const closeForm = z.object({ closes_on: date, early: checkbox, tell: checkbox, once: idempotencyKey })
const reopenForm = z.object({ once: idempotencyKey })

/** Pages that close a cohort and reopen it, for its organisers. */
export function closingPages(router: Router, { clock, closing, may, idempotency }: Services): void {
  router.get('/admin/cohorts/:cohort/close', may.organising, noStore, (req, res) => {
    const { cohort } = currentEnrolment(req)
    const today = todayIn(cohort)
    show(req, res, emptyForm({ closes_on: laterDate(cohort.ends_on, today), tell: '1' }))
  })

  router.post('/admin/cohorts/:cohort/close', may.organising, noStore, (req, res) => {
    const { t, dates } = pageContext(res)
    const form = readForm(closeForm, req.body)
    if (!form.ok) return show(req, res, refusedForm(t, form))
    const { cohort, person_id: by } = currentEnrolment(req)
    const { closes_on, early, tell } = form.data
    const done: { problem?: ReturnType<typeof closing.close> } = {}
    const location = idempotency.run(by, form.data.once, () => {
      done.problem = closing.close(cohort, { closes_on, early, tell, by })
      return `/admin/cohorts/${cohort.slug}`
    })
    if (done.problem) {
      const values = { closes_on, early: early ? '1' : '0', tell: tell ? '1' : '0' }
      const words = t(`cohorts.close.refused.${done.problem}`, { day: dates.day(cohort.ends_on) })
      return show(req, res, { values, problems: { [done.problem === 'past' ? 'closes_on' : 'early']: words } })
    }
    const key = closes_on === todayIn(cohort) ? 'closed' : 'will_close'
    addFlash(req, { kind: 'said', key: `cohorts.said.${key}`, values: { day: dates.day(closes_on) } })
    res.redirect(303, location)
  })

  router.post('/admin/cohorts/:cohort/reopen', may.organising, noStore, (req, res) => {
    const form = readForm(reopenForm, req.body)
    const { cohort, person_id: by } = currentEnrolment(req)
    const location = idempotency.run(by, form.ok ? form.data.once : '', () => {
      closing.reopen(cohort, by)
      return `/admin/cohorts/${cohort.slug}`
    })
    addFlash(req, { kind: 'said', key: 'cohorts.said.reopened' })
    res.redirect(303, location)
  })

  function todayIn({ time_zone }: Cohort): string {
    return localDate(clock.now(), time_zone)
  }

  function show(req: Request, res: Response, form: Form): void {
    const { cohort } = currentEnrolment(req)
    const { t } = pageContext(res)
    const state = cohort.closed_at === null ? 'open' : isClosed(cohort, clock.now()) ? 'closed' : 'planned'
    closePage(res, {
      title: t(`cohorts.close.title.${state}`, { cohort: cohort.title }),
      area: 'admin',
      status: Object.keys(form.problems).length > 0 ? 422 : 200,
      cohort,
      state,
      early: todayIn(cohort) < cohort.ends_on,
      form,
    })
  }
}
