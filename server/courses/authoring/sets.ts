import type { ActivityLog } from '../../activity/activity.ts'
import type { Clock } from '../../db/clock.ts'
import { EditConflict } from '../../db/edit-conflict-error.ts'
import { type Database, transaction } from '../../db/open.ts'
import { freshSlug, slugFrom } from '../../web/text/slug.ts'
import { type EditedSet, type Meaning, setBadges } from './set-badges.ts'

/** A set that still has things, or drafts that name it, cannot be removed. */
export class SetInUse extends Error {
  readonly sets: string[]

  constructor(sets: string[]) {
    super(`still in use: ${sets.join(', ')}`)
    this.sets = sets
  }
}

/** The sets of a course, as one list. */
export function createSets(db: Database, clock: Clock, { activity }: { activity: ActivityLog }) {
  const now = db.prepare<[number], EditedSet>(
    'SELECT slug, title, hue FROM course_set WHERE course_id = ? AND position > 0 ORDER BY position, id',
  )
  const taken = db.prepare<[number, string], 1>('SELECT 1 FROM course_set WHERE course_id = ? AND slug = ?').pluck()
  const inUse = db
    .prepare<[number], string>(`
      SELECT slug FROM course_set
       WHERE course_id = ? AND position > 0
         AND (EXISTS (SELECT 1 FROM thing WHERE set_id = course_set.id AND thing.position > 0)
              OR EXISTS (SELECT 1 FROM thing_change JOIN thing ON thing.id = thing_id
                          WHERE thing.course_id = course_set.course_id
                            AND instr(source, char(10) || 'set: ' || course_set.slug || char(10)) > 0))`)
    .pluck()
  const out = db.prepare('UPDATE course_set SET position = 0 WHERE course_id = ?')
  const put = db.prepare(`
    INSERT INTO course_set (course_id, slug, title, hue, position) VALUES (:course_id, :slug, :title, :hue, :position)
    ON CONFLICT (course_id, slug) DO UPDATE SET title = excluded.title, hue = excluded.hue, position = excluded.position`)
  const dropSets = db.prepare(`
    DELETE FROM course_set
     WHERE course_id = ? AND position = 0 AND NOT EXISTS (SELECT 1 FROM thing WHERE set_id = course_set.id)`)
  const badges = setBadges(db, clock)
  const bumpRevision = db.prepare('UPDATE course SET revision = revision + 1 WHERE id = ?')

  return {
    sets: (course_id: number): EditedSet[] => now.all(course_id),

    /**
     * Replaces the sets of a course, and changes their badges accordingly.
     * @param seen the fingerprint of the sets that were seen, see `setsFingerprint`
     * @returns whether anything changed
     * @throws EditConflict, SetInUse
     */
    changeSets(
      course_id: number,
      wanted: readonly EditedSet[],
      { seen, by, meaning }: { seen: string; by: number; meaning: Meaning },
    ): boolean {
      return transaction(db, () => {
        const before = now.all(course_id)
        if (setsFingerprint(before) !== seen) throw new EditConflict('sets')
        const known = new Set(before.map(({ slug }) => slug))
        const kept = new Set(wanted.map(({ slug }) => slug))
        const missing = inUse.all(course_id).filter((slug) => !kept.has(slug))
        if (missing.length > 0) throw new SetInUse(missing)
        const names = new Set<string>()
        const after = wanted.map((set) => {
          const slug =
            known.has(set.slug) && !names.has(set.slug)
              ? set.slug
              : freshSlug(slugFrom(set.title, 50) || 'set', (name) => {
                  return names.has(name) || taken.get(course_id, name) === 1
                })
          names.add(slug)
          return { ...set, slug }
        })
        if (setsFingerprint(after) === seen) return false
        out.run(course_id)
        for (const [index, set] of after.entries()) put.run({ ...set, course_id, position: index + 1 })
        dropSets.run(course_id)
        badges.sync(course_id, before, after, meaning)
        bumpRevision.run(course_id)
        const detail = { sets: told(after), sets_before: told(before) }
        activity.record('sets.changed', { person_id: by, subject_id: course_id, detail })
        return true
      })
    },
  }
}

/** Identifies the sets that somebody saw. */
export function setsFingerprint(sets: readonly EditedSet[]): string {
  return JSON.stringify(sets.map(({ slug, title, hue }) => [slug, title, hue]))
}

function told(sets: readonly EditedSet[]): string {
  return sets.map(({ slug, hue }) => `${slug} ${hue}`).join(', ')
}
