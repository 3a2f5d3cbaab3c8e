import { setTimeout } from 'node:timers/promises'
import { checkInThread } from '../db/check-in-thread.ts'
import { type CheckRecord, createCheckRecord } from '../db/check-record.ts'
import type { Clock } from '../db/clock.ts'
import { databaseFile, lockDataFolder, needsMigration, openDataFolder } from '../db/data-folder.ts'
import { DataFolderError, dataFolderError } from '../db/data-folder-error.ts'
import { closeDatabase, type Database } from '../db/open.ts'

/** How long a start waits for the check, in milliseconds. That of a larger database continues in the background. */
const PATIENCE = 2000

interface OpenSite {
  db: Database
  /** Closes the database and records its state. */
  close(): void
}

/**
 * Locks a data folder and opens its database, which is checked first where the last stop was not clean, the file has
 * changed since, or the last check is older than a day. Migrations run only after the check.
 * @param onLateError receives the error of a check that ends after the start
 * @throws DataFolderError; the database file is unchanged
 */
export async function openSite(
  data_dir: string,
  clock: Clock,
  onLateError: (error: unknown) => void,
): Promise<OpenSite> {
  const letGo = lockDataFolder(data_dir)
  const record = createCheckRecord(data_dir)
  const changes = needsMigration(data_dir)
  if (record.isDue(clock.now())) {
    const checked = checkDatabase(databaseFile(data_dir), record, clock)
    const late = await Promise.race([checked, setTimeout(PATIENCE, 'late' as const, { ref: false })])
    if (late && changes) await checked
    checked.catch(onLateError)
  }
  const db = openDataFolder(data_dir, clock.now())
  record.started()
  return {
    db,
    close() {
      closeDatabase(db)
      record.stopped()
      letGo()
    },
  }
}

/** @throws DataFolderError where the database is damaged or cannot be read */
async function checkDatabase(file: string, record: CheckRecord, clock: Clock): Promise<void> {
  record.began()
  try {
    const problem = await checkInThread(file)
    record.found(clock.now(), problem)
    if (problem !== null) throw new DataFolderError('damaged', file, problem)
  } catch (error) {
    throw dataFolderError(error, file)
  } finally {
    record.ended()
  }
}
