import { type Database, transaction } from '../db/open.ts'
import { writeIfPossible } from '../db/write-lock.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { indexText } from './words.ts'

const KINDS = ['thing', 'reflection', 'comment'] as const
type TextKind = (typeof KINDS)[number]

/** Texts, and characters of them, that are added in one transaction: some 30 milliseconds. */
const PORTION = 150
const PORTION_CHARACTERS = 20_000

interface SearchableText {
  shelf: string
  title: string
  words: string
}

/** Adds texts to the full-text indexes, many in one commit; migrations 0054 and 0063 say why. */
export function createSearchIndex(db: Database, { jobs }: { jobs: Jobs }) {
  // Triggers fill search_queue and empty the indexes: thing_can_be_found, thing_is_found_as_changed,
  // thing_is_found_no_more, step_can_be_found, step_is_found_no_more, reflection_can_be_found,
  // reflection_is_found_as_changed, reflection_is_found_no_more, comment_can_be_found, comment_is_found_as_changed,
  // comment_is_found_elsewhere, comment_is_found_no_more.
  const waiting = db
    .prepare<{ kind: TextKind; limit: number }, number>(
      'SELECT id FROM search_queue WHERE kind = :kind ORDER BY id DESC LIMIT :limit',
    )
    .pluck()
  const text = db.prepare<{ kind: TextKind; id: number }, SearchableText>(
    'SELECT shelf, title, words FROM searchable WHERE kind = :kind AND id = :id',
  )
  const add = {
    thing: db.prepare(
      'INSERT OR REPLACE INTO thing_search (rowid, words, shelf, title) VALUES (:id, :words, :shelf, :title)',
    ),
    reflection: db.prepare(
      'INSERT OR REPLACE INTO reflection_search (rowid, words, shelf) VALUES (:id, :words, :shelf)',
    ),
    comment: db.prepare('INSERT OR REPLACE INTO comment_search (rowid, words, shelf) VALUES (:id, :words, :shelf)'),
  }
  const done = db.prepare<{ kind: TextKind; id: number }>('DELETE FROM search_queue WHERE kind = :kind AND id = :id')

  function addPortion(): void {
    let texts = 0
    let characters = 0
    for (const kind of KINDS) {
      for (const id of waiting.all({ kind, limit: PORTION - texts })) {
        if (characters > PORTION_CHARACTERS) return
        const row = text.get({ kind, id })
        if (row) {
          const { shelf, title, words } = row
          add[kind].run({ id, shelf, words: indexText(words), ...(kind === 'thing' && { title: indexText(title) }) })
          characters += words.length
        }
        done.run({ kind, id })
        texts += 1
      }
    }
  }

  const first = db.prepare<[], 1>('SELECT 1 FROM search_queue LIMIT 1').pluck()
  const isWaiting = () => first.get() !== undefined

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
