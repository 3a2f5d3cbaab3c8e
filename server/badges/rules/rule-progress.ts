import type { CalendarEntry } from '../../calendar/plan.ts'
import type { CourseContent, Thing } from '../../courses/course-content.ts'
import { type Badge, isIn, spanOf } from '../badge.ts'
import type { PlainRule } from './kinds.ts'
import { type RuleFacts, within } from './rule-facts.ts'
import { type FactRow, type RuleSetting, readFacts } from './rule-facts-query.ts'
import { heldAt, missing, partsOf, progressOf, type Rule, withThings } from './rules.ts'

/** Everything that the rules ask about one person in one cohort, as it comes from one statement. */
export interface LearnerProgressRow extends FactRow {
  person_id: number
  cohort_id: number
  slug: string
  course_id: number
  course_revision: number
  time_zone: string
  starts_on: string
  ends_on: string
  /** In which the person reads courses. */
  language: string | null
  goal: number
  calendar_version: number
  /** JSON: ids of things. */
  skipped: string
  /** JSON by badge id: award id, instant, badge version, 1 where it is revoked, and the time zone of its date. */
  awards: string
}

/** A thing in the cohort's calendar. */
export interface CalendarThing {
  number: number
  thing: Thing
  opens_on: string
  open: boolean
  done: boolean
  skipped: boolean
}

interface HeldAward {
  id: string
  awarded_at: string
  badge_version: number
  /** Of its date. */
  time_zone: string
}

/** The progress of a person with one badge in one cohort. */
export interface BadgeProgress {
  badge: Badge
  rule: Rule
  missing: number
  /** Of each rule that it puts together, how much is still missing; of a plain one, itself. */
  parts: { rule: PlainRule; missing: number }[]
  ring: { done: number; of: number }
  /** When it was earned by what happened, whether or not it was awarded. */
  held_at: string | null
  award: HeldAward | null
  /** It was awarded and revoked: no act awards it again. */
  revoked: boolean
}

export interface LearnerProgress {
  person_id: number
  cohort_id: number
  /** Address of the cohort's pages. */
  base: string
  goal: number
  starts_on: string
  time_zone: string
  places: CalendarThing[]
  badges: BadgeProgress[]
}

/** @param now the instant, as it is stored */
export function readLearnerProgress(
  row: LearnerProgressRow,
  badges: readonly Badge[],
  setting: RuleSetting,
  now: string,
): LearnerProgress {
  const { calendar, content } = setting
  const facts = readFacts(row, setting)
  const places = calendarThings(row, facts, calendar, content, now)
  const awards: Record<string, [string, string, number, number, string]> = JSON.parse(row.awards)
  const { person_id, cohort_id, slug, goal, starts_on, time_zone } = row
  return {
    person_id,
    cohort_id,
    base: `/cohorts/${slug}`,
    goal,
    starts_on,
    time_zone,
    places,
    badges: badges
      .filter((badge) => isIn(badge, cohort_id))
      .map((badge) => badgeProgress(badge, places, within(facts, spanOf(badge, time_zone)), awards[badge.id])),
  }
}

function badgeProgress(
  badge: Badge,
  places: readonly CalendarThing[],
  facts: RuleFacts,
  award: [string, string, number, number, string] | undefined,
): BadgeProgress {
  const rule = withThings(badge.rule, (set) =>
    places.filter(({ thing }) => thing.set.slug === set).map(({ thing }) => thing.slug),
  )
  const revoked = award?.[3] === 1
  return {
    badge,
    rule,
    missing: missing(rule, facts),
    parts: partsOf(rule).map((part) => ({ rule: part, missing: missing(part, facts) })),
    ring: progressOf(rule, facts),
    held_at: heldAt(rule, facts),
    award:
      award && !revoked ? { id: award[0], awarded_at: award[1], badge_version: award[2], time_zone: award[4] } : null,
    revoked,
  }
}

function calendarThings(
  row: LearnerProgressRow,
  facts: RuleFacts,
  calendar: readonly CalendarEntry[],
  content: CourseContent,
  now: string,
): CalendarThing[] {
  const done = new Set(facts.done.map(({ thing }) => thing))
  const skipped: number[] = JSON.parse(row.skipped)
  const places: CalendarThing[] = []
  for (const { number, thing_id, opens_on, opens_at } of calendar) {
    const thing = thing_id === null ? undefined : content.thing(thing_id)
    if (!thing || number === null) continue
    const mine = { done: done.has(thing.slug), skipped: skipped.includes(thing.id) }
    places.push({ number, thing, opens_on, open: opens_at <= now, ...mine })
  }
  return places
}
