import type { Shape } from '../courses/format/schema.ts'
import { instantText } from '../db/clock.ts'
import type { Hue } from '../web/render/hues.ts'
import type { TimeSpan } from './rules/rule-facts.ts'
import { parseRule, type Rule } from './rules/rules.ts'

/** What a badge says and how it looks; each version of it keeps these, and an award those of its version. */
export interface BadgeLook {
  title: string
  meaning: string
  shape: Shape
  hue: Hue | 'plain'
  icon: string | null
  number: number | null
  ring_text: string | null
  /** Hash of its picture, which replaces the icon or number; null where it has none. */
  picture: string | null
}

/** A badge as the course has it; the things of a set are filled in by the cohort's calendar. */
export interface Badge extends BadgeLook {
  id: number
  slug: string
  /** From 1; 0 for one that the course no longer awards. */
  position: number
  /** 1 until it is switched on: awarded to nobody, and shown to its authors only. */
  draft: 0 | 1
  /** The only cohort that has it; null for all of the course. */
  cohort_id: number | null
  version: number
  /** Days between which something must happen to count, in the time zone of the cohort. */
  counts_from: string | null
  counts_until: string | null
  /** Of a treasure, and the number of the cohort's week from which it may be read. */
  hint: string | null
  hint_after_weeks: number | null
  rule: Rule
}

export type BadgeRow = Omit<Badge, 'rule'> & { rule: string }

const LOOK = ['title', 'meaning', 'shape', 'hue', 'icon', 'number', 'ring_text', 'picture'] as const

/** SQL: the columns of a BadgeLook. @param table the alias of `badge` or `badge_version` */
export const lookColumns = (table: string): string => LOOK.map((column) => `${table}.${column}`).join(', ')

export const BADGE_COLUMNS = `id, slug, position, draft, cohort_id, version, ${lookColumns('badge')},
  counts_from, counts_until, hint, hint_after_weeks, rule`

export function lookOf({ title, meaning, shape, hue, icon, number, ring_text, picture }: BadgeLook): BadgeLook {
  return { title, meaning, shape, hue, icon, number, ring_text, picture }
}

/** Reads a row; the rule has no things of its sets yet. */
export function readBadge({ rule, ...badge }: BadgeRow): Badge {
  return { ...badge, rule: parseRule(rule, () => []) }
}

/** Whether a cohort of the course has the badge. */
export const isIn = (badge: Pick<Badge, 'cohort_id'>, cohort_id: number): boolean =>
  badge.cohort_id === null || badge.cohort_id === cohort_id

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
