import { localDate } from '../db/clock.ts'
import type { Cohort } from '../enrolments/enrolments.ts'
import { isClosed } from '../enrolments/policy.ts'

type Ending = Pick<Cohort, 'closed_at' | 'ends_on' | 'time_zone'>

/** Closed, or past its last day: everything stays, and those who took part are alumni. */
export function isOver(cohort: Ending, now: Temporal.Instant): boolean {
  return isClosed(cohort, now) || cohort.ends_on < localDate(now, cohort.time_zone)
}
