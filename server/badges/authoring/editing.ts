import type { ActivityLog } from '../../activity/activity.ts'
import type { KeptRule } from '../../courses/format/badge-rule-schema.ts'
import { badgeRule } from '../../courses/policy.ts'
import { type Clock, nowText } from '../../db/clock.ts'
import { EditConflict } from '../../db/edit-conflict-error.ts'
import { type Database, transaction } from '../../db/open.ts'
import { freshSlug, slugFrom } from '../../web/text/slug.ts'
import { BADGE_COLUMNS, type Badge, type BadgeLook, lookColumns } from '../badge.ts'
import type { BadgePictures } from './pictures.ts'

/** What an author decides about a badge by its form. */
export interface BadgeInput
  extends Omit<BadgeLook, 'picture'>,
    Pick<Badge, 'cohort_id' | 'counts_from' | 'counts_until' | 'hint' | 'hint_after_weeks'> {
  rule: KeptRule
}

/** A badge as its authors see it, whether or not it is switched on. */
export interface EditedBadge extends Omit<Badge, 'rule'> {
  rule: KeptRule
  /** How many people have it now, and how many awards there ever were: those keep their version. */
  held: number
  ever: number
  changed_at: string | null
  changed_by: string | null
}

/** What a badge was in one of its versions. */
export interface BadgeVersion extends BadgeLook, Pick<EditedBadge, 'version' | 'rule'> {
  made_at: string | null
  made_by: string | null
  /** How many people have the badge as it was then. */
  held: number
}

export type BadgeState = 'draft' | 'on' | 'off'

/** Somebody has or had it: it can be taken off, and neither unmade nor moved to another cohort. */
export class BadgeInUse extends Error {}

type EditedBadgeRow<Kept> = Omit<Kept, 'rule'> & { rule: string }

/** Badges of a course as its authors make them: a draft first, then switched on, and off again. */
export function createBadgeEditing(
  db: Database,
  clock: Clock,
  { activity, pictures }: { activity: ActivityLog; pictures: BadgePictures },
) {
  const EDITED = `
    SELECT ${BADGE_COLUMNS}, changed_at, (SELECT name FROM person WHERE person.id = changed_by) AS changed_by,
           (SELECT count(*) FROM award WHERE badge_id = badge.id AND revoked_at IS NULL) AS held,
           (SELECT count(*) FROM award WHERE badge_id = badge.id) AS ever
      FROM badge WHERE course_id = :course_id`
  const list = db.prepare<{ course_id: number }, EditedBadgeRow<EditedBadge>>(
    `${EDITED} ORDER BY position = 0, position, id`,
  )
  const one = db.prepare<{ course_id: number; slug: string }, EditedBadgeRow<EditedBadge>>(`${EDITED} AND slug = :slug`)
  const versions = db.prepare<[number], EditedBadgeRow<BadgeVersion>>(`
    SELECT version, ${lookColumns('badge_version')}, rule, made_at,
           (SELECT name FROM person WHERE person.id = made_by) AS made_by,
           (SELECT count(*) FROM award
             WHERE award.badge_id = badge_version.badge_id AND badge_version = version AND revoked_at IS NULL) AS held
      FROM badge_version WHERE badge_id = ? ORDER BY version DESC`)
  const cohorts = db.prepare<
    [number],
    { id: number; title: string; starts_on: string; ends_on: string; pods: number }
  >(`
    SELECT id, title, starts_on, ends_on, (SELECT count(*) FROM pod WHERE pod.cohort_id = cohort.id) AS pods
      FROM cohort WHERE course_id = ? ORDER BY starts_on DESC, id DESC`)
  const taken = db.prepare<[string], 1>('SELECT 1 FROM badge WHERE slug = ?').pluck()
  const insert = db.prepare(`
    INSERT INTO badge (course_id, slug, position, draft, title, meaning, shape, hue, icon, number, ring_text, rule, cohort_id,
                       counts_from, counts_until, hint, hint_after_weeks, changed_at, changed_by)
    SELECT :course_id, :slug, coalesce(max(position), 0) + 1, 1, :title, :meaning, :shape, :hue, :icon, :number, :ring_text, :rule,
           :cohort_id, :counts_from, :counts_until, :hint, :hint_after_weeks, :now, :by
      FROM badge WHERE course_id = :course_id`)
  const update = db.prepare(`
    UPDATE badge
       SET title = :title, meaning = :meaning, shape = :shape, hue = :hue, icon = :icon, number = :number,
           ring_text = :ring_text, rule = :rule, cohort_id = :cohort_id, counts_from = :counts_from,
           counts_until = :counts_until, hint = :hint, hint_after_weeks = :hint_after_weeks, changed_at = :now, changed_by = :by
     WHERE id = :id`)
  const setPicture = db.prepare(
    'UPDATE badge SET picture = :picture, changed_at = :now, changed_by = :by WHERE id = :id',
  )
  const place = db.prepare(`
    UPDATE badge
       SET draft = :draft, position = iif(:off = 1, 0, iif(position > 0, position,
             (SELECT coalesce(max(position), 0) + 1 FROM badge AS other WHERE other.course_id = badge.course_id)))
     WHERE id = :id`)
  const move = db.prepare('UPDATE badge SET position = :position WHERE id = :id')
  const drop = db.prepare('DELETE FROM badge WHERE id = ?')
  const countOn = db.prepare('UPDATE course SET revision = revision + 1 WHERE id = ?')

  const find = (course_id: number, slug: string): EditedBadge | null => {
    const row = one.get({ course_id, slug })
    return row ? withRule(row) : null
  }

  /** In one transaction: finds the badge as it is now, acts, tells the log, and lets everybody read it anew. */
  function change<Done>(course_id: number, slug: string, act: (badge: EditedBadge) => Done): Done | null {
    return transaction(db, () => {
      const badge = find(course_id, slug)
      if (!badge) return null
      const done = act(badge)
      countOn.run(course_id)
      return done
    })
  }

  return {
    /** In the order of the wall; those that are no longer given come last. */
    list: (course_id: number): EditedBadge[] => list.all({ course_id }).map(withRule),

    find,

    /** What it was, the latest first. */
    versions: (badge_id: number): BadgeVersion[] => versions.all(badge_id).map(withRule),

    /** The cohorts that a badge of this course may be for. */
    cohorts: (course_id: number) => cohorts.all(course_id),

    /** A new badge, as a draft. @returns its slug */
    create(course_id: number, { rule, ...words }: BadgeInput, by: number): string {
      return transaction(db, () => {
        const slug = freshSlug(slugFrom(words.title, 50) || 'badge', (name) => taken.get(name) === 1)
        const row = { ...words, course_id, slug, rule: JSON.stringify(rule), now: nowText(clock), by }
        insert.run(row)
        activity.record('badge.made', { person_id: by, subject_id: course_id, detail: { badge: slug } })
        countOn.run(course_id)
        return slug
      })
    },

    /**
     * @param seen the mark of the badge that the change was made from, see `markOf`
     * @returns whether anything is different; null where there is no such badge
     * @throws EditConflict, BadgeInUse
     */
    change(
      course_id: number,
      slug: string,
      { rule, ...words }: BadgeInput,
      { seen, by }: { seen: string; by: number },
    ): boolean | null {
      return change(course_id, slug, (badge) => {
        if (markOf(badge) !== seen) throw new EditConflict('badge')
        if (badge.ever > 0 && badge.cohort_id !== words.cohort_id) throw new BadgeInUse()
        if (markOf({ ...words, rule }) === seen) return false
        update.run({ ...words, id: badge.id, rule: JSON.stringify(rule), now: nowText(clock), by })
        const version = find(course_id, slug)?.version ?? badge.version
        const detail = { badge: slug, version, version_before: badge.version }
        activity.record('badge.changed', { person_id: by, subject_id: course_id, detail })
        return true
      })
    },

    /**
     * @returns false where it was so before; null where there is no such badge
     * @throws BadgeInUse where it is to be a draft again and somebody has it
     */
    setState(course_id: number, slug: string, state: BadgeState, by: number): boolean | null {
      return change(course_id, slug, (badge) => {
        const before = stateOf(badge)
        if (before === state) return false
        if (state === 'draft' && badge.ever > 0) throw new BadgeInUse()
        place.run({ id: badge.id, draft: state === 'draft' ? 1 : 0, off: state === 'off' ? 1 : 0 })
        const detail = { badge: slug, state, state_before: before }
        activity.record('badge.put', { person_id: by, subject_id: course_id, detail })
        return true
      })
    },

    /** A picture in place of its sign, or none any more; another one makes another version. @param bytes a JPEG drawn here */
    showPicture(course_id: number, slug: string, bytes: Buffer | null, by: number): void {
      change(course_id, slug, (badge) => {
        const picture = bytes && pictures.keep(bytes)
        if (picture === badge.picture) return
        setPicture.run({ id: badge.id, picture, by, now: nowText(clock) })
        const detail = { badge: slug, version: badge.version + 1, version_before: badge.version }
        activity.record('badge.changed', { person_id: by, subject_id: course_id, detail })
      })
    },

    /** Moves it one position among the badges that are switched on; does nothing at either end. */
    move(course_id: number, slug: string, by: -1 | 1): void {
      change(course_id, slug, (badge) => {
        const placed = list.all({ course_id }).filter(({ position }) => position > 0)
        const at = placed.findIndex(({ id }) => id === badge.id)
        const other = placed[at + by]
        if (at < 0 || !other) return
        const order = placed.with(at, other).with(at + by, placed[at] ?? other)
        for (const [index, { id }] of order.entries()) move.run({ id, position: index + 1 })
      })
    },

    /** @throws BadgeInUse where somebody has or had it */
    remove(course_id: number, slug: string, by: number): boolean {
      const done = change(course_id, slug, (badge) => {
        if (badge.ever > 0) throw new BadgeInUse()
        drop.run(badge.id)
        pictures.tidy()
        activity.record('badge.deleted', { person_id: by, subject_id: course_id, detail: { badge_before: slug } })
        return true
      })
      return done === true
    },
  }
}

export function stateOf({ draft, position }: Pick<Badge, 'draft' | 'position'>): BadgeState {
  if (draft === 1) return 'draft'
  return position === 0 ? 'off' : 'on'
}

/** Stands for all that an author decides: who changes another one has not seen this one. */
export function markOf(badge: BadgeInput): string {
  const { title, meaning, shape, hue, icon, number, ring_text, rule } = badge
  const { cohort_id, counts_from, counts_until, hint, hint_after_weeks } = badge
  const look = [title, meaning, shape, hue, icon, number, ring_text]
  return JSON.stringify([...look, rule, cohort_id, counts_from, counts_until, hint, hint_after_weeks])
}

function withRule<Kept extends { rule: string }>({ rule, ...row }: Kept): Omit<Kept, 'rule'> & { rule: KeptRule } {
  return { ...row, rule: badgeRule.parse(JSON.parse(rule)) }
}
