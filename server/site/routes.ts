import type { Response, Router } from 'express'
import { z } from 'zod'
import type { JoinableCohort, OpenCohort } from '../cohorts/cohorts.ts'
import type { CourseContent } from '../courses/course-content.ts'
import { forReader } from '../courses/policy.ts'
import { localDate } from '../db/clock.ts'
import type { Services } from '../services.ts'
import { anybody } from '../web/http/access.ts'
import { email, emptyForm, type Form, line, newPassword, readForm, refusedForm } from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { notFound } from '../web/http/http-error.ts'
import { queryText } from '../web/http/params.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import { numberWord, sentence } from '../web/text/phrases.ts'

const landingPage = view<{
  course: CourseContent
  /** The cohort that starts next, with a form to join it. */
  cohort: JoinableCohort | null
  started: boolean
  others: OpenCohort[]
  set_up: boolean
  /** "Two things a week, with three weeks to catch your breath." */
  pace: string
  /** The day of the week on which things open. */
  weekday: string
  opening: number
  opening_word: string
  form: Form
  workplaces: string[]
}>('site/landing')
const emptyPage = view<{ set_up: boolean }>('site/empty')
const setupPage = view<{ form: Form; token: string }>('site/setup')

const setupForm = z.object({ name: line({ max: 120 }), email, password: newPassword })

export function siteRoutes(router: Router, services: Services): void {
  const { guess, people, setup, signIns } = services

  router.get('/', anybody, (req, res) => {
    if (req.user) return res.redirect(303, '/home')
    if (services.settings.value('landing') === 'sign_in' && people.hasAdmin()) return res.redirect(303, '/login')
    showLanding(services, res)
  })

  router.get('/setup', anybody, noStore, (req, res) => {
    const token = queryText(req, 'token') ?? ''
    if (!setup.isSetupToken(token)) notFound()
    showSetup(res, token, emptyForm())
  })

  router.post('/setup', anybody, noStore, async (req, res) => {
    const token = queryText(req, 'token') ?? ''
    const opens = await guess({ kind: 'token', ip: req.ip, account: null }, () => setup.isSetupToken(token) || null)
    if (!opens) notFound()
    const { t } = pageContext(res)
    const form = readForm(setupForm, req.body)
    if (!form.ok) return showSetup(res, token, refusedForm(t, form))
    const { password, ...account } = form.data
    if (people.credentials(account.email)) {
      return showSetup(res, token, { values: account, problems: { email: t('site.setup.address_taken') } })
    }
    const made = await people.newPassword(password, account)
    if (!made.ok)
      return showSetup(res, token, refusedForm(t, { values: account, problems: { password: made.problem } }))
    const id = setup.makeFirstAdmin({ ...account, password_hash: made.password_hash })
    const person = people.findSignedIn(id ?? notFound()) ?? notFound()
    signIns.start(req, person)
    res.redirect(303, '/admin/cohorts/new')
  })
}

function showLanding({ clock, cohorts, courses, people, settings }: Services, res: Response): void {
  const { t, locale } = pageContext(res)
  const set_up = people.hasAdmin()
  const [next, ...others] = cohorts.listOpen()
  const cohort = next ? cohorts.findJoinable(next.slug) : null
  const found = cohort ? courses.content(cohort.course_id, cohort.course_revision) : courses.first()
  if (!found) return emptyPage(res, { title: t('site.landing.nothing'), area: 'front', alone: true, set_up })
  // where guests may not read the course, the things are listed without links
  const read = forReader(res.req, found)
  const course = settings.value('guests_read') === '1' ? read : { ...read, public: 0 as const }
  const { per_week, catch_up_after } = cohort?.rhythm ?? course.rhythm
  const opening_word = numberWord(t, per_week)
  const pace = t('site.landing.per_week', { count: per_week, number: opening_word })
  const rests = t('site.landing.rests', { count: catch_up_after.length, number: numberWord(t, catch_up_after.length) })
  landingPage(res, {
    title: course.title,
    description: course.summary,
    area: 'front',
    alone: true,
    course,
    cohort,
    started: cohort !== null && cohort.starts_on <= localDate(clock.now(), cohort.time_zone),
    others,
    set_up,
    pace: sentence(catch_up_after.length > 0 ? `${pace}, ${rests}.` : `${pace}.`, locale),
    weekday: t(`site.weekday.${cohort ? weekdayOf(cohort.starts_on) : course.rhythm.weekday}`),
    opening: per_week,
    opening_word: sentence(opening_word, locale),
    form: emptyForm(),
    workplaces: people.workplaces(),
  })
}

function showSetup(res: Response, token: string, form: Form): void {
  const status = Object.keys(form.problems).length > 0 ? 422 : 200
  setupPage(res, { title: pageContext(res).t('site.setup.title'), area: 'front', alone: true, status, form, token })
}

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const

function weekdayOf(date: string): string {
  return WEEKDAYS[Temporal.PlainDate.from(date).dayOfWeek - 1] ?? WEEKDAYS[0]
}
