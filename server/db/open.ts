import SQLite from 'better-sqlite3'

export type Database = SQLite.Database

/**
 * Opens the site's one database file (':memory:' in tests) with the pragmas every connection must have.
 * @param onStatement is told the text of every statement that runs (tests count them)
 */
export function openDatabase(file: string, onStatement?: (sql: string) => void): Database {
  const db = onStatement ? new SQLite(file, { verbose: (sql) => onStatement(String(sql)) }) : new SQLite(file)
  db.pragma('journal_mode = WAL')
  // better-sqlite3 is built so that a re-opened WAL file is NORMAL, which may lose acknowledged commits at power loss
  db.pragma('synchronous = FULL')
  db.pragma('foreign_keys = ON')
  db.pragma('busy_timeout = 5000')
  db.pragma('trusted_schema = OFF')
  return db
}

/** Runs `work` as one write; inside another one it becomes part of it. */
export function transaction<Result>(db: Database, work: () => Result): Result {
  return db.transaction(work).immediate()
}
