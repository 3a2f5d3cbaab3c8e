import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { DataFolderError } from './data-folder-error.ts'
import { type Database, transaction } from './open.ts'
import { problemsIn } from './quick-check.ts'

const folder = path.join(import.meta.dirname, '../../migrations')

/** The migrations that this version has, in order. */
export function knownMigrations(): string[] {
  return readdirSync(folder)
    .filter((name) => /^\d{4}_\w+\.sql$/.test(name))
    .sort()
}

/**
 * Applies each file of migrations/ that was not applied before, in order, each in its own transaction.
 * @param backUpTo folder for a copy that is made before the first change to a database that already holds something
 * @throws DataFolderError when the database was written by a newer version of the software
 */
export function migrate(db: Database, now: Temporal.Instant, { backUpTo }: { backUpTo?: string } = {}): void {
  db.exec('CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, applied_at TEXT NOT NULL) STRICT')
  const files = knownMigrations()
  const applied = db.prepare<[], string>('SELECT name FROM migration ORDER BY name').pluck().all()
  const unknown = applied.filter((name) => !files.includes(name))
  if (unknown.length > 0) throw new DataFolderError('newer', db.name, unknown.join(', '))
  const waiting = files.filter((name) => !applied.includes(name))
  if (waiting.length > 0 && applied.length > 0 && backUpTo) backUp(db, backUpTo, now)
  const note = db.prepare('INSERT INTO migration (name, applied_at) VALUES (?, ?)')
  // with them on, a table that is made anew would take the rows of others along; they are checked before each commit
  db.pragma('foreign_keys = OFF')
  try {
    for (const name of waiting) {
      transaction(db, () => {
        db.exec(readFileSync(path.join(folder, name), 'utf8'))
        const broken = db.prepare('PRAGMA foreign_key_check').all()
        if (broken.length > 0) {
          throw new DataFolderError('migration', db.name, `${name} leaves ${broken.length} rows that point nowhere`)
        }
        note.run(name, now.toString())
      })
    }
  } finally {
    db.pragma('foreign_keys = ON')
  }
}

/** @throws DataFolderError where the copy is damaged, and so what was copied */
function backUp(db: Database, to: string, now: Temporal.Instant): void {
  mkdirSync(to, { recursive: true, mode: 0o700 })
  const name = `before-migration-${now.toString({ smallestUnit: 'second' }).replaceAll(':', '')}.sqlite`
  const copy = path.join(to, name)
  try {
    db.prepare('VACUUM INTO ?').run(copy)
    const problems = problemsIn(copy)
    if (problems.length > 0) throw new DataFolderError('damaged', db.name, problems[0])
  } catch (error) {
    rmSync(copy, { force: true })
    throw error
  }
}
