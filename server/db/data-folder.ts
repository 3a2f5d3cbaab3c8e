import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { migrate } from './migrate.ts'
import { type Database, openDatabase } from './open.ts'

/** The site's one database file in its data folder. */
export function databaseFile(data_dir: string): string {
  return path.join(data_dir, 'twentythree.sqlite')
}

/** Opens the database of a data folder in its newest form; makes what is missing, copies before it changes. */
export function openDataFolder(data_dir: string, now: Temporal.Instant): Database {
  mkdirSync(data_dir, { recursive: true, mode: 0o700 })
  const db = openDatabase(databaseFile(data_dir))
  migrate(db, now, { backUpTo: path.join(data_dir, 'backups') })
  return db
}
