import SQLite from 'better-sqlite3'
import { LazyStatement } from './lazy-statement.ts'

export type Database = SQLite.Database

/**
 * Opens the site's one database file (in tests ':memory:' or a database's bytes) with the pragmas every connection must have.
 * @param onStatement is told the text of every statement that runs (tests count them)
 */
export function openDatabase(file: string | Buffer, onStatement?: (sql: string) => void): Database {
  const db = onStatement ? new SQLite(file, { verbose: (sql) => onStatement(String(sql)) }) : new SQLite(file)
  db.pragma('journal_mode = WAL')
  // better-sqlite3 is built so that a re-opened WAL file is NORMAL, which may lose acknowledged commits at power loss
  db.pragma('synchronous = FULL')
  db.pragma('foreign_keys = ON')
  db.pragma('busy_timeout = 5000')
  db.pragma('trusted_schema = OFF')
  return prepareOnce(db)
}

/**
 * Keeps statements prepared. In a join, and behind LIMIT, SQLite looks at the value behind a `?` to guess how many rows
 * there will be, and then compiles the statement anew whenever another value is bound: a page's statements took up to
 * twelve times as long (86 against 7 microseconds). The guess is switched off by a C call only, but a value that comes
 * out of `(SELECT ?)` is not looked at; index and affinity stay the same.
 */
function prepareOnce(db: Database): Database {
  const prepare = db.prepare.bind(db)
  return Object.assign(db, {
    prepare: (sql: string) =>
      new LazyStatement(db, sql, () => {
        const statement = prepare<unknown[]>(avoidReprepare(sql))
        return WRITES.test(sql) ? inTransaction(db, statement) : statement
      }),
  })
}

/** Closes the database with everything in its one file, and no write-ahead log beside it. */
export function closeDatabase(db: Database): void {
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()
}

const WRITES = /^\s*(?:INSERT|UPDATE|DELETE|REPLACE)\b/i

/** Runs a single write as a transaction, with the same check before it. */
function inTransaction(db: Database, statement: SQLite.Statement<unknown[]>): SQLite.Statement<unknown[]> {
  for (const name of ['run', 'get', 'all'] as const) {
    const act = statement[name].bind(statement) as (...values: unknown[]) => never
    statement[name] = (...values: unknown[]) =>
      db.inTransaction ? act(...values) : transaction(db, () => act(...values))
  }
  return statement
}

/** The statement with every value that is compared or limits put behind a SELECT. */
export function avoidReprepare(sql: string): string {
  return sql.replace(/([=<>]|\bLIMIT|\bOFFSET)\s*(\?|:\w+)/g, '$1 (SELECT $2)')
}

const asked = new WeakMap<Database, () => void>()

/** Calls `ask` before every write from now on; where it throws, nothing is written. */
export function guardWrites(db: Database, ask: () => void): void {
  asked.set(db, ask)
}

/** Runs `work` in one transaction; inside another transaction it becomes part of that one. */
export function transaction<Result>(db: Database, work: () => Result): Result {
  const ask = db.inTransaction ? undefined : asked.get(db)
  const whole = () => {
    ask?.()
    return work()
  }
  return db.transaction(ask ? whole : work).immediate()
}

/** Whether a statement failed because another row has the same unique value. */
export function isUniqueViolation(error: unknown): boolean {
  return Object(error).code === 'SQLITE_CONSTRAINT_UNIQUE'
}
