import { type Clock, nowText } from '../../db/clock.ts'
import { type Database, transaction } from '../../db/open.ts'
import { countWords } from '../markdown/word-count.ts'
import type { Audience } from '../policy.ts'

export interface DraftText {
  title: string
  body: string
  audience: Audience
}

interface Draft extends DraftText {
  version: number
  saved_at: string
}

/** Another version was saved meanwhile, usually on another device of the same person. Neither text is lost. */
export class DraftConflict extends Error {
  readonly version: number

  constructor(version: number) {
    super(`the draft is at version ${version} now`)
    this.version = version
  }
}

export function createDrafts(db: Database, clock: Clock) {
  const find = db.prepare<[number, number], Draft & { open: 0 | 1 }>(
    'SELECT title, body, audience, version, open, saved_at FROM draft WHERE enrolment_id = ? AND thing_id = ?',
  )
  const put = db.prepare(`
    INSERT INTO draft (enrolment_id, thing_id, title, body, audience, words, version, open, saved_at)
    VALUES (:enrolment_id, :thing_id, :title, :body, :audience, :words, :version, :open, :saved_at)
    ON CONFLICT (enrolment_id, thing_id) DO UPDATE
      SET title = excluded.title, body = excluded.body, audience = excluded.audience, words = excluded.words,
          version = excluded.version, open = excluded.open, saved_at = excluded.saved_at`)

  /**
   * The next version's number.
   * @param seen the version that the form was loaded with; 0 for none, which is right while no draft is open
   * @throws DraftConflict when the draft has moved on since
   */
  function next(enrolment_id: number, thing_id: number, seen: number): number {
    const draft = find.get(enrolment_id, thing_id)
    const now = draft?.version ?? 0
    const fresh = seen === now || (seen === 0 && !draft?.open)
    if (!fresh) throw new DraftConflict(now)
    return now + 1
  }

  return {
    /** The open draft, and the number that the next save must name even where none is open. */
    current(enrolment_id: number, thing_id: number): { draft: Draft | null; version: number } {
      const row = find.get(enrolment_id, thing_id)
      return { draft: row?.open ? row : null, version: row?.version ?? 0 }
    },

    /** @throws DraftConflict */
    save(enrolment_id: number, thing_id: number, text: DraftText, seen: number): { version: number; saved_at: string } {
      return transaction(db, () => {
        const version = next(enrolment_id, thing_id, seen)
        const saved_at = nowText(clock)
        put.run({ enrolment_id, thing_id, ...text, words: countWords(text.body), version, open: 1, saved_at })
        return { version, saved_at }
      })
    },

    /**
     * Publishing ends the draft, in the same transaction; its row stays empty and its number grows, so that a
     * forgotten tab is noticed. @throws DraftConflict
     */
    close(enrolment_id: number, thing_id: number, audience: Audience, seen: number): void {
      const version = next(enrolment_id, thing_id, seen)
      const saved_at = nowText(clock)
      put.run({ enrolment_id, thing_id, title: '', body: '', audience, words: 0, version, open: 0, saved_at })
    },
  }
}

export type Drafts = ReturnType<typeof createDrafts>
