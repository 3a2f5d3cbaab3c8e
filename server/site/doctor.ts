import type { CheckRecord } from '../db/check-record.ts'
import { knownMigrations } from '../db/migrate.ts'
import type { Database } from '../db/open.ts'

interface DatabaseReport {
  ok: boolean
  sqlite: string
  pragmas: { journal_mode: string; synchronous: string; foreign_keys: boolean; busy_timeout: number }
  /** Result of SQLite's integrity_check: ["ok"] where there is no problem. */
  integrity_check: string[]
  /** Rows that refer to missing rows. */
  foreign_key_check: unknown[]
  migrations: { applied: number; waiting: string[]; unknown: string[] }
  /** Dead emails and other jobs, as listed at /admin/outbox. */
  dead_letters: number
}

const SYNCHRONOUS = ['OFF', 'NORMAL', 'FULL', 'EXTRA']

/** Checks a database without changing it. */
export function examineDatabase(db: Database): DatabaseReport {
  const one = (pragma: string) => db.pragma(pragma, { simple: true })
  const pragmas = {
    journal_mode: String(one('journal_mode')),
    synchronous: SYNCHRONOUS[Number(one('synchronous'))] ?? '',
    foreign_keys: one('foreign_keys') === 1,
    busy_timeout: Number(one('busy_timeout')),
  }
  const integrity_check = db.prepare<[], string>('PRAGMA integrity_check').pluck().all()
  const foreign_key_check = db.prepare('PRAGMA foreign_key_check').all()
  const migrations = migrationsOf(db)
  const sound = integrity_check.join() === 'ok' && foreign_key_check.length === 0
  const current = migrations.waiting.length === 0 && migrations.unknown.length === 0
  const safe = pragmas.journal_mode === 'wal' && pragmas.synchronous === 'FULL' && pragmas.foreign_keys
  const sqlite = db.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? ''
  return {
    ok: sound && current && safe,
    sqlite,
    pragmas,
    integrity_check,
    foreign_key_check,
    migrations,
    dead_letters: deadLetters(db),
  }
}

function deadLetters(db: Database): number {
  const known = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'job'").get() !== undefined
  const count = "SELECT count(*) FROM job WHERE outcome = 'dead'"
  return known ? (db.prepare<[], number>(count).pluck().get() ?? 0) : 0
}

function migrationsOf(db: Database): DatabaseReport['migrations'] {
  const files = knownMigrations()
  const known = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'migration'").get() !== undefined
  const applied = known ? db.prepare<[], string>('SELECT name FROM migration').pluck().all() : []
  return {
    applied: applied.length,
    waiting: files.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !files.includes(name)),
  }
}

interface Readiness {
  ok: boolean
  migrations: string[]
  pragmas: Record<string, unknown>
  /** The background check: whether it runs, when it last found no problem, and the problem found. */
  database_check: { running: boolean; checked_at: string | null; problem: string | null }
}

/**
 * For monitoring: whether the file is sound, writes are durable, and which migrations were applied.
 */
export function readiness(db: Database, databaseCheck: CheckRecord): Readiness {
  const pragma = (name: string) => db.pragma(name, { simple: true })
  const pragmas = {
    synchronous: pragma('synchronous'),
    journal_mode: pragma('journal_mode'),
    foreign_keys: pragma('foreign_keys'),
  }
  const migrations = db.prepare<[], string>('SELECT name FROM migration ORDER BY name').pluck().all()
  const { running, checked_at, problem } = databaseCheck.read()
  // 2 is FULL: what was acknowledged survives a power loss
  const ok = pragmas.synchronous === 2 && pragmas.foreign_keys === 1 && problem === null
  return { ok, migrations, pragmas, database_check: { running, checked_at, problem } }
}
