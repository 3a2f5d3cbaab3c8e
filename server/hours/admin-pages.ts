import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import type { Enrolment } from '../enrolments/enrolments.ts'
import type { Services } from '../services.ts'
import { currentEnrolment } from '../web/http/current-user.ts'
import { emptyForm, type Form, onOrOff, readForm, refusedForm, text } from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { HttpError, notFound } from '../web/http/http-error.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import type { HoursSheet, LearnerHours } from './hours.ts'
import { GENEROUS } from './rules.ts'
import { durationText, hoursFile, totalsText } from './statement.ts'

interface LearnerHoursLine extends LearnerHours {
  stated_words: string
  confirmed_words: string
}

const listPage = view<{ enrolment: Enrolment; people: LearnerHoursLine[]; by_guide: boolean; generous: number }>(
  'hours/people',
)
const personPage = view<{
  enrolment: Enrolment
  learner: LearnerHours
  sheet: HoursSheet
  totals: string
  form: Form
  /** When it was looked at: what is stated later is not confirmed by it. */
  until: string
}>('hours/person')

const askForm = z.object({ note: text({ max: 1000 }) })
const confirmForm = z.object({ until: z.iso.datetime() })
const settingForm = z.object({ by_guide: onOrOff })

/** What the learners of a cohort have stated, for its guides and organisers. */
export function hoursAdminPages(router: Router, { clock, hours, may, sendList }: Services): void {
  const baseOf = ({ cohort }: Enrolment) => `/admin/cohorts/${cohort.slug}/hours`
  const learnerIn = (req: Request) =>
    hours.find(currentEnrolment(req).cohort.id, String(req.params['handle'])) ?? notFound()

  router.get('/admin/cohorts/:cohort/hours', may.guiding, noStore, (req, res) => {
    const enrolment = currentEnrolment(req)
    const frame = pageContext(res)
    const people = hours.people(enrolment.cohort.id).map((one) => ({
      ...one,
      stated_words: durationText(frame, one.stated),
      confirmed_words: durationText(frame, one.confirmed),
    }))
    const by_guide = hours.isByGuide(enrolment.cohort.id)
    listPage(res, {
      title: frame.t('hours.admin.title'),
      area: 'admin',
      enrolment,
      people,
      by_guide,
      generous: GENEROUS,
    })
  })

  router.get('/admin/cohorts/:cohort/hours.csv', may.organising, noStore, async (req, res) => {
    const { cohort } = currentEnrolment(req)
    const { t } = pageContext(res)
    const people = hours.people(cohort.id)
    await sendList(res, {
      name: hoursFile(cohort),
      title: t('hours.title'),
      columns: ['name', 'handle', 'things', 'stated', 'confirmed'].map((key) => ({ heading: t(`hours.file.${key}`) })),
      rows: people.map(({ name, handle, things, stated, confirmed }) => [name, handle, things, stated, confirmed]),
    })
  })

  router.post('/admin/cohorts/:cohort/hours/setting', may.organising, (req, res) => {
    const enrolment = currentEnrolment(req)
    const form = readForm(settingForm, req.body)
    if (!form.ok) throw new HttpError(422)
    hours.setByGuide(enrolment.cohort.id, form.data.by_guide, enrolment.person_id)
    addFlash(req, { kind: 'said', key: `hours.said.${form.data.by_guide ? 'by_guide' : 'by_rule'}` })
    res.redirect(303, baseOf(enrolment))
  })

  router.get('/admin/cohorts/:cohort/hours/:handle', may.guiding, noStore, (req, res) => {
    show(res, currentEnrolment(req), learnerIn(req), emptyForm())
  })

  router.post('/admin/cohorts/:cohort/hours/:handle/confirm', may.guiding, (req, res) => {
    const enrolment = currentEnrolment(req)
    const learner = learnerIn(req)
    const form = readForm(confirmForm, req.body)
    if (!form.ok) throw new HttpError(422)
    const owner = { ...learner, cohort_id: enrolment.cohort.id }
    if (learner.person_id === enrolment.person_id) throw new HttpError(422)
    const done = hours.confirm(owner, { by: enrolment.person_id, until: form.data.until })
    addFlash(req, { kind: 'said', key: `hours.said.${done ? 'confirmed' : 'nothing'}`, values: { name: learner.name } })
    res.redirect(303, baseOf(enrolment))
  })

  router.post('/admin/cohorts/:cohort/hours/:handle/ask', may.guiding, noStore, (req, res) => {
    const enrolment = currentEnrolment(req)
    const learner = learnerIn(req)
    if (learner.person_id === enrolment.person_id) throw new HttpError(422)
    const form = readForm(askForm, req.body)
    if (!form.ok) return show(res, enrolment, learner, refusedForm(pageContext(res).t, form), 422)
    hours.ask({ ...learner, cohort_id: enrolment.cohort.id }, { by: enrolment.person_id, note: form.data.note })
    addFlash(req, { kind: 'said', key: 'hours.said.asked', values: { name: learner.name } })
    res.redirect(303, baseOf(enrolment))
  })

  function show(res: Response, enrolment: Enrolment, learner: LearnerHours, form: Form, status = 200): void {
    const frame = pageContext(res)
    const sheet = hours.sheet(learner.enrolment_id)
    personPage(res, {
      title: frame.t('hours.admin.of', { name: learner.name }),
      area: 'admin',
      status,
      enrolment,
      learner,
      sheet,
      totals: totalsText(frame, sheet),
      form,
      until: clock.now().toString({ fractionalSecondDigits: 3 }),
    })
  }
}
