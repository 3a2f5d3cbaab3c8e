import type { Cohort } from './enrolments.ts'

type Ending = Pick<Cohort, 'closed_at' | 'ends_on' | 'time_zone'>

/** From then on nobody joins; what is done later counts all the same. */
export function isClosed({ closed_at }: Pick<Ending, 'closed_at'>, now: Temporal.Instant): boolean {
  return closed_at !== null && Temporal.Instant.compare(closed_at, now) <= 0
}

/** Closed, or past its last day: everything stays, and those who took part are alumni. */
export function isOver(cohort: Ending, now: Temporal.Instant): boolean {
  return isClosed(cohort, now) || cohort.ends_on < now.toZonedDateTimeISO(cohort.time_zone).toPlainDate().toString()
}
