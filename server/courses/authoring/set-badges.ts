import { type Clock, nowText } from '../../db/clock.ts'
import type { Database } from '../../db/open.ts'
import type { Hue } from '../../web/render/hues.ts'
import { freshSlug } from '../../web/text/slug.ts'

/** A set in the form; a new one has an empty slug. */
export interface EditedSet {
  slug: string
  title: string
  hue: Hue
}

/** The meaning of a set's badge, in the site's language. */
export type Meaning = (set: string) => string

/** Every set has a badge for completing it, which takes over title and hue of the set until an author changes them. */
export function setBadges(db: Database, clock: Clock) {
  const taken = db.prepare<[string], 1>('SELECT 1 FROM badge WHERE slug = ?').pluck()
  const insert = db.prepare(`
    INSERT INTO badge (course_id, slug, position, title, meaning, shape, hue, icon, number, rule, changed_at)
    SELECT :course_id, :slug, coalesce(max(position), 0) + 1, :title, :meaning, 'shield', :hue, 'shield-check', NULL, :rule, :now
      FROM badge WHERE course_id = :course_id`)
  const follow = db.prepare(`
    UPDATE badge
       SET title = iif(title = :title_before, :title, title), meaning = iif(meaning = :meaning_before, :meaning, meaning),
           hue = iif(hue = :hue_before, :hue, hue), changed_at = :now, changed_by = NULL
     WHERE course_id = :course_id AND rule ->> 'kind' = 'set-done' AND rule ->> 'set' = :set
       AND (:title, :meaning, :hue) IS NOT (:title_before, :meaning_before, :hue_before)`)
  const isBadge = `rule ->> 'kind' = 'set-done'
    AND rule ->> 'set' NOT IN (SELECT slug FROM course_set WHERE course_set.course_id = badge.course_id AND position > 0)`
  const drop = db.prepare(
    `DELETE FROM badge WHERE course_id = ? AND ${isBadge} AND NOT EXISTS (SELECT 1 FROM award WHERE badge_id = badge.id)`,
  )
  const hide = db.prepare(`UPDATE badge SET position = 0 WHERE course_id = ? AND position > 0 AND ${isBadge}`)

  return {
    /** Adds, changes and removes badges like their sets; a badge that was awarded is hidden instead of removed. */
    sync(course_id: number, before: readonly EditedSet[], after: readonly EditedSet[], meaning: Meaning): void {
      for (const { slug: set, title, hue } of after) {
        const earlier = before.find(({ slug }) => slug === set)
        const words = { course_id, title, meaning: meaning(title), hue, now: nowText(clock) }
        if (earlier) {
          const was = { title_before: earlier.title, meaning_before: meaning(earlier.title), hue_before: earlier.hue }
          follow.run({ ...words, ...was, set })
        } else {
          const slug = freshSlug(set, (wanted) => taken.get(wanted) === 1)
          insert.run({ ...words, slug, rule: JSON.stringify({ kind: 'set-done', set }) })
        }
      }
      drop.run(course_id)
      hide.run(course_id)
    },
  }
}
