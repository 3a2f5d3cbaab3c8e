import { type Clock, instantText, localDate } from '../db/clock.ts'
import type { Database } from '../db/open.ts'

/** Counts on the first admin page. */
export interface AdminCounts {
  people: number
  /** People who visited in the last seven days. */
  here: number
  /** Cohorts that run today (UTC). */
  running: number
  reports: number
  /** Dead emails and other jobs. */
  stuck: number
}

const WEEK = Temporal.Duration.from({ hours: 24 * 7 })

/** Counts of the whole site, by one statement. */
export function createAdminHome(db: Database, clock: Clock) {
  const counts = db.prepare<{ week: string; today: string }, AdminCounts>(`
    SELECT (SELECT count(*) FROM person) AS people,
           (SELECT count(DISTINCT person_id) FROM enrolment WHERE seen_at > :week AND left_at IS NULL) AS here,
           (SELECT count(*) FROM cohort WHERE starts_on <= :today AND ends_on >= :today) AS running,
           (SELECT count(*) FROM report WHERE settled_at IS NULL) AS reports,
           (SELECT count(*) FROM job WHERE outcome = 'dead') AS stuck`)

  return {
    counts(): AdminCounts {
      const now = clock.now()
      const today = localDate(now, 'UTC')
      const found = counts.get({ week: instantText(now.subtract(WEEK)), today })
      return found ?? { people: 0, here: 0, running: 0, reports: 0, stuck: 0 }
    },
  }
}
