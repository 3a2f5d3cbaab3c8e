import type { Response, Router } from 'express'
import { suggestedStart } from '../calendar/plan.ts'
import type { CourseContent, CourseLine } from '../courses/course-content.ts'
import { localDate } from '../db/clock.ts'
import { admin } from '../people/policy.ts'
import type { Services } from '../services.ts'
import { currentPerson } from '../web/http/current-user.ts'
import { emptyForm, type Form, readForm, refusedForm } from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { notFound } from '../web/http/http-error.ts'
import { queryText } from '../web/http/params.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import { TIME_ZONES } from '../web/text/time-zone.ts'
import { cohortForm, HOLIDAYS, holidaysOf, PER_WEEK } from './cohort-form.ts'

const newPage = view<{
  form: Form
  courses: CourseLine[]
  zones: string[]
  per_week: readonly string[]
  holidays: readonly number[]
  /** No cohort yet: the page is the last step of setting the site up. */
  first: boolean
}>('cohorts/new-cohort')

/** Making a cohort; also where setting the site up ends. */
export function newCohortPages(router: Router, { clock, cohorts, courses, idempotency }: Services): void {
  router.get('/admin/cohorts/new', admin, noStore, (req, res) => {
    const chosen = courses.bySlug(queryText(req, 'course') ?? '') ?? courses.first()
    show(res, chosen ? emptyForm(suggestions(chosen)) : emptyForm())
  })

  router.post('/admin/cohorts', admin, noStore, (req, res) => {
    const form = readForm(cohortForm(thingsIn), req.body)
    if (!form.ok) return show(res, refusedForm(pageContext(res).t, form), 422)
    const { title, starts_on, time_zone, per_week, catch_up_after, joining } = form.data
    const by = currentPerson(req).id
    const location = idempotency.run(by, form.data.once, () => {
      const course_id = courses.bySlug(form.data.course)?.id ?? notFound()
      const plan = { title, starts_on, time_zone, joining, by, course_id, holidays: holidaysOf(form.data) }
      return `/admin/cohorts/${cohorts.make({ ...plan, rhythm: { per_week, catch_up_after } })}`
    })
    res.redirect(303, location)
  })

  function suggestions({ slug, rhythm }: CourseContent): Record<string, string> {
    const time_zone = Temporal.Now.timeZoneId()
    const today = localDate(clock.now(), time_zone)
    return {
      course: slug,
      starts_on: suggestedStart(rhythm, today),
      time_zone,
      per_week: String(rhythm.per_week),
      catch_up_after: rhythm.catch_up_after.join(', '),
      joining: 'code',
    }
  }

  function thingsIn(course: string): number | null {
    return courses.offered().find(({ slug }) => slug === course)?.things ?? null
  }

  function show(res: Response, form: Form, status = 200): void {
    newPage(res, {
      title: pageContext(res).t('cohorts.make.title'),
      area: 'front',
      status,
      form,
      courses: courses.offered(),
      zones: TIME_ZONES,
      per_week: PER_WEEK,
      holidays: HOLIDAYS,
      first: !cohorts.hasAny(),
    })
  }
}
