// npm run schema: writes migrations/schema.sql, the schema after all migrations, for people to read (nothing runs it), and
// the checksums of new migrations. Those of earlier ones are never written again, as a landed migration does not change.

import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { knownMigrations, migrate } from '../server/db/migrate.ts'
import { type Database, openDatabase } from '../server/db/open.ts'

const FOLDER = path.join(import.meta.dirname, '../migrations')
export const SCHEMA_FILE = path.join(FOLDER, 'schema.sql')
/** In the format of `sha256sum`. */
const CHECKSUM_FILE = path.join(FOLDER, 'SHA256SUMS')

const HEAD = `-- The schema after all migrations, written by \`npm run schema\` to be read: a change is a new migration beside this file.
-- Each table with its indexes and triggers, in alphabetical order; then the views.
`

/** The statements that make an empty database what the migrations make it. */
export function migratedSchema(): string {
  const db = openDatabase(':memory:')
  try {
    migrate(db, Temporal.Instant.from('2026-01-01T00:00:00Z'))
    return schemaOf(db)
  } finally {
    db.close()
  }
}

export function schemaOf(db: Database): string {
  // FTS5 makes its shadow tables itself
  const statements = db
    .prepare<[], { sql: string; type: string }>(
      `SELECT sql, type FROM sqlite_schema
       WHERE sql IS NOT NULL AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')
       ORDER BY type = 'view', tbl_name, CASE type WHEN 'table' THEN 1 WHEN 'index' THEN 2 ELSE 3 END, name`,
    )
    .all()
  const blocks = statements.map(({ sql, type }) => {
    if (type === 'index') return `${sql};\n`
    return `\n${type === 'table' && sql.includes('\n') ? oneColumnEachLine(sql) : sql};\n`
  })
  return HEAD + blocks.join('')
}

/** ALTER TABLE leaves the columns that it adds on one line. */
function oneColumnEachLine(sql: string): string {
  let depth = 0
  const tokens = sql.matchAll(/--[^\n]*|'[^']*'|\s*,[^\S\n]*(?<next>\n|--)?|\s*[()]|[^\s,()'-]+|[\s\S]/g)
  return Array.from(tokens, ({ 0: token, groups }) => {
    const sign = token.trim()[0]
    if (sign === '(') depth += 1
    if (sign === ')' && --depth === 0) return '\n)'
    if (sign !== ',' || depth !== 1) return token
    return groups?.['next'] ? token.trimStart() : ',\n  '
  }).join('')
}

/** The SHA-256 of each migration when it landed, by file name. */
export function landedChecksums(): Map<string, string> {
  const lines = readFileSync(CHECKSUM_FILE, 'utf8').trimEnd().split('\n')
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]))
}

export function checksumOf(migration: string): string {
  return createHash('sha256')
    .update(readFileSync(path.join(FOLDER, migration)))
    .digest('hex')
}

function writeChecksums(): void {
  const landed = landedChecksums()
  const lines = knownMigrations().map((name) => `${landed.get(name) ?? checksumOf(name)}  ${name}\n`)
  writeFileSync(CHECKSUM_FILE, lines.join(''))
}

if (import.meta.main) {
  writeFileSync(SCHEMA_FILE, migratedSchema())
  writeChecksums()
}
