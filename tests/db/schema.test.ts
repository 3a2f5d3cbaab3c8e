import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { knownMigrations, migrate } from '../../server/db/migrate.ts'
import { openDatabase } from '../../server/db/open.ts'
import { checksumOf, landedChecksums, migratedSchema, SCHEMA_FILE, schemaOf } from '../../tools/schema.ts'
import { filesIn, textOf } from '../house/source.ts'

function newDatabase() {
  const db = openDatabase(':memory:')
  migrate(db, Temporal.Instant.from('2026-03-02T07:00:00Z'))
  return db
}

/** How many brackets are open at once at most, those in strings and comments left out. */
function deepest(sql: string): number {
  let open = 0
  let most = 0
  for (const sign of sql.replace(/'[^']*'|--.*$/gm, '')) {
    if (sign === '(') most = Math.max(most, ++open)
    if (sign === ')') open -= 1
  }
  return most
}

test('no text of the schema nests so deeply that the parser of an older SQLite overflows', () => {
  const db = newDatabase()
  const texts = db
    .prepare<[], { name: string; sql: string }>('SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL')
    .all()
  expect(texts.length).toBeGreaterThan(100)
  // the stack of SQLite 3.40 holds 100 entries, and a call within a call takes three of them
  expect(texts.filter(({ sql }) => deepest(sql) > 16).map(({ name }) => name)).toEqual([])
})

test('migrations/schema.sql is the schema that the migrations create', () => {
  const written = readFileSync(SCHEMA_FILE, 'utf8')
  expect(written, 'npm run schema writes migrations/schema.sql').toBe(migratedSchema())
  const db = openDatabase(':memory:')
  db.exec(written)
  expect(schemaOf(db)).toBe(written)
  db.close()
})

test('every trigger is named in a comment where the code of its noun is', () => {
  const db = newDatabase()
  const triggers = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all()
  db.close()
  const named = filesIn('server', '.ts').flatMap((file) => textOf(file).match(/(?<=\/\/ .*)\b[a-z_]+\b/g) ?? [])
  expect(triggers.length).toBeGreaterThan(50)
  expect(triggers.filter((name) => !named.includes(name))).toEqual([])
})

test('a migration that has landed does not change', () => {
  const landed = landedChecksums()
  const changed = [...landed].filter(([name, checksum]) => checksumOf(name) !== checksum).map(([name]) => name)
  expect(changed, 'data folders exist that ran these: put the change into a new migration').toEqual([])
  const unknown = knownMigrations().filter((name) => !landed.has(name))
  expect(unknown, 'npm run schema adds the checksum of a new migration').toEqual([])
})
