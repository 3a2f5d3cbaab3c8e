import type { ActivityLog } from '../../activity/activity.ts'
import { type Clock, nowText } from '../../db/clock.ts'
import { type Database, transaction } from '../../db/open.ts'
import { readThing, writeThing } from '../format/course-files.ts'
import type { ThingOutline } from '../format/schema.ts'
import { type Render, renderThing } from '../thing-rows.ts'
import type { ThingDrafts } from './thing-drafts.ts'
import { thingTexts } from './thing-texts.ts'

/** A thing's text with its number; saving names the number that was seen. */
export interface ThingText {
  outline: ThingOutline
  revision: number
  changed_at: string
  /** Null where it came with the course, or from somebody who is not here any more. */
  changed_by: string | null
}

/** An earlier text: `changed_at` and `changed_by` say when it gave way to the next one. */
export interface Revision {
  revision: number
  changed_at: string
  changed_by: string | null
}

const PER_PAGE = 50

/** The published texts of things: the current one, and the earlier ones, which are all kept. */
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
  // as the canonical file writes it, with the quotes that YAML asks for around numbers and yes
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
     * Puts a new text in the place of the one before, which is kept. Everybody reads it at once.
     * @param seen the number of the text that it was made from
     * @param draft the version of the draft that it was made from, which goes; without, drafts are left alone
     * @returns false where it says what the one before said: nothing is changed then
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
        const { course_id } = drafts.expectText(thing_id, seen)
        if (draft !== undefined) drafts.settleDraft(thing_id, draft)
        if (!texts.replace(thing_id, next, { by, now: nowText(clock) })) return false
        texts.bumpRevision(course_id)
        activity.record('thing.changed', { person_id: by, subject_id: thing_id, detail: { revision: seen + 1 } })
        return true
      })
    },

    /** Earlier texts of a thing, the latest first, fifty at a time. @param before the last one of the page before */
    revisions(thing_id: number, before: number | null): { revisions: Revision[]; older: number | null } {
      const rows = page.all({ thing_id, before })
      const revisions = rows.slice(0, PER_PAGE)
      return { revisions, older: rows.length > PER_PAGE ? (revisions.at(-1)?.revision ?? null) : null }
    },

    revision(thing_id: number, revision: number): (Revision & { outline: ThingOutline }) | null {
      const row = one.get(thing_id, revision)
      if (!row) return null
      const { source, ...facts } = row
      return { ...facts, outline: readThing(source) }
    },

    /** Whether an earlier text of the thing had a step of this name: ticks may hang on it. */
    hadStep: (thing_id: number, slug: string) => hadStep.get({ thing_id, slug }) === 1,
  }
}
