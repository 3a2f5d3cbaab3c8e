import type { CalendarEntry } from '../../calendar/calendar-cache.ts'
import type { CourseContent, Thing } from '../../courses/course-content.ts'
import type { Shape } from '../../courses/format/schema.ts'
import { instantText } from '../../db/clock.ts'
import type { Hue } from '../../web/render/hues.ts'
import type { PlainRule } from './kinds.ts'
import { type RuleFacts, type TimeSpan, within } from './rule-facts.ts'
import { type FactRow, readFacts, type Setting } from './rule-facts-query.ts'
import { heldAt, missing, parseRule, partsOf, progressOf, type Rule, withThings } from './rules.ts'

/** A badge as the course has it; the things of a set are filled in by the cohort's calendar. */
export interface Badge {
  id: number
  slug: string
  /** From 1; 0 for one that the course no longer gives. */
  position: number
  /** 1 while it is not switched on yet: given to nobody, and shown to those who make it only. */
  draft: 0 | 1
  /** The only cohort that has it; null for all of the course. */
  cohort_id: number | null
  version: number
  title: string
  meaning: string
  shape: Shape
  hue: Hue | 'plain'
  icon: string | null
  number: number | null
  ring_text: string | null
  /** Of its picture, which stands in the sign's place; null where it has none. */
  picture: string | null
  /** Days between which something must happen to count, in the time zone of the cohort. */
  counts_from: string | null
  counts_until: string | null
  /** Of a treasure, and from which week on it may be read. */
  hint: string | null
  hint_after_weeks: number | null
  rule: Rule
}

export type BadgeRow = Omit<Badge, 'rule'> & { rule: string }

export const BADGE_COLUMNS = `id, slug, position, draft, cohort_id, version, title, meaning, shape, hue, icon, number,
  ring_text, picture, counts_from, counts_until, hint, hint_after_weeks, rule`

/** Everything that the rules ask about one person in one cohort, as it comes from one statement. */
export interface StandingRow extends FactRow {
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
  /** JSON: award id and time, version, and whether it was taken back, by badge id. */
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

interface Held {
  id: string
  awarded_at: string
  badge_version: number
}

/** Where a person stands with one badge in one cohort. */
export interface Reach {
  badge: Badge
  rule: Rule
  missing: number
  /** Of each rule that it puts together, how much is still missing; of a plain one, itself. */
  parts: { rule: PlainRule; missing: number }[]
  ring: { done: number; of: number }
  /** When it was earned by what happened, whether or not it was awarded. */
  held_at: string | null
  award: Held | null
  /** It was hers and was taken back: no act gives it again. */
  revoked: boolean
}

export interface Standing {
  person_id: number
  cohort_id: number
  /** Address of the cohort's pages. */
  base: string
  goal: number
  starts_on: string
  time_zone: string
  places: CalendarThing[]
  reaches: Reach[]
}

export function readBadge({ rule, ...badge }: BadgeRow): Badge {
  return { ...badge, rule: parseRule(rule, () => []) }
}

/** Whether a cohort has a badge at all. */
export const isIn = (badge: Pick<Badge, 'cohort_id'>, cohort_id: number): boolean =>
  badge.cohort_id === null || badge.cohort_id === cohort_id

/** @param now the instant, as it is stored */
export function readStanding(row: StandingRow, badges: readonly Badge[], setting: Setting, now: string): Standing {
  const { calendar, content } = setting
  const facts = readFacts(row, setting)
  const places = placesOf(row, facts, calendar, content, now)
  const awards: Record<string, [string, string, number, number]> = JSON.parse(row.awards)
  const { person_id, cohort_id, slug, goal, starts_on, time_zone } = row
  return {
    person_id,
    cohort_id,
    base: `/cohorts/${slug}`,
    goal,
    starts_on,
    time_zone,
    places,
    reaches: badges
      .filter((badge) => isIn(badge, cohort_id))
      .map((badge) => reachOf(badge, places, within(facts, spanOf(badge, time_zone)), awards[badge.id])),
  }
}

/** The instants between which a badge counts. */
export function spanOf(
  { counts_from, counts_until }: Pick<Badge, 'counts_from' | 'counts_until'>,
  time_zone: string,
): TimeSpan {
  const midnight = (date: Temporal.PlainDate) => instantText(date.toZonedDateTime(time_zone).toInstant())
  return {
    from: counts_from === null ? null : midnight(Temporal.PlainDate.from(counts_from)),
    until: counts_until === null ? null : midnight(Temporal.PlainDate.from(counts_until).add({ days: 1 })),
  }
}

function reachOf(
  badge: Badge,
  places: readonly CalendarThing[],
  facts: RuleFacts,
  award: [string, string, number, number] | undefined,
): Reach {
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
    award: award && !revoked ? { id: award[0], awarded_at: award[1], badge_version: award[2] } : null,
    revoked,
  }
}

function placesOf(
  row: StandingRow,
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
