import type { CourseContent, Thing } from '../courses/course-content.ts'
import type { StoredCalendarEntry } from './calendar.ts'

/** What opens on one day of a cohort's calendar. */
export interface CalendarDay {
  kind: StoredCalendarEntry['kind']
  opens_on: string
  opens_at: string
  things: { number: number; thing: Thing }[]
}

/** The calendar by its days, with the things by name. */
export function calendarDays(
  entries: readonly StoredCalendarEntry[],
  course: Pick<CourseContent, 'thing'>,
): CalendarDay[] {
  return [...Map.groupBy(entries, (entry) => `${entry.opens_on} ${entry.kind}`).values()].flatMap(
    ([first, ...others]) => {
      if (!first) return []
      const things = [first, ...others].flatMap(({ number, thing_id }) => {
        const thing = thing_id === null ? undefined : course.thing(thing_id)
        return thing && number !== null ? [{ number, thing }] : []
      })
      return [{ kind: first.kind, opens_on: first.opens_on, opens_at: first.opens_at, things }]
    },
  )
}
