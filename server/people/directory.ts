import type { Database } from '../db/open.ts'
import { handleFrom } from './handle.ts'
import type { Person } from './people.ts'

export type DirectoryEntry = Omit<Person, 'scheme'>

interface DirectoryPage {
  people: DirectoryEntry[]
  /** Ids to go on from, null where there is nothing more on that side. */
  newer: number | null
  older: number | null
}

interface Question {
  q: string
  latin: string
  from: number
  size: number
}

const FOUND = `
  password_hash <> ''
  AND (:q = '' OR instr(lower(name), :q) OR instr(lower(email), :q) OR (:latin <> '' AND instr(handle, :latin)))`
const COLUMNS = 'id, name, email, handle, role, workplace'

/** Everybody with an account, the newest first; found by a part of the name (with or without accents), address or handle. */
export function createDirectory(db: Database, size = 50) {
  const olderThan = db.prepare<Question, DirectoryEntry>(
    `SELECT ${COLUMNS} FROM person WHERE id < :from AND ${FOUND} ORDER BY id DESC LIMIT :size`,
  )
  const newerThan = db.prepare<Question, DirectoryEntry>(
    `SELECT ${COLUMNS} FROM person WHERE id > :from AND ${FOUND} ORDER BY id LIMIT :size`,
  )

  /** @param side the page before or after an id; without, the newest */
  return function directory(search: string, side: { before?: number; after?: number } = {}): DirectoryPage {
    const q = search.toLowerCase()
    const question = { q, latin: handleFrom(q) ?? '', size: size + 1 }
    if (side.after !== undefined) {
      const rows = newerThan.all({ ...question, from: side.after })
      const people = rows.slice(0, size).reverse()
      return { people, newer: rows.length > size ? (people[0]?.id ?? null) : null, older: people.at(-1)?.id ?? null }
    }
    const rows = olderThan.all({ ...question, from: side.before ?? Number.MAX_SAFE_INTEGER })
    const people = rows.slice(0, size)
    const older = rows.length > size ? (people.at(-1)?.id ?? null) : null
    return { people, older, newer: side.before === undefined ? null : (people[0]?.id ?? null) }
  }
}
