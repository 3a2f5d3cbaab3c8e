import type { Database } from '../db/open.ts'

/** What stands in a calendar, for everybody in the cohort alike. */
export interface KeptEntry {
  kind: 'thing' | 'catch-up' | 'holiday'
  number: number | null
  thing_id: number | null
  opens_on: string
  opens_at: string
}

/**
 * Cohorts' calendars, in memory for as long as their version (cohort.calendar_version) is this one: every page of a
 * cohort asks for hers, and it changes a few times in a course.
 */
export function createKeptCalendars(db: Database) {
  const entries = db.prepare<[number], KeptEntry>(
    `SELECT kind, number, thing_id, opens_on, opens_at FROM calendar_entry
      WHERE cohort_id = ? AND taken_out_at IS NULL ORDER BY position`,
  )
  const kept = new Map<number, { version: number; calendar: readonly KeptEntry[] }>()

  /** @param version read from the database in this very request */
  return function calendarOf(cohort_id: number, version: number): readonly KeptEntry[] {
    const known = kept.get(cohort_id)
    if (known?.version === version) return known.calendar
    const calendar = entries.all(cohort_id)
    kept.set(cohort_id, { version, calendar })
    return calendar
  }
}

export type CalendarOf = ReturnType<typeof createKeptCalendars>
