import { type Clock, instantText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import type { ImageFiles } from './image-files.ts'

/** How long a picture that no text uses is kept: for undo, and for drafts that are not saved yet. */
const UNUSED_KEPT = Temporal.Duration.from({ hours: 24 * 7 })

/** SQL: is the picture in an open draft? A false match only keeps it longer. */
const IN_DRAFT = `EXISTS (
  SELECT 1 FROM draft JOIN enrolment ON enrolment.id = draft.enrolment_id
   WHERE enrolment.person_id = image.person_id AND draft.open = 1 AND instr(draft.body, '/images/' || image.id) > 0)`
const IN_USE = `(EXISTS (SELECT 1 FROM image_use WHERE image_use.image_id = image.id) OR ${IN_DRAFT})`

/** Removes pictures that no text has used for a week, files without a row, and what a crash left. */
export function createRemoveUnused(db: Database, clock: Clock, files: ImageFiles): () => Promise<void> {
  // The trigger image_gone notes the files of deleted images in image_left.
  const markUsed = db.prepare(`UPDATE image SET unused_since = NULL WHERE unused_since IS NOT NULL AND ${IN_USE}`)
  const markUnused = db.prepare(`UPDATE image SET unused_since = :now WHERE unused_since IS NULL AND NOT ${IN_USE}`)
  const dropUnused = db.prepare('DELETE FROM image WHERE unused_since <= :before')
  const left = db.prepare<[], string>('SELECT hash FROM image_left').pluck()
  const noLonger = db.prepare('DELETE FROM image_left WHERE hash = ?')
  const isUsed = db.prepare<[string], 1>('SELECT 1 FROM image WHERE hash = ? LIMIT 1').pluck()

  return async () => {
    const now = clock.now()
    transaction(db, () => {
      markUsed.run()
      dropUnused.run({ before: instantText(now.subtract(UNUSED_KEPT)) })
      markUnused.run({ now: instantText(now) })
    })
    for (const hash of left.all()) {
      transaction(db, () => {
        if (!isUsed.get(hash)) files.remove(hash)
        noLonger.run(hash)
      })
    }
    await files.removeTempFiles(now)
  }
}
