import { existsSync, writeFileSync } from 'node:fs'
import { migrate } from '../../server/db/migrate.ts'
import { type Database, openDatabase } from '../../server/db/open.ts'

/**
 * A site's database in its newest form. Migrations take 150 milliseconds and more, so that each worker runs them once and
 * every further database is a copy of those bytes.
 * @param file an existing one is opened as it is
 */
export function newDatabase(file = ':memory:', onStatement?: (sql: string) => void): Database {
  if (file === ':memory:') return openDatabase(template(), onStatement)
  if (!existsSync(file)) writeFileSync(file, template())
  return openDatabase(file, onStatement)
}

let bytes: Buffer | undefined

function template(): Buffer {
  if (bytes) return bytes
  const db = openDatabase(':memory:')
  migrate(db, Temporal.Instant.from('2026-03-02T07:00:00Z'))
  // an image of a database in WAL mode cannot be opened in memory
  db.pragma('journal_mode = DELETE')
  bytes = db.serialize()
  db.close()
  return bytes
}
