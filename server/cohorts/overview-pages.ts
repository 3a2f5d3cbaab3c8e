import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import { type CalendarDay, calendarDays } from '../calendar/calendar-days.ts'
import { isOpen } from '../calendar/plan.ts'
import type { CourseContent } from '../courses/course-content.ts'
import type { Cohort } from '../enrolments/enrolments.ts'
import type { Services } from '../services.ts'
import { currentEnrolment } from '../web/http/current-user.ts'
import { emptyForm, type Form, idempotencyKey, onOrOff, readForm, refusedForm } from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { qrHtml } from '../web/render/qr.ts'
import { view } from '../web/render/view.ts'
import { JOINING } from './cohort-form.ts'

const cohortPage = view<{
  cohort: Cohort
  course_title: string
  overview: ReturnType<Services['insights']['overview']>
  /** Null where people come by invitation only. */
  link: string | null
  qr_html: string | null
  reachable: boolean
  next: CalendarDay[]
  form: Form
}>('cohorts/cohort')

const posterPage = view<{
  cohort: Cohort
  course: CourseContent
  address: string
  link: string | null
  qr_html: string | null
}>('cohorts/poster')

const COMING = 3

const joiningForm = z.object({
  joining: z.enum(JOINING).optional(),
  new_code: onOrOff.optional(),
  once: idempotencyKey,
})

/** The first page of a cohort for its organisers, who may join it, and the sheet to hang up. */
export function overviewPages(router: Router, services: Services): void {
  const { calendar, clock, cohortSettings, config, courses, insights, may, idempotency } = services

  router.get('/admin/cohorts/:cohort', may.organising, noStore, (req, res) => show(req, res, emptyForm()))

  router.post('/admin/cohorts/:cohort/joining', may.organising, noStore, (req, res) => {
    const form = readForm(joiningForm, req.body)
    if (!form.ok) return show(req, res, refusedForm(pageContext(res).t, form))
    const { cohort, person_id } = currentEnrolment(req)
    const { joining, new_code } = form.data
    const location = idempotency.run(person_id, form.data.once, () => {
      if (joining) cohortSettings.setJoining(cohort, joining, person_id)
      if (new_code) cohortSettings.changeJoinCode(cohort.id, person_id)
      return `/admin/cohorts/${cohort.slug}`
    })
    addFlash(req, { kind: 'said', key: new_code ? 'cohorts.said.new_code' : 'cohorts.said.joining' })
    res.redirect(303, location)
  })

  router.get('/admin/cohorts/:cohort/poster', may.organising, noStore, (req, res) => {
    const { cohort, language } = currentEnrolment(req)
    const { t } = pageContext(res)
    const course = courses.content(cohort.course_id, cohort.course_revision, language)
    const address = `${config.base_url}/join/${cohort.slug}`.replace(/^https?:\/\//, '')
    posterPage(res, {
      title: t('cohorts.poster.title'),
      area: 'admin',
      cohort,
      course,
      address,
      ...doorOf(cohort, res),
    })
  })

  function show(req: Request, res: Response, form: Form): void {
    const enrolment = currentEnrolment(req)
    const { cohort, language } = enrolment
    const course = courses.content(cohort.course_id, cohort.course_revision, language)
    const entries = calendar.entries(cohort.id)
    const coming = calendarDays(entries, course).filter((stop) => !isOpen(stop, clock.now()))
    cohortPage(res, {
      title: cohort.title,
      area: 'admin',
      status: Object.keys(form.problems).length > 0 ? 422 : 200,
      cohort,
      course_title: course.title,
      overview: insights.overview(enrolment, entries, pageContext(res)),
      ...doorOf(cohort, res),
      reachable: config.base_url_is_set,
      next: coming.slice(0, COMING),
      form,
    })
  }

  /** The link to join by, and its picture for a phone's camera. */
  function doorOf(cohort: Cohort, res: Response): { link: string | null; qr_html: string | null } {
    const { slug, title, joining, join_code } = cohort
    if (joining === 'invitation') return { link: null, qr_html: null }
    const code = joining === 'code' ? `?code=${encodeURIComponent(join_code)}` : ''
    const link = `${config.base_url}/join/${slug}${code}`
    return { link, qr_html: qrHtml(link, pageContext(res).t('cohorts.share.qr', { cohort: title })) }
  }
}
