import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import { plusDays } from '../calendar/changes.ts'
import type { CourseContent, Thing } from '../courses/course-content.ts'
import { localDate } from '../db/clock.ts'
import type { Cohort } from '../enrolments/enrolments.ts'
import type { Services } from '../services.ts'
import { currentEnrolment } from '../web/http/current-user.ts'
import { checkbox, date, emptyForm, type Form, idempotencyKey, line, readForm, refusedForm } from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import { type Lead, nextStart, nextTitle } from './repeat-cohort.ts'

/** A thing to look at before it is given to people again. */
interface ThingToCheck {
  title: string
  href: string
  tried: string | null
  /** How many reports about it are open. */
  reports: number
}

const repeatPage = view<{
  cohort: Cohort
  course: Pick<CourseContent, 'slug' | 'title'>
  /** Offered to no new cohort. */
  archived: boolean
  stale: ThingToCheck[]
  leads: Lead[]
  form: Form
}>('cohorts/repeat-cohort')

/** Invitation links are shown once. */
const repeatedPage = view<{
  cohort: Cohort
  invited: { name: string; email: string; link: string }[]
  links: string
  mail: boolean
}>('cohorts/repeated')

const A_YEAR = 365
const repeatForm = z.object({ title: line({ max: 200 }), starts_on: date, once: idempotencyKey })

/** Running a course again from a cohort that was: for site admins who are in it, since making cohorts is theirs. */
export function repeatCohortPages(router: Router, services: Services): void {
  const { clock, config, courses, enrolments, invitationEmails, mail, may, repeatCohort, maintenance } = services
  const { idempotency } = services

  router.get('/admin/cohorts/:cohort/again', may.repeating, noStore, (req, res) => {
    const { cohort, person_id } = currentEnrolment(req)
    const starts_on = nextStart(cohort.starts_on, todayIn(cohort))
    const title = nextTitle(cohort.title, cohort.starts_on, starts_on)
    const asked = repeatCohort.leads(cohort.id, person_id).map(({ person_id }) => [`lead_${person_id}`, '1'])
    show(req, res, emptyForm({ title, starts_on, ...Object.fromEntries(asked) }))
  })

  router.post('/admin/cohorts/:cohort/again', may.repeating, noStore, (req, res) => {
    const { t } = pageContext(res)
    const { cohort, person_id: by } = currentEnrolment(req)
    const leads = repeatCohort.leads(cohort.id, by)
    const ticks = Object.fromEntries(leads.map(({ person_id }) => [`lead_${person_id}`, checkbox]))
    const [form, invite] = [readForm(repeatForm, req.body), readForm(z.object(ticks), req.body)]
    const chosen = invite.ok ? Object.entries(invite.data).flatMap(([field, is_on]) => (is_on ? [field] : [])) : []
    if (!form.ok) {
      const { values, problems } = refusedForm(t, form)
      return show(req, res, { values: { ...values, ...Object.fromEntries(chosen.map((one) => [one, '1'])) }, problems })
    }
    const { title, starts_on } = form.data
    const asked = leads.filter(({ person_id }) => chosen.includes(`lead_${person_id}`))
    if (!mayBegin(courseOf(cohort))) {
      return show(req, res, { values: { title, starts_on }, problems: { '': t('cohorts.again.archived') } })
    }
    const made: { invited?: { name: string; email: string; token: string }[]; slug?: string } = {}
    const location = idempotency.run(by, form.data.once, () => {
      Object.assign(made, repeatCohort.repeat(cohort, { title, starts_on, leads: asked, by }))
      invitationEmails.send(made.invited ?? [])
      return `/admin/cohorts/${made.slug}`
    })
    const next = made.slug ? enrolments.find(by, made.slug) : null
    const invited = made.invited ?? []
    // links are shown once; without any, and when the form comes again, the new cohort is what is shown
    if (next && invited.length > 0) return showInvited(res, next.cohort, invited)
    if (next) addFlash(req, { kind: 'said', key: 'cohorts.said.again', values: { title } })
    res.redirect(303, location)
  })

  function showInvited(res: Response, cohort: Cohort, asked: { name: string; email: string; token: string }[]): void {
    const invited = asked.map((one) => ({ ...one, link: `${config.base_url}/invite/${one.token}` }))
    repeatedPage(res, {
      title: pageContext(res).t('cohorts.again.made', { title: cohort.title, count: invited.length }),
      area: 'admin',
      cohort,
      invited,
      links: invited.map(({ token, name }) => `${token} ${name}`).join('\n'),
      mail: mail.isSetUp(),
    })
  }

  function courseOf({ course_id, course_revision }: Cohort): CourseContent {
    return courses.content(course_id, course_revision)
  }

  function todayIn({ time_zone }: Cohort): string {
    return localDate(clock.now(), time_zone)
  }

  function thingsToCheck(cohort: Cohort): ThingToCheck[] {
    const course = courseOf(cohort)
    const long_ago = plusDays(todayIn(cohort), -A_YEAR)
    const flags = maintenance.reports.flags(course.id)
    const isStale = ({ id, tried }: Thing) => tried === null || tried < long_ago || flags.has(id)
    return course.things
      .filter(isStale)
      .map(({ id, slug, title, tried }) => ({
        title,
        href: `/admin/courses/${course.slug}/things/${slug}`,
        tried,
        reports: flags.get(id) ?? 0,
      }))
      .sort((a, b) => b.reports - a.reports || (a.tried ?? '').localeCompare(b.tried ?? ''))
  }

  function show(req: Request, res: Response, form: Form): void {
    const { cohort, person_id } = currentEnrolment(req)
    const course = courseOf(cohort)
    repeatPage(res, {
      title: pageContext(res).t('cohorts.again.title', { cohort: cohort.title }),
      area: 'admin',
      status: Object.keys(form.problems).length > 0 ? 422 : 200,
      cohort,
      course,
      archived: !mayBegin(course),
      stale: thingsToCheck(cohort),
      leads: repeatCohort.leads(cohort.id, person_id),
      form,
    })
  }
}

/** A course in the archive, or one without things, begins no new cohort. */
function mayBegin({ archived_at, things }: CourseContent): boolean {
  return archived_at === null && things.length > 0
}
