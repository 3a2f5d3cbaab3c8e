import path from 'node:path'
import SQLite from 'better-sqlite3'

/** How long a start waits for the previous process to end, in milliseconds. */
const PATIENCE = 3000

/**
 * Holds a data folder for the one process that serves it. The system itself lets go when the process ends, however it
 * ends, so that nothing stale is left to clear away.
 * @returns a function that releases the lock; null where another process holds it
 */
export function lockFolder(data_dir: string, patience = PATIENCE): (() => void) | null {
  const db = new SQLite(path.join(data_dir, 'serving.lock'), { timeout: patience })
  try {
    db.pragma('locking_mode = EXCLUSIVE')
    db.exec('BEGIN EXCLUSIVE')
    return () => db.close()
  } catch (error) {
    db.close()
    if (Object(error).code === 'SQLITE_BUSY') return null
    throw error
  }
}
