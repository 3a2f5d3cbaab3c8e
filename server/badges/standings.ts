import type { CalendarOf, KeptEntry } from '../cohorts/kept-calendars.ts'
import type { Courses } from '../courses/courses.ts'
import { type Clock, nowText } from '../db/clock.ts'
import type { Database } from '../db/open.ts'
import { factColumns, type Weeks, weeksOf } from './facts.ts'
import { needsOf } from './rules.ts'
import {
  BADGE_COLUMNS,
  type Badge,
  type BadgeRow,
  readBadge,
  readStanding,
  type Standing,
  type StandingRow,
} from './standing.ts'

const LONG_AFTER = Temporal.Duration.from({ weeks: 104 })

/** One statement of all that these badges ask about somebody, and what it says. */
export function createStandings(
  db: Database,
  clock: Clock,
  { calendarOf, courses }: { calendarOf: CalendarOf; courses: Pick<Courses, 'content'> },
) {
  const badgesOf = db.prepare<[number], BadgeRow>(
    `SELECT ${BADGE_COLUMNS} FROM badge WHERE course_id = ? ORDER BY position, id`,
  )
  const one = db.prepare<[number], BadgeRow>(`SELECT ${BADGE_COLUMNS} FROM badge WHERE id = ?`)
  const kept = new Map<number, { revision: number; badges: Badge[] }>()
  const weeks = new Map<number, { key: string; weeks: Weeks }>()
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
    return db.prepare<{ person_id: number; cohort_id: number }, StandingRow>(`
      SELECT enrolment.person_id, cohort.id AS cohort_id, cohort.slug, cohort.course_id, cohort.time_zone, cohort.starts_on,
             cohort.ends_on, course.revision AS course_revision, enrolment.goal, cohort.calendar_version,
             (SELECT language FROM person WHERE person.id = enrolment.person_id) AS language,
             (SELECT json_group_array(thing_id) FROM skip WHERE enrolment_id = enrolment.id) AS skipped,
             (SELECT json_group_object(badge_id, json_array(id, awarded_at, badge_version, revoked_at IS NOT NULL)) FROM award
               WHERE person_id = enrolment.person_id AND cohort_id = cohort.id) AS awards, ${columns}
        FROM enrolment
        JOIN cohort ON cohort.id = enrolment.cohort_id
        JOIN course ON course.id = cohort.course_id
       WHERE enrolment.cohort_id = :cohort_id AND enrolment.person_id = :person_id`)
  }

  /** How somebody stands with these badges; null for who never was in the cohort. Things done are always asked for. */
  function of(person_id: number, cohort_id: number, badges: readonly Badge[]): Standing | null {
    const needs = badges.flatMap(({ rule }) => needsOf(rule))
    const columns = factColumns(['done', ...needs])
    const statement = statements.get(columns) ?? prepare(columns)
    statements.set(columns, statement)
    const row = statement.get({ person_id, cohort_id })
    if (!row) return null
    const calendar = calendarOf(cohort_id, row.calendar_version)
    const content = courses.content(row.course_id, row.course_revision, row.language)
    return readStanding(row, badges, { calendar, content, weeks: weeksIn(row, calendar) }, nowText(clock))
  }

  function weeksIn(row: StandingRow, calendar: readonly KeptEntry[]): Weeks {
    const { cohort_id, calendar_version, starts_on, ends_on, time_zone } = row
    const key = [calendar_version, starts_on, ends_on, time_zone].join()
    const known = weeks.get(cohort_id)
    if (known?.key === key) return known.weeks
    const until = Temporal.PlainDate.from(ends_on).add(LONG_AFTER).toString()
    const made = weeksOf(row, calendar, until)
    weeks.set(cohort_id, { key, weeks: made })
    return made
  }

  return {
    badgesIn,
    of,
    /** A badge as it is kept, drafts too. */
    badge(id: number): Badge | null {
      const row = one.get(id)
      return row ? readBadge(row) : null
    },
  }
}

export type Standings = ReturnType<typeof createStandings>
