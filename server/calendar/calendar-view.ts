import type { Request, Response } from 'express'
import type { CourseContent } from '../courses/course-content.ts'
import { localDate } from '../db/clock.ts'
import type { Cohort } from '../enrolments/enrolments.ts'
import type { Services } from '../services.ts'
import { currentEnrolment } from '../web/http/current-user.ts'
import { emptyForm, type Form } from '../web/http/forms.ts'
import { notFound } from '../web/http/http-error.ts'
import { queryNumber, queryText } from '../web/http/params.ts'
import { pageContext } from '../web/render/page-context.ts'
import { view } from '../web/render/view.ts'
import type { StoredCalendarEntry } from './calendar.ts'
import { type CalendarDay, calendarDays } from './calendar-days.ts'
import { type EditableEntry, isLastThingOfDay, laterDate } from './changes.ts'
import { type CourseDifference, compareWithCourse } from './course-sync.ts'
import { type Month, monthOf, monthToShow } from './month.ts'
import { isOpen } from './plan.ts'

/** An entry with the form that changes it. */
interface EntryWithForm {
  id: number
  kind: EditableEntry['kind']
  number: number | null
  title: string
  opens_on: string
  /** No other thing opens on its day. */
  alone: boolean
  form: Form
  /** Its form is open: the address names it, or its input was refused. */
  unfolded: boolean
}

/** An entry in the table of a month. */
interface MonthEntry {
  kind: EditableEntry['kind']
  number: number | null
  title: string
  hue: string
  href: string
}

/** Which form on the page was refused: that of an entry, by its id, or one of the others. */
export type FormPlace = number | 'rest' | 'holiday' | 'course'

interface RefusedCalendarForm {
  form: Form
  place: FormPlace
  status: 409 | 422
}

const calendarPage = view<{
  cohort: Cohort
  version: number
  open: CalendarDay[]
  open_things: number
  coming: EntryWithForm[]
  /** Things that were taken out. */
  aside: EntryWithForm[]
  /** The things after which a catch-up week may come. */
  rests_after: { id: number; number: number | null; title: string }[]
  rest_form: Form
  holiday_form: Form
  /** What the course has by now that the calendar has not; null where nothing is. */
  news: { added: string[]; hidden: string[]; reordered: boolean } | null
  /** The problems of the refused form, by the ids of its fields. */
  form: Form
}>('calendar/calendar')

const monthPage = view<{ cohort: Cohort; month: Month; entries: Map<number, MonthEntry> }>('calendar/month')

/** Shows a cohort's calendar: as a list with the forms that change it, or month by month. */
export function calendarViews({ calendar, clock, courses }: Services) {
  function show(req: Request, res: Response, refused?: RefusedCalendarForm): void {
    const { cohort } = currentEnrolment(req)
    const entries = calendar.entries(cohort.id)
    const aside = calendar.takenOut(cohort.id)
    const course = courses.content(cohort.course_id, cohort.course_revision)
    const now = clock.now()
    const asked = typeof refused?.place === 'number' ? refused.place : null
    if (refused?.status === 422 && asked !== null && ![...entries, ...aside].some(({ id }) => id === asked)) notFound()
    const open = entries.filter((entry) => isOpen(entry, now))
    const today = todayIn(cohort)
    const looked_for = queryNumber(req, 'entry')
    const changeable = (entry: StoredCalendarEntry, opens_on: string): EntryWithForm => {
      const { id, kind, number } = entry
      const its = { opens_on, rest: 'follow', tell: '1' }
      const form = id === asked && refused ? refused.form : emptyForm()
      return {
        id,
        kind,
        number,
        title: titleOf(course, entry),
        opens_on: entry.opens_on,
        alone: entries.every((other) => other.id === id || other.opens_on !== entry.opens_on),
        form: { values: { ...its, ...form.values }, problems: form.problems },
        unfolded: id === asked || id === looked_for,
      }
    }
    const formOf = (place: FormPlace, values: Record<string, string> = {}) =>
      refused?.place === place ? refused.form : emptyForm({ ...values, tell: '1' })
    calendarPage(res, {
      title: pageContext(res).t('cohorts.calendar.title'),
      area: 'admin',
      status: refused?.status ?? 200,
      cohort,
      version: calendar.version(cohort.id),
      open: calendarDays(open, course),
      open_things: open.filter(({ kind }) => kind === 'thing').length,
      // a refused form keeps its place, also where the entry has opened meanwhile
      coming: entries.flatMap((entry) =>
        isOpen(entry, now) && entry.id !== asked ? [] : [changeable(entry, entry.opens_on)],
      ),
      aside: aside.map((entry) => changeable(entry, laterDate(entry.opens_on, today))),
      rests_after: entries.flatMap((entry, at) =>
        isLastThingOfDay(entries, at) && at >= open.length - 1
          ? [{ id: entry.id, number: entry.number, title: titleOf(course, entry) }]
          : [],
      ),
      rest_form: formOf('rest'),
      holiday_form: formOf('holiday'),
      news: differenceOf(compareWithCourse(entries, aside, thingIdsOf(course), now), course),
      form: { values: {}, problems: problemsByField(refused) },
    })
  }

  function showMonth(req: Request, res: Response): void {
    const { cohort } = currentEnrolment(req)
    const today = todayIn(cohort)
    const asked = queryText(req, 'month') ?? monthToShow(cohort, today)
    if (!/^20\d\d-(0[1-9]|1[0-2])$/.test(asked)) notFound()
    const entries = calendar.entries(cohort.id)
    const course = courses.content(cohort.course_id, cohort.course_revision)
    const at = `/admin/cohorts/${cohort.slug}/calendar`
    const printed = entries.map((entry): [number, MonthEntry] => {
      const { id, kind, number } = entry
      const open = isOpen(entry, clock.now())
      const look = kind === 'thing' ? `/cohorts/${cohort.slug}/things/${number}` : at
      const href = open ? look : `${at}?entry=${id}#entry-${id}`
      const hue = course.thing(entry.thing_id ?? 0)?.set.hue ?? 'plain'
      return [id, { kind, number, title: titleOf(course, entry), hue, href }]
    })
    monthPage(res, {
      title: pageContext(res).t('cohorts.calendar.title'),
      area: 'admin',
      cohort,
      month: monthOf(entries, asked, today),
      entries: new Map(printed),
    })
  }

  function todayIn({ time_zone }: Cohort): string {
    return localDate(clock.now(), time_zone)
  }

  return { show, showMonth }
}

/** The things of a course in its order. */
export function thingIdsOf(course: CourseContent): number[] {
  return course.things.map(({ id }) => id)
}

function titleOf(course: CourseContent, { thing_id }: Pick<StoredCalendarEntry, 'thing_id'>): string {
  return course.thing(thing_id ?? 0)?.title ?? ''
}

function differenceOf({ added, hidden, reordered }: CourseDifference, course: CourseContent) {
  if (added.length + hidden.length === 0 && !reordered) return null
  const titles = (ids: number[]) => ids.map((id) => course.thing(id)?.title ?? '')
  return { added: titles(added), hidden: titles(hidden), reordered }
}

/** The problems by the ids that their fields have on the page; each entry has such fields. */
function problemsByField(refused: RefusedCalendarForm | undefined): Form['problems'] {
  const place = refused?.place
  const idOf = (field: string) => {
    if (typeof place === 'number') return `${field === 'rest' ? 'rest' : 'opens_on'}-${place}`
    if (place === 'holiday') return field === 'to' ? 'holiday-to' : 'holiday-from'
    return place === 'rest' ? 'after' : place === 'course' ? 'course' : ''
  }
  return Object.fromEntries(Object.entries(refused?.form.problems ?? {}).map(([field, words]) => [idOf(field), words]))
}
