import { randomUUID } from 'node:crypto'
import { type Clock, nowText } from '../../db/clock.ts'
import { type Database, transaction } from '../../db/open.ts'

/** A value for the hidden field `once` of a form that creates something. */
export function newIdempotencyKey(): string {
  return randomUUID()
}

/**
 * Lets a form that is sent twice (double tap, reload, retry) act once: the first redirect is stored under the person's
 * key in the same transaction, and repeated.
 */
export function createIdempotency(db: Database, clock: Clock) {
  const find = db
    .prepare<[number, string], string>('SELECT location FROM once WHERE person_id = ? AND once = ?')
    .pluck()
  const keep = db.prepare('INSERT INTO once (person_id, once, location, done_at) VALUES (?, ?, ?, ?)')

  return {
    /** Whether the act was done already: its page may be gone since. */
    done: (person_id: number, once: string): boolean => find.get(person_id, once) !== undefined,

    /** Runs `act`, unless it was run for this key before. @returns the address that `act` returned, to redirect to */
    run(person_id: number, once: string, act: () => string): string {
      if (!once) return transaction(db, act)
      return transaction(db, () => {
        const before = find.get(person_id, once)
        if (before !== undefined) return before
        const location = act()
        keep.run(person_id, once, location, nowText(clock))
        return location
      })
    },
  }
}
