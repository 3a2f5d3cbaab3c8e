import type { ActivityLog } from '../../activity/activity.ts'
import { type Clock, nowText } from '../../db/clock.ts'
import { type Database, transaction } from '../../db/open.ts'
import { pageOf } from '../../db/page.ts'
import { readThing, writeThing } from '../format/course-files.ts'
import type { ThingOutline } from '../format/schema.ts'
import { type Render, renderThing } from '../thing-rows.ts'
import { expectText } from './detect-conflict.ts'
import type { ThingDrafts } from './thing-drafts.ts'
import { thingTexts } from './thing-texts.ts'

/** A thing's published text with its revision; saving names the revision that was seen. */
export interface ThingText {
  outline: ThingOutline
  revision: number
  changed_at: string
  /** Null where it was imported, or where the account was deleted. */
  changed_by: string | null
}

/** An earlier text: `changed_at` and `changed_by` tell when it was replaced, and by whom. */
export interface Revision {
  revision: number
  changed_at: string
  changed_by: string | null
}

const PER_PAGE = 50

/** The published texts of things: the current one, and all earlier ones. */
export function createThingRevisions(
  db: Database,
  clock: Clock,
  { activity, drafts, renderMarkdown }: { activity: ActivityLog; drafts: ThingDrafts; renderMarkdown: Render },
) {
  const texts = thingTexts(db)
  const page = db.prepare<{ thing_id: number; before: number | null }, Revision>(`
    SELECT revision, changed_at, person.name AS changed_by
      FROM thing_revision LEFT JOIN person ON person.id = changed_by
     WHERE thing_id = :thing_id AND (:before IS NULL OR revision < :before)
     ORDER BY revision DESC LIMIT ${PER_PAGE + 1}`)
  const one = db.prepare<[number, number], Revision & { source: string }>(`
    SELECT revision, source, changed_at, person.name AS changed_by
      FROM thing_revision LEFT JOIN person ON person.id = changed_by
     WHERE thing_id = ? AND revision = ?`)
  // the canonical file has quotes where YAML needs them, such as around numbers and yes
  const hadStep = db
    .prepare<{ thing_id: number; slug: string }, 1>(`
      SELECT 1 FROM thing_revision
       WHERE thing_id = :thing_id AND (instr(source, '- slug: ' || :slug || char(10)) > 0
                                       OR instr(source, '- slug: "' || :slug || '"' || char(10)) > 0)`)
    .pluck()

  return {
    thingOutline: texts.outline,

    thingText(thing_id: number): ThingText | null {
      const [row, outline] = [texts.state(thing_id), texts.outline(thing_id)]
      return row && outline
        ? { outline, revision: row.revision, changed_at: row.changed_at, changed_by: row.changed_by }
        : null
    },

    /**
     * Publishes a text; the one before is kept as a revision.
     * @param seen the revision that it was made from
     * @param draft the version of the draft that it was made from, which is removed; without it, drafts are left alone
     * @returns false where the text equals the one before
     * @throws EditConflict (`thing`, `draft`) when there is a newer text or another draft, BrokenCourse when the course's
     * folder could not hold it
     */
    changeThing(
      thing_id: number,
      outline: ThingOutline,
      { seen, by, draft }: { seen: number; by: number; draft?: number | undefined },
    ): boolean {
      const next = { outline, text: writeThing(outline), row: renderThing(outline, renderMarkdown) }
      return transaction(db, () => {
        const { course_id } = expectText(texts.state(thing_id), seen)
        if (draft !== undefined) drafts.settleDraft(thing_id, draft)
        if (!texts.replace(thing_id, next, { by, now: nowText(clock) })) return false
        texts.bumpRevision(course_id)
        activity.record('thing.changed', { person_id: by, subject_id: thing_id, detail: { revision: seen + 1 } })
        return true
      })
    },

    /** Earlier texts of a thing, newest first, fifty at a time. @param before the last one of the previous page */
    revisions(thing_id: number, before: number | null): { revisions: Revision[]; older: number | null } {
      const rows = page.all({ thing_id, before })
      const { items, next } = pageOf(rows, PER_PAGE)
      return { revisions: items, older: next?.revision ?? null }
    },

    revision(thing_id: number, revision: number): (Revision & { outline: ThingOutline }) | null {
      const row = one.get(thing_id, revision)
      if (!row) return null
      const { source, ...facts } = row
      return { ...facts, outline: readThing(source) }
    },

    /** Whether an earlier text of the thing had a step of this slug, which learners may have ticked. */
    hadStep: (thing_id: number, slug: string) => hadStep.get({ thing_id, slug }) === 1,
  }
}
