import { accessSync, chmodSync, constants, mkdirSync, statSync } from 'node:fs'
import path from 'node:path'
import SQLite from 'better-sqlite3'
import { DataFolderError, dataFolderError } from './data-folder-error.ts'
import { lockFolder } from './data-lock.ts'
import { knownMigrations, migrate } from './migrate.ts'
import { type Database, openDatabase } from './open.ts'

/** The site's one database file in its data folder. */
export function databaseFile(data_dir: string): string {
  return path.join(data_dir, 'twentythree.sqlite')
}

/** Makes the data folder if it is missing. @throws DataFolderError where nothing can be written there */
function makeDataFolder(data_dir: string): void {
  try {
    mkdirSync(data_dir, { recursive: true, mode: 0o700 })
    accessSync(data_dir, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw dataFolderError(error, data_dir)
  }
}

/**
 * Holds a data folder for this process.
 * @returns a function that releases the lock
 * @throws DataFolderError where another process holds it or it cannot be written
 */
export function lockDataFolder(data_dir: string): () => void {
  makeDataFolder(data_dir)
  try {
    const letGo = lockFolder(data_dir)
    if (letGo) return letGo
  } catch (error) {
    throw dataFolderError(error, path.join(data_dir, 'serving.lock'))
  }
  throw new DataFolderError('in_use', data_dir)
}

/**
 * Looks at the database file without changing it: a file that is not this site's is never written to.
 * @returns the migrations that were applied; null where there is no file yet
 * @throws DataFolderError
 */
export function inspectDatabase(file: string): string[] | null {
  const found = statSync(file, { throwIfNoEntry: false })
  if (!found) return null
  if (!found.isFile()) throw new DataFolderError('not_file', file)
  if (found.size === 0) throw new DataFolderError('empty', file)
  try {
    accessSync(file, constants.R_OK | constants.W_OK)
    const db = new SQLite(file, { readonly: true, fileMustExist: true, timeout: 5000 })
    try {
      const ours = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migration'").get()
      if (!ours) throw new DataFolderError('foreign', file)
      return db.prepare<[], string>('SELECT name FROM migration').pluck().all()
    } finally {
      db.close()
    }
  } catch (error) {
    throw dataFolderError(error, file)
  }
}

/** Whether opening the data folder changes the schema of a database that holds something. */
export function needsMigration(data_dir: string): boolean {
  const applied = inspectDatabase(databaseFile(data_dir))
  return applied !== null && knownMigrations().some((name) => !applied.includes(name))
}

/** Earlier versions left the files to the umask, and SQLite gives those beside the database the mode of the database. */
function closeToOthers(file: string): void {
  for (const name of [file, `${file}-wal`, `${file}-shm`]) {
    try {
      chmodSync(name, 0o600)
    } catch {
      // it is not there, or another user's, who may have reasons
    }
  }
}

/**
 * Opens the database of a data folder in its newest form; makes what is missing, copies before it changes.
 * @throws DataFolderError
 */
export function openDataFolder(data_dir: string, now: Temporal.Instant): Database {
  makeDataFolder(data_dir)
  const file = databaseFile(data_dir)
  inspectDatabase(file)
  closeToOthers(file)
  let db: Database | null = null
  try {
    db = openDatabase(file)
    migrate(db, now, { backUpTo: path.join(data_dir, 'backups') })
    return db
  } catch (error) {
    db?.close()
    throw dataFolderError(error, file)
  }
}
