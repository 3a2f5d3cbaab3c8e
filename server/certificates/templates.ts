import type { ActivityLog } from '../activity/activity.ts'
import { type Clock, nowText } from '../db/clock.ts'
import { EditConflict } from '../db/edit-conflict-error.ts'
import { type Database, transaction } from '../db/open.ts'
import type { CertificateTemplate } from './template.ts'

/** What grants it: a badge, or so many things done. */
type Granting = { badge_id: number; things: null } | { badge_id: null; things: number }

export type TemplateInput = CertificateTemplate & Granting

export type SavedTemplate = CertificateTemplate & {
  id: number
  course_id: number
  badge_id: number | null
  things: number | null
  badge: string | null
  active: 0 | 1
  /** How many certificates there are. */
  granted: number
}

/** The certificate templates of a course. */
export function createTemplates(db: Database, clock: Clock, { activity }: { activity: ActivityLog }) {
  const COLUMNS = `
    SELECT design.id, design.course_id, design.title, design.body, design.signer, design.hue, design.landscape, design.badge_id,
           design.things, badge.title AS badge, active, (SELECT count(*) FROM certificate WHERE design_id = design.id) AS granted
      FROM certificate_design AS design LEFT JOIN badge ON badge.id = design.badge_id WHERE design.course_id = :course_id`
  const list = db.prepare<{ course_id: number }, SavedTemplate>(`${COLUMNS} ORDER BY design.id`)
  const one = db.prepare<{ course_id: number; id: number }, SavedTemplate>(`${COLUMNS} AND design.id = :id`)
  const badges = db.prepare<[number], { id: number; title: string }>(`
    SELECT id, title FROM badge WHERE course_id = ? AND draft = 0 AND position > 0 AND shape <> 'gem' ORDER BY position, id`)
  const insert = db.prepare(`
    INSERT INTO certificate_design (course_id, title, body, signer, hue, landscape, badge_id, things, changed_at, changed_by)
    VALUES (:course_id, :title, :body, :signer, :hue, :landscape, :badge_id, :things, :now, :by)`)
  const update = db.prepare(`
    UPDATE certificate_design
       SET title = :title, body = :body, signer = :signer, hue = :hue, landscape = :landscape, badge_id = :badge_id,
           things = :things, changed_at = :now, changed_by = :by
     WHERE id = :id`)
  const activate = db.prepare('UPDATE certificate_design SET active = :active WHERE id = :id AND active <> :active')
  const drop = db.prepare(`
    DELETE FROM certificate_design
     WHERE id = :id AND NOT EXISTS (SELECT 1 FROM certificate WHERE design_id = certificate_design.id)`)

  const find = (course_id: number, id: number): SavedTemplate | null => one.get({ course_id, id }) ?? null

  return {
    list: (course_id: number): SavedTemplate[] => list.all({ course_id }),
    find,

    /** The badges that may grant one: a treasure would give itself away. */
    badges: (course_id: number) => badges.all(course_id),

    make(course_id: number, words: TemplateInput, by: number): number {
      return transaction(db, () => {
        const id = Number(insert.run({ ...words, course_id, by, now: nowText(clock) }).lastInsertRowid)
        const detail = { certificate: id, title: words.title }
        activity.record('certificate.designed', { person_id: by, subject_id: course_id, detail })
        return id
      })
    },

    /**
     * Those that were issued stay as they are.
     * @param seen the mark of the design that the change was made from
     * @returns whether anything is different
     * @throws EditConflict
     */
    change(design: SavedTemplate, words: TemplateInput, { seen, by }: { seen: string; by: number }): boolean {
      return transaction(db, () => {
        const now = find(design.course_id, design.id)
        if (!now || markOf(now) !== seen) throw new EditConflict('certificate')
        if (markOf(words) === seen) return false
        update.run({ ...words, id: design.id, by, now: nowText(clock) })
        const detail = { certificate: design.id, title: words.title, title_before: now.title }
        activity.record('certificate.designed', { person_id: by, subject_id: design.course_id, detail })
        return true
      })
    },

    /** @returns false where it was so before */
    activate({ id, course_id }: SavedTemplate, on: boolean, by: number): boolean {
      return transaction(db, () => {
        const active = on ? 1 : 0
        if (activate.run({ id, active }).changes === 0) return false
        const detail = { certificate: id, active, active_before: 1 - active }
        activity.record('certificate.switched', { person_id: by, subject_id: course_id, detail })
        return true
      })
    },

    /** @returns false where a certificate was granted from it */
    remove: ({ id }: SavedTemplate): boolean => transaction(db, () => drop.run({ id }).changes > 0),
  }
}

/** A text of all that an author decides, to notice an edit of another version. */
export function markOf({
  title,
  body,
  signer,
  hue,
  landscape,
  badge_id,
  things,
}: Omit<SavedTemplate, 'id' | 'course_id' | 'badge' | 'active' | 'granted'>): string {
  return JSON.stringify([title, body, signer, hue, landscape, badge_id, things])
}
