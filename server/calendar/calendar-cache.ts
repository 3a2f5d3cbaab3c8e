import type { CalendarEntry } from './plan.ts'

/**
 * Keeps cohorts' calendars in memory by their version (`cohort.calendar_version`): every page of a cohort asks for its
 * calendar, which changes a few times in a course.
 */
export function createCalendarCache(read: (cohort_id: number) => readonly CalendarEntry[]) {
  const cache = new Map<number, { version: number; calendar: readonly CalendarEntry[] }>()

  /** @param version read from the database in the same request */
  return function calendarOf(cohort_id: number, version: number): readonly CalendarEntry[] {
    const cached = cache.get(cohort_id)
    if (cached?.version === version) return cached.calendar
    const calendar = read(cohort_id)
    cache.set(cohort_id, { version, calendar })
    return calendar
  }
}

export type CalendarOf = ReturnType<typeof createCalendarCache>
