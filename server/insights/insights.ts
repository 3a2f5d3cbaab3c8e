import type { CalendarEntry } from '../calendar/plan.ts'
import type { Courses } from '../courses/courses.ts'
import { type Clock, instantText } from '../db/clock.ts'
import type { Database } from '../db/open.ts'
import type { Enrolment } from '../enrolments/enrolments.ts'
import type { PageContext } from '../web/render/page-context.ts'
import { thingColumns } from './grid.ts'
import { createGridRows } from './grid-rows.ts'
import { IS_INACTIVE, inactiveBefore } from './inactivity.ts'
import { type Overview, type OverviewNumbers, presentOverview } from './overview.ts'
import { breaksBetween, headcount, type SpreadRow, type TallyRow, type ThingTally, thingTallies } from './statistics.ts'

const A_WEEK = Temporal.Duration.from({ hours: 24 * 7 })

interface InsightsDeps {
  courses: Pick<Courses, 'content'>
  entries: (cohort_id: number) => CalendarEntry[]
  unanswered: (enrolment: Enrolment) => { count: number; many: boolean }
}

/** Statistics of a cohort for its organisers. Only learners are counted, and texts are never analysed. */
export function createInsights(db: Database, clock: Clock, { courses, entries, unanswered }: InsightsDeps) {
  // Triggers keep thing_tally, the sums by cohort and thing: completion_is_counted, completion_goes, learner_changes,
  // learner_goes, learner_is_changed, pulse_is_counted, pulse_changes, pulse_is_changed, pulse_goes.
  const spread = db.prepare<{ cohort_id: number; week: string; two_weeks: string }, SpreadRow>(`
    SELECT role, things_done AS done, count(*) AS people, count(*) FILTER (WHERE last_wrote_at >= :week) AS wrote,
           count(*) FILTER (WHERE ${IS_INACTIVE}) AS quiet
      FROM enrolment INDEXED BY enrolment_progress
     WHERE cohort_id = :cohort_id AND left_at IS NULL
     GROUP BY role, things_done ORDER BY things_done`)
  const tallies = db.prepare<[number], TallyRow>(`
    SELECT thing_id, done, answered, useful, partly_useful, will_use, perhaps FROM thing_tally WHERE cohort_id = ?`)
  // scans from the newest line until there are enough, since the index has lines of all cohorts
  const lines = db.prepare<[number], { thing_id: number; line: string }>(`
    SELECT pulse.thing_id, line
      FROM pulse INDEXED BY pulse_with_line CROSS JOIN enrolment ON enrolment.id = pulse.enrolment_id
     WHERE line IS NOT NULL AND cohort_id = ? AND role = 'learner' AND left_at IS NULL
     ORDER BY given_at DESC LIMIT 5`)

  function things({ cohort, language }: Enrolment, calendar: readonly CalendarEntry[]): ThingTally[] {
    const course = courses.content(cohort.course_id, cohort.course_revision, language)
    return thingTallies(thingColumns(calendar, course, instantText(clock.now())), tallies.all(cohort.id))
  }

  function numbers(enrolment: Enrolment, calendar: readonly CalendarEntry[]): OverviewNumbers {
    const now = clock.now()
    const open = things(enrolment, calendar)
    const [week, two_weeks] = [instantText(now.subtract(A_WEEK)), inactiveBefore(now, open)]
    const counts = headcount(spread.all({ cohort_id: enrolment.cohort.id, week, two_weeks: two_weeks ?? '' }))
    const { count, many } = unanswered(enrolment)
    return {
      ...counts,
      quiet: two_weeks === null ? null : counts.quiet,
      unanswered: count,
      unanswered_and_more: many,
      things: open,
      rests: breaksBetween(calendar, instantText(now)),
      lines: lines.all(enrolment.cohort.id),
    }
  }

  return {
    ...createGridRows(db, clock, { courses, entries }),

    /** The open things with counts of completions and pulses. */
    things: (enrolment: Enrolment): ThingTally[] => things(enrolment, entries(enrolment.cohort.id)),

    /** The overview of a cohort, for one of its organisers. */
    overview: (enrolment: Enrolment, calendar: readonly CalendarEntry[], frame: PageContext): Overview =>
      presentOverview(frame, enrolment, numbers(enrolment, calendar)),
  }
}
