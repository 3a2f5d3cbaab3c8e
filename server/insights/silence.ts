import { instantText } from '../db/clock.ts'

/** How somebody stands in a cohort, whatever she did about single things. */
export const PERSON_STATES = ['going', 'paused', 'silent'] as const
export type PersonState = (typeof PERSON_STATES)[number]

/**
 * SQL about an `enrolment`: when its person last published or answered in the cohort, as an instant; '' for never. The
 * newest of somebody's answers is the first that the index offers.
 */
export const WROTE_AT = `
  max((SELECT coalesce(max(completed_at), '') FROM completion WHERE enrolment_id = enrolment.id),
      coalesce((SELECT written_at FROM comment JOIN reflection ON reflection.id = reflection_id
                 WHERE comment.person_id = enrolment.person_id AND reflection.cohort_id = enrolment.cohort_id
                 ORDER BY comment.written_at DESC LIMIT 1), ''))`

/**
 * SQL: somebody was there two weeks ago, at the instant `:two_weeks`, and neither published nor answered since, and she
 * did not pause in these weeks either. Whose account is put aside cannot say anything. An empty `:two_weeks` is a course that has not gone on for so long: nobody is
 * silent in it.
 * @param table that has the enrolment's `id`, `person_id` and `joined_at`
 */
export function isSilent(table: string, wrote_at = WROTE_AT): string {
  return `(${table}.joined_at < :two_weeks AND ${wrote_at} < :two_weeks
           AND NOT EXISTS (SELECT 1 FROM pause WHERE enrolment_id = ${table}.id AND coalesce(until, '9') > :two_weeks)
           AND NOT EXISTS (SELECT 1 FROM person WHERE person.id = ${table}.person_id AND deactivated_at IS NOT NULL))`
}

/** SQL: one of PERSON_STATES, for an `enrolment`. */
export const PERSON_STATE = `
  CASE WHEN EXISTS (SELECT 1 FROM pause WHERE enrolment_id = enrolment.id AND until IS NULL) THEN 'paused'
       WHEN ${isSilent('enrolment')} THEN 'silent' ELSE 'going' END`

const TWO_WEEKS = Temporal.Duration.from({ hours: 24 * 14 })

/** The instant two weeks ago; null before anything has been open for so long. */
export function twoWeeksBefore(now: Temporal.Instant, opened: readonly { opens_at: string }[]): string | null {
  const instant = instantText(now.subtract(TWO_WEEKS))
  return opened.some(({ opens_at }) => opens_at <= instant) ? instant : null
}
