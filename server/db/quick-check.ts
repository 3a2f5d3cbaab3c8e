import SQLite from 'better-sqlite3'

const MOST = 5

/** What SQLite finds wrong with the structure of a database file, which is only read; empty where it is sound. */
export function problemsIn(file: string): string[] {
  try {
    const db = new SQLite(file, { readonly: true, fileMustExist: true, timeout: 5000 })
    try {
      const lines = db.prepare<[], string>(`PRAGMA quick_check(${MOST})`).pluck().all()
      if (lines.join() === 'ok') return []
      // several may come as one text, under a heading
      return lines
        .join('\n')
        .split('\n')
        .filter((line) => !line.startsWith('***'))
    } finally {
      db.close()
    }
  } catch (error) {
    if (/^SQLITE_(?:CORRUPT|NOTADB)/.test(String(Object(error).code))) return [String(Object(error).message)]
    throw error
  }
}

/** The task of a worker thread. */
export function run({ file }: { file: string }): string[] {
  return problemsIn(file)
}
