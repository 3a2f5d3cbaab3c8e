import { type Request, type Response, Router } from 'express'
import { z } from 'zod'
import type { CourseLine } from '../courses/courses.ts'
import type { Services } from '../services.ts'
import { signedIn } from '../web/access.ts'
import { currentEnrolment, currentPerson } from '../web/current.ts'
import { addFlash } from '../web/flash.ts'
import { emptyForm, type Form, once, onOrOff, readForm, refusedForm } from '../web/forms.ts'
import { frameOf } from '../web/frame.ts'
import { keepNothing } from '../web/headers.ts'
import { forbidden } from '../web/refusal.ts'
import { view } from '../web/view.ts'
import { isOpen } from './calendar.ts'
import { JOINING } from './cohort-form.ts'
import type { Cohort, Enrolment } from './enrolments.ts'
import { memberPages } from './member-pages.ts'
import { newCohortPages } from './new-cohort-pages.ts'
import { qrHtml } from './qr.ts'
import { type Stop, stopsOf } from './stops.ts'

const adminPage = view<{ organised: Enrolment[]; courses: CourseLine[]; is_admin: boolean }>('cohorts/admin')
const calendarPage = view<{ cohort: Cohort; stops: Stop[] }>('cohorts/calendar')
const cohortPage = view<{
  cohort: Cohort
  course_title: string
  counts: { learners: number; guides: number; organisers: number }
  /** Null where people come by invitation only. */
  link: string | null
  qr_html: string | null
  reachable: boolean
  next: Stop[]
  form: Form
}>('cohorts/cohort')

const COMING = 3

const joiningForm = z.object({ joining: z.enum(JOINING).optional(), new_code: onOrOff.optional(), once })

/** What organisers do with their cohort, and where admins make one. */
export function cohortAdminRoutes(services: Services): Router {
  const { cohorts, courses, enrolments, may, once: onceOnly } = services
  const router = Router()
  const at = '/admin/cohorts/:cohort'

  router.get('/admin', signedIn, keepNothing, (req, res) => {
    const person = currentPerson(req)
    const organised = enrolments.allOf(person.id).filter(({ role }) => role === 'organiser')
    const is_admin = person.role === 'admin'
    if (!is_admin && organised.length === 0) forbidden()
    const title = frameOf(res).t('cohorts.admin.title')
    adminPage(res, { title, area: 'admin', organised, courses: is_admin ? courses.all() : [], is_admin })
  })

  newCohortPages(router, services)

  router.get(at, may.organising, keepNothing, (req, res) => showCohort(services, req, res, emptyForm()))

  router.post(`${at}/joining`, may.organising, keepNothing, (req, res) => {
    const form = readForm(joiningForm, req.body)
    if (!form.ok) return showCohort(services, req, res, refusedForm(frameOf(res).t, form))
    const { cohort, person_id } = currentEnrolment(req)
    const { joining, new_code } = form.data
    const location = onceOnly.run(person_id, form.data.once, () => {
      if (joining) cohorts.setJoining(cohort.id, joining)
      if (new_code) cohorts.changeJoinCode(cohort.id)
      return `/admin/cohorts/${cohort.slug}`
    })
    addFlash(req, { kind: 'said', key: new_code ? 'cohorts.said.new_code' : 'cohorts.said.joining' })
    res.redirect(303, location)
  })

  router.get(`${at}/calendar`, may.organising, keepNothing, (req, res) => {
    const { cohort } = currentEnrolment(req)
    const stops = stopsOf(cohorts.entries(cohort.id), courses.content(cohort.course_id, cohort.course_revision))
    calendarPage(res, { title: frameOf(res).t('cohorts.calendar.title'), area: 'admin', cohort, stops })
  })

  memberPages(router, services)

  return router
}

function showCohort({ clock, cohorts, config, courses }: Services, req: Request, res: Response, form: Form): void {
  const { cohort } = currentEnrolment(req)
  const { t } = frameOf(res)
  const course = courses.content(cohort.course_id, cohort.course_revision)
  const coming = stopsOf(cohorts.entries(cohort.id), course).filter((stop) => !isOpen(stop, clock.now()))
  const link = cohort.joining === 'invitation' ? null : joinLink(config.base_url, cohort)
  cohortPage(res, {
    title: cohort.title,
    area: 'admin',
    status: Object.keys(form.problems).length > 0 ? 422 : 200,
    cohort,
    course_title: course.title,
    counts: cohorts.counts(cohort.id),
    link,
    qr_html: link && qrHtml(link, t('cohorts.share.qr', { cohort: cohort.title })),
    reachable: config.base_url_is_set,
    next: coming.slice(0, COMING),
    form,
  })
}

function joinLink(base_url: string, { slug, joining, join_code }: Cohort): string {
  return `${base_url}/join/${slug}${joining === 'code' ? `?code=${encodeURIComponent(join_code)}` : ''}`
}
