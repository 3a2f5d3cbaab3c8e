import type { Database } from '../../db/open.ts'
import { writeThing } from '../format/course-files.ts'
import type { ThingOutline } from '../format/schema.ts'
import { type renderThing, thingWriter } from '../thing-rows.ts'
import { thingExporter } from '../transfer/export-outline.ts'

/** The position of a thing, and its published revision. */
export interface ThingState {
  course_id: number
  slug: string
  position: number
  revision: number
  changed_at: string
  /** Null where it was imported, or where the account was deleted. */
  changed_by: string | null
}

/** A new text of a thing, prepared before the transaction. */
interface NewText {
  outline: ThingOutline
  /** The outline as its file. */
  text: string
  row: ReturnType<typeof renderThing>
}

/** The published texts of things, and the only function that replaces them. */
export function thingTexts(db: Database) {
  const exportThing = thingExporter(db)
  const thingRows = thingWriter(db)
  const state = db.prepare<[number], ThingState>(`
    SELECT course_id, slug, position, revision, changed_at,
           (SELECT name FROM thing_revision AS earlier JOIN person ON person.id = changed_by
             WHERE thing_id = thing.id AND earlier.revision = thing.revision - 1) AS changed_by
      FROM thing WHERE id = ?`)
  const setId = db
    .prepare<[number, string], number>('SELECT id FROM course_set WHERE course_id = ? AND slug = ? AND position > 0')
    .pluck()
  const bumpRevision = db.prepare<[number]>('UPDATE course SET revision = revision + 1 WHERE id = ?')

  return {
    state: (thing_id: number): ThingState | null => state.get(thing_id) ?? null,

    outline: (thing_id: number): ThingOutline | null => exportThing(thing_id),

    /** Invalidates the cached content of the course. */
    bumpRevision: (course_id: number): void => {
      bumpRevision.run(course_id)
    },

    /** Keeps the text before as a revision. @returns false where both are equal and nothing is written */
    replace(thing_id: number, { outline, text, row }: NewText, { by, now }: { by: number; now: string }): boolean {
      const [thing, before] = [state.get(thing_id), exportThing(thing_id)]
      if (!thing || !before) throw new Error(`There is no thing ${thing_id}`)
      const source = writeThing(before)
      if (source === text) return false
      // a thing keeps its slug, whatever was sent
      const { course_id, position, slug } = thing
      thingRows.saveRevision({ course_id, slug, source, by, now })
      const set_id = setId.get(course_id, outline.set)
      thingRows.save({ ...row, slug }, { course_id, set_id, position, now, changed: true })
      return true
    },
  }
}
