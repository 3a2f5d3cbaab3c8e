import type { CalendarOf } from '../../calendar/calendar-cache.ts'
import type { Courses } from '../../courses/courses.ts'
import { type Clock, nowText } from '../../db/clock.ts'
import type { Database } from '../../db/open.ts'
import { timeZoneAtSql } from '../../enrolments/time-zone-sql.ts'
import { BADGE_COLUMNS, type Badge, type BadgeRow, isIn, readBadge, spanOf } from '../badge.ts'
import { factColumns, type RuleSetting, weeksOf } from './rule-facts-query.ts'
import { type LearnerProgress, type LearnerProgressRow, readLearnerProgress } from './rule-progress.ts'

type CohortDates = Pick<LearnerProgressRow, 'calendar_version' | 'starts_on' | 'ends_on' | 'time_zone'>

/** What a cohort's dates say, for as long as they stay the same. */
interface KeyedCalendar extends Pick<RuleSetting, 'calendar' | 'weeks'> {
  key: string
  time_zone: string
}

const LONG_AFTER = Temporal.Duration.from({ weeks: 104 })

/** Reads with one statement all facts that badges ask about a person in a cohort. */
export function createLearnerProgressQuery(
  db: Database,
  clock: Clock,
  { calendarOf, courses }: { calendarOf: CalendarOf; courses: Pick<Courses, 'content'> },
) {
  const badgesOf = db.prepare<[number], BadgeRow>(
    `SELECT ${BADGE_COLUMNS} FROM badge WHERE course_id = ? ORDER BY position, id`,
  )
  const one = db.prepare<[number], BadgeRow>(`SELECT ${BADGE_COLUMNS} FROM badge WHERE id = ?`)
  const kept = new Map<number, { revision: number; badges: Badge[] }>()
  const datesOf = db.prepare<[number], CohortDates>(
    'SELECT calendar_version, starts_on, ends_on, time_zone FROM cohort WHERE id = ?',
  )
  const dated = new Map<number, KeyedCalendar>()
  const statements = new Map<string, ReturnType<typeof prepare>>()

  /** A course's badges but for drafts, in memory for as long as its revision is this one. */
  function badgesIn(course_id: number, revision: number): readonly Badge[] {
    const known = kept.get(course_id)
    if (known?.revision === revision) return known.badges
    const badges = badgesOf
      .all(course_id)
      .map(readBadge)
      .filter(({ draft }) => draft === 0)
    kept.set(course_id, { revision, badges })
    return badges
  }

  function prepare(columns: string) {
    return db.prepare<object, LearnerProgressRow>(`
      SELECT enrolment.person_id, cohort.id AS cohort_id, cohort.slug, cohort.course_id, cohort.time_zone, cohort.starts_on,
             cohort.ends_on, course.revision AS course_revision, enrolment.goal, cohort.calendar_version,
             (SELECT language FROM person WHERE person.id = enrolment.person_id) AS language,
             (SELECT json_group_array(thing_id) FROM skip WHERE enrolment_id = enrolment.id) AS skipped,
             (SELECT json_group_object(badge_id, json_array(id, awarded_at, badge_version, revoked_at IS NOT NULL, ${timeZoneAtSql('awarded_at')})) FROM award
               WHERE person_id = enrolment.person_id AND cohort_id = cohort.id) AS awards, ${columns}
        FROM enrolment
        JOIN cohort ON cohort.id = enrolment.cohort_id
        JOIN course ON course.id = cohort.course_id
       WHERE enrolment.cohort_id = :cohort_id AND enrolment.person_id = :person_id`)
  }

  /** The progress of a person with these badges; null for who never was in the cohort. */
  function progressOf(person_id: number, cohort_id: number, badges: readonly Badge[]): LearnerProgress | null {
    const now = nowText(clock)
    const inCohort = badges.filter((badge) => isIn(badge, cohort_id))
    for (let known = dated.get(cohort_id) ?? readDates(cohort_id); known; ) {
      const { time_zone, weeks, calendar } = known
      const rules = inCohort.map((badge) => ({ rule: badge.rule, span: spanOf(badge, time_zone) }))
      const { sql, values } = factColumns(rules, weeks.until(now))
      const statement = statements.get(sql) ?? prepare(sql)
      statements.set(sql, statement)
      const row = statement.get({ person_id, cohort_id, ...values })
      if (!row) return null
      const key = known.key
      known = datesIn(cohort_id, row)
      if (known.key !== key) continue
      const content = courses.content(row.course_id, row.course_revision, row.language)
      return readLearnerProgress(row, inCohort, { calendar, content, weeks }, now)
    }
    return null
  }

  function readDates(cohort_id: number): KeyedCalendar | null {
    const dates = datesOf.get(cohort_id)
    return dates ? datesIn(cohort_id, dates) : null
  }

  function datesIn(cohort_id: number, dates: CohortDates): KeyedCalendar {
    const { calendar_version, starts_on, ends_on, time_zone } = dates
    const key = [calendar_version, starts_on, ends_on, time_zone].join()
    const known = dated.get(cohort_id)
    if (known?.key === key) return known
    const calendar = calendarOf(cohort_id, calendar_version)
    const until = Temporal.PlainDate.from(ends_on).add(LONG_AFTER).toString()
    const made = { key, calendar, time_zone, weeks: weeksOf(dates, calendar, until) }
    dated.set(cohort_id, made)
    return made
  }

  return {
    badgesIn,
    progressOf,
    /** A badge as it is kept, drafts too. */
    badge(id: number): Badge | null {
      const row = one.get(id)
      return row ? readBadge(row) : null
    },
  }
}

export type LearnerProgressQuery = ReturnType<typeof createLearnerProgressQuery>
