import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import type { Services } from '../services.ts'
import { currentEnrolment, numberIn } from '../web/current.ts'
import { addFlash } from '../web/flash.ts'
import { emptyForm, type Form, once, readForm, refusedForm, rowNumber } from '../web/forms.ts'
import { frameOf } from '../web/frame.ts'
import { keepNothing } from '../web/headers.ts'
import { notFound } from '../web/refusal.ts'
import { view } from '../web/view.ts'
import { isOpen } from './calendar.ts'
import { addCatchUp, type Change, closesItsDay, type Dated, moveEntry, takeOut } from './calendar-changes.ts'
import { refusalOf, saidOf } from './calendar-words.ts'
import { CalendarClash } from './calendars.ts'
import { date } from './cohort-form.ts'
import type { Cohort } from './enrolments.ts'
import { type Stop, stopsOf } from './stops.ts'

/** An entry that has not begun, with the form that changes it. */
interface Coming {
  id: number
  kind: Dated['kind']
  number: number | null
  title: string
  opens_on: string
  form: Form
  /** What was typed was refused: its place on the page stands open. */
  refused: boolean
}

const calendarPage = view<{
  cohort: Cohort
  version: number
  open: Stop[]
  open_things: number
  coming: Coming[]
  /** The things after which a catch-up week may come. */
  rests_after: { id: number; number: number | null; title: string }[]
  rest_form: Form
  /** The problems of the refused form, by the ids of its fields. */
  form: Form
}>('cohorts/calendar')

const rest = z.enum(['follow', 'stay'])
const version = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number)
const moveForm = z.object({ opens_on: date, rest, version, once })
const addForm = z.object({ after: rowNumber, version, once })
const outForm = z.object({ rest, version, once })

/** Where on the page a refused form stands: in its entry, or in the form that adds a week. */
interface Refused {
  form: Form
  entry_id: number | null
  status: 409 | 422
}

/** A cohort's calendar, for its organisers: dates move, rests come and go. */
export function calendarPages(router: Router, { clock, cohorts, courses, may, once: onceOnly }: Services): void {
  const at = '/admin/cohorts/:cohort/calendar'

  router.get(at, may.organising, keepNothing, (req, res) => show(req, res))

  router.post(`${at}/catch-ups`, may.organising, keepNothing, (req, res) => {
    const form = readForm(addForm, req.body)
    if (!form.ok) return refuse(req, res, null, refusedForm(frameOf(res).t, form))
    change(req, res, { ...form.data, act: 'added', entry_id: null }, (entries, place) =>
      addCatchUp(entries, indexOf(entries, form.data.after), place),
    )
  })

  router.post(`${at}/:entry`, may.organising, keepNothing, (req, res) => {
    const entry_id = entryIn(req)
    const form = readForm(moveForm, req.body)
    if (!form.ok) return refuse(req, res, entry_id, refusedForm(frameOf(res).t, form))
    change(req, res, { ...form.data, act: 'moved', entry_id }, (entries, place) =>
      moveEntry(entries, indexOf(entries, entry_id), form.data, place),
    )
  })

  router.post(`${at}/:entry/remove`, may.organising, keepNothing, (req, res) => {
    const entry_id = entryIn(req)
    const form = readForm(outForm, req.body)
    if (!form.ok) return refuse(req, res, entry_id, refusedForm(frameOf(res).t, form))
    change(req, res, { ...form.data, act: 'taken_out', entry_id }, (entries, place) =>
      takeOut(entries, indexOf(entries, entry_id), form.data, place),
    )
  })

  interface Sent {
    act: 'moved' | 'added' | 'taken_out'
    entry_id: number | null
    version: number
    once: string
    opens_on?: string
    rest?: string
    after?: number
  }

  function change(req: Request, res: Response, sent: Sent, work: Parameters<typeof cohorts.changeCalendar>[2]): void {
    const { cohort, person_id } = currentEnrolment(req)
    const done: { change?: Change } = {}
    try {
      const location = onceOnly.run(person_id, sent.once, () => {
        done.change = cohorts.changeCalendar(cohort, { seen: sent.version, by: person_id }, work)
        return `/admin/cohorts/${cohort.slug}/calendar`
      })
      if (done.change) addFlash(req, { kind: 'said', ...saidOf(frameOf(res), sent.act, done.change) })
      res.redirect(303, location)
    } catch (error) {
      const problem = refusalOf(frameOf(res), error)
      const { entry_id, opens_on, rest, after } = sent
      const values = { ...(opens_on && { opens_on }), ...(rest && { rest }), ...(after && { after: String(after) }) }
      const form = { values, problems: { [entry_id === null ? 'after' : 'opens_on']: problem } }
      refuse(req, res, entry_id, form, error instanceof CalendarClash ? 409 : 422)
    }
  }

  function refuse(req: Request, res: Response, entry_id: number | null, form: Form, status: 409 | 422 = 422): void {
    show(req, res, { form, entry_id, status })
  }

  function show(req: Request, res: Response, refused?: Refused): void {
    const { cohort } = currentEnrolment(req)
    const entries = cohorts.entries(cohort.id)
    const course = courses.content(cohort.course_id, cohort.course_revision)
    const now = clock.now()
    const asked = entries.find(({ id }) => id === refused?.entry_id)
    if (refused?.status === 422 && refused.entry_id !== null && !asked) notFound()
    const open = entries.filter((entry) => isOpen(entry, now))
    const coming = entries.flatMap((entry): Coming[] => {
      // a refused form keeps its place, also where the entry has opened meanwhile
      if (isOpen(entry, now) && entry !== asked) return []
      const { id, kind, number, opens_on } = entry
      const title = course.thing(entry.thing_id ?? 0)?.title ?? ''
      const its = { opens_on, rest: 'follow' }
      const form = entry === asked && refused ? refused.form : emptyForm()
      const own = { values: { ...its, ...form.values }, problems: form.problems }
      return [{ id, kind, number, title, opens_on, form: own, refused: entry === asked }]
    })
    calendarPage(res, {
      title: frameOf(res).t('cohorts.calendar.title'),
      area: 'admin',
      status: refused?.status ?? 200,
      cohort,
      version: cohorts.calendarVersion(cohort.id),
      open: stopsOf(open, course),
      open_things: open.filter(({ kind }) => kind === 'thing').length,
      coming,
      rests_after: entries.flatMap((entry, at) =>
        closesItsDay(entries, at) && at >= open.length - 1
          ? [{ id: entry.id, number: entry.number, title: course.thing(entry.thing_id ?? 0)?.title ?? '' }]
          : [],
      ),
      rest_form: refused?.entry_id === null ? refused.form : emptyForm(),
      form: { values: {}, problems: linked(refused, asked) },
    })
  }
}

function entryIn(req: Request): number {
  return numberIn(req.params['entry'])
}

/** Where in the calendar the entry stands; one of another calendar is not there. */
function indexOf(entries: readonly { id: number }[], id: number): number {
  const at = entries.findIndex((entry) => entry.id === id)
  return at < 0 ? notFound() : at
}

/** The problems by the ids that their fields have on the page; each entry has such fields. */
function linked(refused: Refused | undefined, entry: { id: number } | undefined): Form['problems'] {
  const idOf = (field: string) => {
    if (entry) return `${field === 'rest' ? 'rest' : 'opens_on'}-${entry.id}`
    return refused?.entry_id === null ? 'after' : ''
  }
  return Object.fromEntries(Object.entries(refused?.form.problems ?? {}).map(([field, words]) => [idOf(field), words]))
}
