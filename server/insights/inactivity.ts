import { instantText } from '../db/clock.ts'

/** Activity of a learner as a whole; `silent` is shown as inactive. */
export const PERSON_STATES = ['going', 'paused', 'silent'] as const
export type PersonState = (typeof PERSON_STATES)[number]

/**
 * SQL: somebody was enrolled two weeks ago, at the instant `:two_weeks`, and neither published nor commented since, did
 * not pause in these weeks and is not deactivated. An empty `:two_weeks` means that the course has not run for two
 * weeks: nobody is inactive.
 */
export const IS_INACTIVE = `
  (enrolment.joined_at < :two_weeks AND enrolment.last_wrote_at < :two_weeks
   AND NOT EXISTS (SELECT 1 FROM pause WHERE enrolment_id = enrolment.id AND coalesce(until, '9') > :two_weeks)
   AND enrolment.person_id NOT IN (SELECT id FROM person WHERE deactivated_at IS NOT NULL))`

/** SQL: one of PERSON_STATES, for an `enrolment`. */
export const PERSON_STATE = `
  CASE WHEN EXISTS (SELECT 1 FROM pause WHERE enrolment_id = enrolment.id AND until IS NULL) THEN 'paused'
       WHEN ${IS_INACTIVE} THEN 'silent' ELSE 'going' END`

const TWO_WEEKS = Temporal.Duration.from({ hours: 24 * 14 })

/** The instant two weeks ago; null unless something opened before it. */
export function inactiveBefore(now: Temporal.Instant, opened: readonly { opens_at: string }[]): string | null {
  const instant = instantText(now.subtract(TWO_WEEKS))
  return opened.some(({ opens_at }) => opens_at <= instant) ? instant : null
}
