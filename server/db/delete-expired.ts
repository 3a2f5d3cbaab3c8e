import { setImmediate } from 'node:timers/promises'
import { instantText } from './clock.ts'
import { type Database, transaction } from './open.ts'

/** Rows in one transaction: a few milliseconds, after which a page or another write has its turn. */
const BATCH = 500

interface ExpiringTable {
  table: string
  /** The columns of the primary key, for a table WITHOUT ROWID. */
  key?: string
  /** The indexed column that holds the instant. */
  at: string
}

/**
 * @returns how to delete the rows whose instant is not after `before`, in small batches with a turn of the event loop
 * between them; it ends early when `signal` says so
 */
export function deleteExpired(db: Database, { table, key = 'rowid', at }: ExpiringTable) {
  const some = db.prepare(`
    DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE ${at} <= :before LIMIT ${BATCH})`)

  return async (before: Temporal.Instant, signal?: AbortSignal): Promise<void> => {
    const row = { before: instantText(before) }
    while (!signal?.aborted && transaction(db, () => some.run(row).changes) === BATCH) await setImmediate()
  }
}
