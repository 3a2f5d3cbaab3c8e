import { setTimeout } from 'node:timers/promises'
import { type Database, transaction } from './open.ts'

/** How long a write that may be left out waits for a lock, in milliseconds: the commit of another process takes less. */
const OPTIONAL_PATIENCE = 5
/** How often a request that waits looks whether the lock is free, in milliseconds. */
const LOOK_EVERY = 25

/** What stopped a write with which nothing is wrong: another process writes, or there is no room; null for any other error. */
export function storageErrorKind(error: unknown): 'busy' | 'full' | 'read_only' | null {
  const code = String(Object(error).code)
  if (/^SQLITE_(?:BUSY|LOCKED)/.test(code)) return 'busy'
  // a file system with quotas, or one that cannot grow the file shared by the connections, is full too
  if (/^(?:SQLITE_FULL|SQLITE_IOERR_WRITE|SQLITE_IOERR_SHMSIZE|ENOSPC|EDQUOT)$/.test(code)) return 'full'
  return /^(?:SQLITE_READONLY\w*|EROFS)$/.test(code) ? 'read_only' : null
}

const busyTimes = new WeakMap<Database, number>()

/** How often a write here found another process writing. */
export function busyCount(db: Database): number {
  return busyTimes.get(db) ?? 0
}

function countBusy(db: Database): void {
  busyTimes.set(db, busyCount(db) + 1)
}

function withPatience<Result>(db: Database, ms: number, work: () => Result): Result {
  const before = db.pragma('busy_timeout', { simple: true })
  db.pragma(`busy_timeout = ${ms}`)
  try {
    return work()
  } finally {
    db.pragma(`busy_timeout = ${before}`)
  }
}

/**
 * Makes a write that belongs to reading (that somebody was here, has seen something), or leaves it out at once where the
 * database is locked or the disk is full: the page is shown all the same.
 * @returns whether it was made
 */
export function writeIfPossible(db: Database, work: () => void): boolean {
  try {
    withPatience(db, OPTIONAL_PATIENCE, () => transaction(db, work))
    return true
  } catch (error) {
    const trouble = storageErrorKind(error)
    if (trouble === null) throw error
    if (trouble === 'busy') countBusy(db)
    return false
  }
}

/** Whether no other process is writing at this moment; never waits. What else may stop a write, the write itself finds. */
export function isWritable(db: Database): boolean {
  try {
    withPatience(db, 0, () => db.exec('BEGIN IMMEDIATE; ROLLBACK'))
    return true
  } catch (error) {
    const trouble = storageErrorKind(error)
    if (trouble === null) throw error
    return trouble !== 'busy'
  }
}

/**
 * Waits until no other process is writing, for `ms` milliseconds at most. SQLite's own waiting would hold the event loop,
 * and with it every page.
 * @returns whether a write can begin
 */
export async function waitUntilWritable(db: Database, ms: number): Promise<boolean> {
  if (isWritable(db)) return true
  countBusy(db)
  const end = performance.now() + ms
  while (!isWritable(db)) {
    if (performance.now() >= end) return false
    await setTimeout(LOOK_EVERY)
  }
  return true
}
