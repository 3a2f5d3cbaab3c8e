import type { Request, Router } from 'express'
import type { Services } from '../services.ts'
import { currentEnrolment } from '../web/http/current-user.ts'
import { type Form, readForm, refusedForm } from '../web/http/forms.ts'
import { notFound } from '../web/http/http-error.ts'
import { idParam } from '../web/http/params.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import { reportForm } from './report-form.ts'
import { REPORT_KINDS, type ReportKind } from './thing-reports.ts'

const reportPage = view<{
  href: string
  thing: { title: string; hue: string }
  kinds: readonly ReportKind[]
  form: Form
}>('maintenance/report')

/** Learners report that an open thing has changed. */
export function maintenanceRoutes(router: Router, { may, idempotency, progress, maintenance }: Services): void {
  router.post('/cohorts/:cohort/things/:n/reports', may.enrolled, (req, res) => {
    const { thing, href } = thingIn(req)
    const { person_id, cohort } = currentEnrolment(req)
    const refuse = (form: Form, status: number) => {
      const title = pageContext(res).t('upkeep.report.title')
      const about = { title: thing.title, hue: thing.set.hue }
      reportPage(res, { title, area: 'thing', here: 'map', status, href, thing: about, kinds: REPORT_KINDS, form })
    }
    const form = readForm(reportForm, req.body)
    if (!form.ok) return refuse(refusedForm(pageContext(res).t, form), 422)
    const { kind, line, link } = form.data
    const saying = { kind, line: line || null, link: link || null }
    // stays so where the form is sent twice and `run` returns the first result
    const done = { told: 'told' }
    const location = idempotency.run(person_id, form.data.once, () => {
      done.told = maintenance.reports.report(thing.id, { person_id, cohort_id: cohort.id }, saying)
      return `${href}#changed`
    })
    if (done.told === 'too_many') {
      const problems = { kind: { key: 'upkeep.report.too_many' } }
      return refuse(refusedForm(pageContext(res).t, { values: { kind, line, link }, problems }), 429)
    }
    addFlash(req, { kind: 'said', key: 'upkeep.said.told' })
    res.redirect(303, location)
  })

  /** Only open things can be reported. */
  function thingIn(req: Request) {
    const enrolment = currentEnrolment(req)
    const number = idParam(req.params['n'])
    const thing = progress.openThing(enrolment, number) ?? notFound()
    return { thing, href: `/cohorts/${enrolment.cohort.slug}/things/${number}` }
  }
}
