import { type Database, transaction } from '../db/open.ts'
import { writeIfPossible } from '../db/write-lock.ts'
import type { Jobs } from '../jobs/jobs.ts'

/** So many comments are added in one transaction: some 30 milliseconds. */
const PORTION = 500

/** Adds comments to the full-text index, many in one commit; migration 0054 says why. */
export function createCommentIndex(db: Database, { jobs }: { jobs: Jobs }) {
  // Triggers fill and empty comment_to_index and the index: comment_can_be_found, comment_is_found_as_changed,
  // comment_is_found_elsewhere, comment_is_found_no_more.
  const waiting = db
    .prepare<[number], number>('SELECT comment_id FROM comment_to_index ORDER BY comment_id DESC LIMIT ?')
    .pluck()
  const add = db.prepare(`
    INSERT INTO comment_search (rowid, words, shelf)
    SELECT id, words, shelf FROM searchable WHERE kind = 'comment' AND id = ?`)
  const done = db.prepare('DELETE FROM comment_to_index WHERE comment_id = ?')

  function addPortion(): void {
    for (const id of waiting.all(PORTION)) {
      add.run(id)
      done.run(id)
    }
  }

  const isWaiting = () => waiting.get(1) !== undefined

  jobs.handle('search.index', () => {
    transaction(db, addPortion)
    if (isWaiting()) jobs.add('search.index', {})
  })
  jobs.every('search.index', { minutes: 10 })

  return {
    /** Before a search: adds what came since the last one, unless nothing can be written at the moment. */
    catchUp(): void {
      if (isWaiting()) writeIfPossible(db, addPortion)
    },

    /** Adds everything that waits, at once. */
    addAll(): void {
      while (isWaiting()) transaction(db, addPortion)
    },
  }
}
