import { randomUUID } from 'node:crypto'
import { type Clock, nowText } from '../../db/clock.ts'
import { type Database, transaction } from '../../db/open.ts'

/** A new value for the hidden `once` field of a form that makes something. */
export function newIdempotencyKey(): string {
  return randomUUID()
}

/**
 * Forms sent twice (double tap, reload, a queue that was offline) act once: the first answer is kept with the
 * person's `once` in the same transaction, and given again.
 */
export function createIdempotency(db: Database, clock: Clock) {
  const find = db
    .prepare<[number, string], string>('SELECT location FROM once WHERE person_id = ? AND once = ?')
    .pluck()
  const keep = db.prepare('INSERT INTO once (person_id, once, location, done_at) VALUES (?, ?, ?, ?)')

  return {
    /** Whether this person did it already: what it stood on may be gone since. */
    done: (person_id: number, once: string): boolean => find.get(person_id, once) !== undefined,

    /** Does `act`, which returns the address to go to, unless this person did it already. */
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
