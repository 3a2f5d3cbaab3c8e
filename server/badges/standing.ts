import type { KeptEntry } from '../cohorts/kept-calendars.ts'
import type { CourseContent, Thing } from '../courses/courses.ts'
import type { Hue, Shape } from '../courses/outline.ts'
import { type Facts, missing, parseRule, progressOf, type Rule } from './rules.ts'

/** A badge as the course has it; the things of a set are filled in by the cohort's calendar. */
export interface Badge {
  id: number
  slug: string
  /** From 1; 0 for one that the course no longer gives. */
  position: number
  title: string
  meaning: string
  shape: Shape
  hue: Hue | 'plain'
  icon: string | null
  number: number | null
  rule: Rule
}

export type BadgeRow = Omit<Badge, 'rule'> & { rule: string }

/** Everything that the rules ask about one person in one cohort, as it comes from one statement. */
export interface StandingRow {
  cohort_id: number
  slug: string
  course_id: number
  course_revision: number
  /** In which the person reads courses. */
  language: string | null
  goal: number
  calendar_version: number
  /** JSON: ids of things. */
  done: string
  skipped: string
  reflections: number
  answers_given: number
  /** JSON: award id and time by badge id. */
  awards: string
}

/** A thing in the cohort's calendar. */
export interface Place {
  number: number
  thing: Thing
  opens_on: string
  open: boolean
  done: boolean
  skipped: boolean
}

/** Where a person stands with one badge in one cohort. */
export interface Reach {
  badge: Badge
  rule: Rule
  missing: number
  ring: { done: number; of: number }
  award: { id: string; awarded_at: string } | null
}

export interface Standing {
  cohort_id: number
  /** Address of the cohort's pages. */
  base: string
  goal: number
  places: Place[]
  answers_given: number
  reaches: Reach[]
}

export function readBadge({ rule, ...badge }: BadgeRow): Badge {
  return { ...badge, rule: parseRule(rule, () => []) }
}

/** @param now the instant, as it is stored */
export function readStanding(
  row: StandingRow,
  badges: Badge[],
  calendar: readonly KeptEntry[],
  content: CourseContent,
  now: string,
): Standing {
  const places = placesOf(row, calendar, content, now)
  const done = places.filter((place) => place.done).map(({ thing }) => thing.slug)
  const facts = { done, reflections: row.reflections, answers_given: row.answers_given }
  const awards: Record<string, [string, string]> = JSON.parse(row.awards)
  const { cohort_id, slug, goal, answers_given } = row
  return {
    cohort_id,
    base: `/cohorts/${slug}`,
    goal,
    places,
    answers_given,
    reaches: badges.map((badge) => reachOf(badge, places, facts, awards[badge.id])),
  }
}

function reachOf(badge: Badge, places: Place[], facts: Facts, award: [string, string] | undefined): Reach {
  const rule = inCalendar(badge.rule, places)
  return {
    badge,
    rule,
    missing: missing(rule, facts),
    ring: progressOf(rule, facts),
    award: award ? { id: award[0], awarded_at: award[1] } : null,
  }
}

/** The rule with the things of its set, as far as this calendar has them. */
function inCalendar(rule: Rule, places: Place[]): Rule {
  if (rule.kind !== 'set-done') return rule
  const things = places.filter(({ thing }) => thing.set.slug === rule.set).map(({ thing }) => thing.slug)
  return { ...rule, things }
}

function placesOf(row: StandingRow, calendar: readonly KeptEntry[], content: CourseContent, now: string): Place[] {
  const done: number[] = JSON.parse(row.done)
  const skipped: number[] = JSON.parse(row.skipped)
  const places: Place[] = []
  for (const { number, thing_id, opens_on, opens_at } of calendar) {
    const thing = thing_id === null ? undefined : content.thing(thing_id)
    if (!thing || number === null) continue
    const mine = { done: done.includes(thing.id), skipped: skipped.includes(thing.id) }
    places.push({ number, thing, opens_on, open: opens_at <= now, ...mine })
  }
  return places
}
