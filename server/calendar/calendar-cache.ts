import type { Database } from '../db/open.ts'
import type { PlannedEntry } from './plan.ts'

/** An entry of a cohort's calendar: `opens_on` is the local date, `opens_at` the instant at which it opens, in UTC. */
export interface CalendarEntry {
  kind: PlannedEntry['kind']
  number: number | null
  thing_id: number | null
  opens_on: string
  opens_at: string
}

/**
 * Cohorts' calendars, in memory for as long as their version (cohort.calendar_version) is this one: every page of a
 * cohort asks for hers, and it changes a few times in a course.
 */
export function createCalendarCache(db: Database) {
  const entries = db.prepare<[number], CalendarEntry>(
    `SELECT kind, number, thing_id, opens_on, opens_at FROM calendar_entry
      WHERE cohort_id = ? AND taken_out_at IS NULL ORDER BY position`,
  )
  const kept = new Map<number, { version: number; calendar: readonly CalendarEntry[] }>()

  /** @param version read from the database in this very request */
  return function calendarOf(cohort_id: number, version: number): readonly CalendarEntry[] {
    const known = kept.get(cohort_id)
    if (known?.version === version) return known.calendar
    const calendar = entries.all(cohort_id)
    kept.set(cohort_id, { version, calendar })
    return calendar
  }
}

export type CalendarOf = ReturnType<typeof createCalendarCache>
