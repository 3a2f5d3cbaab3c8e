import { columnSql } from '../../db/column-sql.ts'
import type { Database } from '../../db/open.ts'
import type { KeptRule } from '../format/badge-rule-schema.ts'
import type { CourseOutline } from '../format/schema.ts'

type BadgeOutline = CourseOutline['badges'][number]

interface BadgeRow extends Pick<BadgeOutline, 'slug' | 'title' | 'meaning' | 'shape' | 'hue'> {
  icon: string | null
  number: number | null
  ring_text: string | null
  rule: string
  hint: string | null
  hint_after_weeks: number | null
}

const LOOK = columnSql('title meaning shape hue icon number ring_text rule hint hint_after_weeks'.split(' '))

/** SQL: a badge of the course folder. Drafts and badges of one cohort are not exported. */
const OF_FOLDER = 'course_id = :course_id AND position > 0 AND draft = 0 AND cohort_id IS NULL'

/** Makes the function that imports the badges of a course folder, within the transaction of the import. */
export function badgeWriter(db: Database) {
  const slugs = db.prepare<{ course_id: number }, string>(`SELECT slug FROM badge WHERE ${OF_FOLDER}`).pluck()
  const out = db.prepare(`UPDATE badge SET position = 0 WHERE ${OF_FOLDER}`)
  // the dates it counts for and its picture belong to this site and do not change
  const put = db.prepare(`
    INSERT INTO badge (course_id, slug, position, ${LOOK.names}, changed_at, changed_by)
    VALUES (:course_id, :slug, :position, ${LOOK.values}, :now, :by)
    ON CONFLICT (slug) DO UPDATE
      SET position = excluded.position, ${LOOK.updates}, draft = 0, cohort_id = NULL, changed_at = excluded.changed_at,
          changed_by = excluded.changed_by
    WHERE (position, ${LOOK.names}, draft, cohort_id) IS NOT (excluded.position, ${LOOK.excluded}, 0, NULL)`)
  const back = db.prepare('UPDATE badge SET position = :position WHERE slug = :slug')
  const drop = db.prepare(
    'DELETE FROM badge WHERE slug = ? AND NOT EXISTS (SELECT 1 FROM award WHERE badge_id = badge.id)',
  )

  return (
    course_id: number,
    badges: readonly BadgeOutline[],
    { by, now }: { by: number | null; now: string },
  ): void => {
    const before = slugs.all({ course_id })
    const named = new Set(badges.map(({ slug }) => slug))
    out.run({ course_id })
    for (const [index, { icon = null, number = null, rule, ...badge }] of badges.entries()) {
      const { ring_text = null, hint = null, hint_after_weeks = null } = badge
      const position = index + 1
      // restores the position first, so that a badge that only moved does not count as changed
      if (before.includes(badge.slug)) back.run({ slug: badge.slug, position })
      const signs = { icon, number, ring_text, hint, hint_after_weeks }
      put.run({ ...badge, ...signs, course_id, position, rule: JSON.stringify(rule), by, now })
    }
    for (const slug of before) if (!named.has(slug)) drop.run(slug)
  }
}

/** Makes the function that exports the badges of a course, except those that could never be earned. */
export function badgeReader(db: Database) {
  const badges = db.prepare<{ course_id: number }, BadgeRow>(`
    SELECT slug, ${LOOK.names}
      FROM badge WHERE ${OF_FOLDER} ORDER BY position, id`)
  return (course_id: number, has: Parts): BadgeOutline[] =>
    badges.all({ course_id }).flatMap((row) => {
      const rule = lasting(JSON.parse(row.rule), has)
      return rule ? [badgeOutline(row, rule)] : []
    })
}

/** Slugs of what a course has. */
interface Parts {
  sets: ReadonlySet<string>
  things: ReadonlySet<string>
}

/** The rule without the parts that name removed things or sets; null where nothing is left. */
function lasting(rule: KeptRule, has: Parts): KeptRule | null {
  if (rule.kind === 'all-of') return rule.rules.every((part) => stands(part, has)) ? rule : null
  if (rule.kind !== 'any-of') return stands(rule, has) ? rule : null
  const rules = rule.rules.filter((part) => stands(part, has))
  return rules.length > 1 ? { ...rule, rules } : (rules[0] ?? null)
}

function stands(rule: KeptRule, { sets, things }: Parts): boolean {
  if ('set' in rule) return sets.has(rule.set)
  return !('things' in rule) || !Array.isArray(rule.things) || rule.things.every((thing) => things.has(thing))
}

/** The icon of a badge whose uploaded picture is not exported. */
const PLAIN_SIGN = 'award'

function badgeOutline(row: BadgeRow, rule: KeptRule): BadgeOutline {
  const { slug, title, meaning, shape, hue, number, ring_text, hint, hint_after_weeks } = row
  const icon = row.icon ?? (number === null ? PLAIN_SIGN : null)
  return {
    slug,
    title,
    meaning,
    shape,
    hue,
    ...(icon === null ? {} : { icon }),
    ...(number === null ? {} : { number }),
    ...(ring_text === null ? {} : { ring_text }),
    rule,
    ...(hint === null ? {} : { hint }),
    ...(hint_after_weeks === null ? {} : { hint_after_weeks }),
  }
}
