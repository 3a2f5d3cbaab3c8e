import type { Request, RequestHandler, Response, Router } from 'express'
import { z } from 'zod'
import { EditConflict } from '../db/edit-conflict-error.ts'
import type { Services } from '../services.ts'
import { currentEnrolment } from '../web/http/current-user.ts'
import {
  checkbox,
  date,
  dateIfAny,
  type Form,
  idempotencyKey,
  readForm,
  refusedForm,
  rowNumber,
  versionField,
} from '../web/http/forms.ts'
import { noStore } from '../web/http/headers.ts'
import { notFound } from '../web/http/http-error.ts'
import { idParam, queryText } from '../web/http/params.ts'
import { addFlash } from '../web/render/flash.ts'
import { pageContext } from '../web/render/page-context.ts'
import type { CalendarAct } from './calendar.ts'
import { calendarViews, type FormPlace, thingIdsOf } from './calendar-view.ts'
import { changeMessage, refusalMessage } from './change-messages.ts'
import { addCatchUp, type CalendarChange, moveEntry, removeRest } from './changes.ts'
import { addHoliday, applyCourse, restoreThing, takeOutThing } from './course-sync.ts'
import { isHoliday } from './plan.ts'

const every = { version: versionField, tell: checkbox, once: idempotencyKey }
const rest = z.enum(['follow', 'stay'])
const moveForm = z.object({ opens_on: date, rest, ...every })
const addForm = z.object({ after: rowNumber, ...every })
const outForm = z.object({ rest, ...every })
const backForm = z.object({ opens_on: date, ...every })
const holidayForm = z.object({ from: date, to: dateIfAny, ...every }).superRefine(({ from, to }, context) => {
  if (to && !isHoliday(from, to)) context.addIssue({ code: 'custom', path: ['to'], message: 'cohorts.make.no_holiday' })
})
const courseForm = z.object({ added: checkbox, hidden: checkbox, reordered: checkbox, ...every })

interface SentCalendarAct {
  act: CalendarAct
  place: FormPlace
  version: number
  once: string
  tell: boolean
  opens_on?: string
  rest?: string
  after?: number
  from?: string
  to?: string
}

/** A cohort's calendar, for its organisers: dates move, rests come and go, things are taken out and over. */
export function calendarRoutes(router: Router, services: Services): void {
  const { calendar, courses, may, idempotency } = services
  const { show, showMonth } = calendarViews(services)
  type CalendarWork = Parameters<typeof calendar.change>[2]

  router.get('/admin/cohorts/:cohort/calendar', may.organising, noStore, (req, res) =>
    queryText(req, 'view') === 'month' ? showMonth(req, res) : show(req, res),
  )

  router.post('/admin/cohorts/:cohort/calendar/catch-ups', may.organising, noStore, (req, res) => {
    const form = readForm(addForm, req.body)
    if (!form.ok) return refuse(req, res, 'rest', refusedForm(pageContext(res).t, form))
    change(req, res, { ...form.data, act: 'added', place: 'rest' }, (entries, place) =>
      addCatchUp(entries, indexOf(entries, form.data.after), place),
    )
  })

  router.post('/admin/cohorts/:cohort/calendar/holidays', may.organising, noStore, (req, res) => {
    const form = readForm(holidayForm, req.body)
    if (!form.ok) return refuse(req, res, 'holiday', refusedForm(pageContext(res).t, form))
    const { from, to } = form.data
    change(req, res, { ...form.data, act: 'holiday', place: 'holiday' }, (entries, place) =>
      addHoliday(entries, { from, to: to || from }, place),
    )
  })

  router.post('/admin/cohorts/:cohort/calendar/course', may.organising, noStore, (req, res) => {
    const form = readForm(courseForm, req.body)
    if (!form.ok) return refuse(req, res, 'course', refusedForm(pageContext(res).t, form))
    const { cohort } = currentEnrolment(req)
    const course = courses.content(cohort.course_id, cohort.course_revision)
    const { per_week } = course.rhythm
    const asked = { things: thingIdsOf(course), wanted: form.data, per_week, aside: calendar.takenOut(cohort.id) }
    change(req, res, { ...form.data, act: 'taken_over', place: 'course' }, (entries, place) =>
      applyCourse(entries, asked, place),
    )
  })

  router.post('/admin/cohorts/:cohort/calendar/:entry', may.organising, noStore, (req, res) => {
    const entry_id = entryIn(req)
    const form = readForm(moveForm, req.body)
    if (!form.ok) return refuse(req, res, entry_id, refusedForm(pageContext(res).t, form))
    change(req, res, { ...form.data, act: 'moved', place: entry_id }, (entries, place) =>
      moveEntry(entries, indexOf(entries, entry_id), form.data, place),
    )
  })

  const remove = removing('taken_out', removeRest)
  const skip = removing('skipped', takeOutThing)
  router.post('/admin/cohorts/:cohort/calendar/:entry/remove', may.organising, noStore, remove)
  router.post('/admin/cohorts/:cohort/calendar/:entry/skip', may.organising, noStore, skip)

  router.post('/admin/cohorts/:cohort/calendar/:entry/put-back', may.organising, noStore, (req, res) => {
    const entry_id = entryIn(req)
    const form = readForm(backForm, req.body)
    if (!form.ok) return refuse(req, res, entry_id, refusedForm(pageContext(res).t, form))
    const aside = calendar.takenOut(currentEnrolment(req).cohort.id)
    change(req, res, { ...form.data, act: 'put_back', place: entry_id }, (entries, place) => {
      const thing = aside.find(({ id }) => id === entry_id) ?? notFound()
      return restoreThing(entries, thing, form.data.opens_on, place)
    })
  })

  function removing(act: 'taken_out' | 'skipped', takeAway: typeof removeRest): RequestHandler {
    return (req, res) => {
      const entry_id = entryIn(req)
      const form = readForm(outForm, req.body)
      if (!form.ok) return refuse(req, res, entry_id, refusedForm(pageContext(res).t, form))
      change(req, res, { ...form.data, act, place: entry_id }, (entries, place) =>
        takeAway(entries, indexOf(entries, entry_id), form.data, place),
      )
    }
  }

  function change(req: Request, res: Response, sent: SentCalendarAct, work: CalendarWork): void {
    const { cohort, person_id: by } = currentEnrolment(req)
    const { act, place, tell } = sent
    const done: { change?: CalendarChange } = {}
    try {
      const location = idempotency.run(by, sent.once, () => {
        done.change = calendar.change(cohort, { seen: sent.version, by, act, tell }, work)
        return `/admin/cohorts/${cohort.slug}/calendar`
      })
      if (done.change) addFlash(req, { kind: 'said', ...changeMessage(pageContext(res), act, done.change) })
      if (done.change && tell) addFlash(req, { kind: 'said', key: 'cohorts.said.telling' })
      res.redirect(303, location)
    } catch (error) {
      const problem = refusalMessage(pageContext(res), error)
      const field = place === 'rest' ? 'after' : place === 'holiday' ? 'from' : place === 'course' ? '' : 'opens_on'
      const form = { values: typed(sent), problems: { [field]: problem } }
      refuse(req, res, place, form, error instanceof EditConflict ? 409 : 422)
    }
  }

  function refuse(req: Request, res: Response, place: FormPlace, form: Form, status: 409 | 422 = 422): void {
    show(req, res, { form, place, status })
  }
}

/** The fields as they go back into the form. */
function typed({ opens_on, rest, after, from, to, tell }: Partial<SentCalendarAct>): Form['values'] {
  const fields = Object.entries({ opens_on, rest, after, from, to }).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(fields.map(([name, value]) => [name, String(value)])), tell: tell ? '1' : '0' }
}

function entryIn(req: Request): number {
  return idParam(req.params['entry'])
}

/** The index of the entry; 404 for one of another calendar. */
function indexOf(entries: readonly { id: number }[], id: number): number {
  const at = entries.findIndex((entry) => entry.id === id)
  return at < 0 ? notFound() : at
}
