import type { Database } from '../../db/open.ts'
import { writeThing } from '../format/course-files.ts'
import type { ThingOutline } from '../format/schema.ts'
import { type renderThing, thingWriter } from '../thing-rows.ts'
import { thingExporter } from '../transfer/export-outline.ts'

/** Where a thing stands, and the number of the text that everybody reads. */
export interface ThingState {
  course_id: number
  slug: string
  position: number
  revision: number
  changed_at: string
  /** Null where it came with the course, or from somebody who is not here any more. */
  changed_by: string | null
}

/** A new text of a thing, ready to take the place of the one before. */
interface NewText {
  outline: ThingOutline
  /** The outline as its file. */
  text: string
  row: ReturnType<typeof renderThing>
}

/** The texts of things as they are read now, and the one way in which another takes their place. */
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

    /** Every page that shows the course reads it anew. */
    bumpRevision: (course_id: number): void => {
      bumpRevision.run(course_id)
    },

    /** @returns false where it says what the one before said: nothing is changed then */
    replace(thing_id: number, { outline, text, row }: NewText, { by, now }: { by: number; now: string }): boolean {
      const [thing, before] = [state.get(thing_id), exportThing(thing_id)]
      if (!thing || !before) throw new Error(`There is no thing ${thing_id}`)
      const source = writeThing(before)
      if (source === text) return false
      // a thing is known by its slug, whatever was sent
      const { course_id, position, slug } = thing
      thingRows.saveRevision({ course_id, slug, source, by, now })
      const set_id = setId.get(course_id, outline.set)
      thingRows.save({ ...row, slug }, { course_id, set_id, position, now, changed: true })
      return true
    },
  }
}
