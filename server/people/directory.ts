import { type Clock, nowText } from '../db/clock.ts'
import type { Database } from '../db/open.ts'
import { handleFrom } from './handle.ts'
import type { Person, SiteRole } from './person.ts'

export const STATES = ['active', 'deactivated', 'never', 'nowhere'] as const
/** `never`: enrolled, and has not signed in since. `nowhere`: in no cohort, and invited to none. */
type AccountState = (typeof STATES)[number]

export interface DirectoryEntry extends Pick<Person, 'id' | 'name' | 'email' | 'handle' | 'role' | 'workplace'> {
  deactivated_at: string | null
}

/** Whom the list shows; null does not filter. */
export interface DirectoryFilters {
  q: string
  role: SiteRole | null
  state: AccountState | null
  /** A cohort's slug. */
  cohort: string | null
  workplace: string | null
}

interface DirectoryPage {
  people: DirectoryEntry[]
  /** Ids for the next page on either side; null where there is none. */
  newer: number | null
  older: number | null
}

/** A row of the CSV file. */
export interface DirectoryLine extends DirectoryEntry {
  created_at: string
  cohorts: string
}

type DirectoryParameters = Omit<DirectoryFilters, 'q'> & {
  q: string | null
  latin: string
  now: string
  from: number
  size: number
}

const ENROLLED = 'SELECT 1 FROM enrolment AS e WHERE e.person_id = person.id AND e.left_at IS NULL'

const FOUND = `
  password_hash <> ''
  AND (:q IS NULL OR instr(sort_name, folded(:q)) OR instr(email, :q) OR instr(sort_workplace, folded(:q))
       OR (:latin <> '' AND instr(handle, :latin)))
  AND (:role IS NULL OR role = :role)
  AND (:workplace IS NULL OR workplace = :workplace)
  AND (:cohort IS NULL OR EXISTS (${ENROLLED} AND e.cohort_id = (SELECT id FROM cohort WHERE slug = :cohort)))
  AND CASE :state
    WHEN 'active' THEN deactivated_at IS NULL
    WHEN 'deactivated' THEN deactivated_at IS NOT NULL
    WHEN 'never' THEN EXISTS (${ENROLLED}) AND NOT EXISTS (${ENROLLED} AND e.seen_at > e.joined_at)
      AND NOT EXISTS (SELECT 1 FROM session WHERE session.person_id = person.id)
    WHEN 'nowhere' THEN NOT EXISTS (${ENROLLED}) AND NOT EXISTS (
      SELECT 1 FROM invitation AS i WHERE i.email = person.email AND i.used_at IS NULL AND i.expires_at > :now)
    ELSE 1 END`
const COLUMNS = 'id, name, email, handle, role, workplace, deactivated_at'

/** Rows of the CSV file that are read at once. */
const PORTION = 500

/** Everybody with an account, newest first; searched by part of the name (with or without accents), email address or handle. */
export function createDirectory(db: Database, clock: Clock, size = 50) {
  const olderThan = db.prepare<DirectoryParameters, DirectoryEntry>(
    `SELECT ${COLUMNS} FROM person WHERE id < :from AND ${FOUND} ORDER BY id DESC LIMIT :size`,
  )
  const newerThan = db.prepare<DirectoryParameters, DirectoryEntry>(
    `SELECT ${COLUMNS} FROM person WHERE id > :from AND ${FOUND} ORDER BY id LIMIT :size`,
  )
  const lines = db.prepare<DirectoryParameters, DirectoryLine>(`
    SELECT ${COLUMNS}, created_at,
           coalesce((SELECT group_concat(title || ' (' || e.role || ')', ', ')
                       FROM enrolment AS e JOIN cohort ON cohort.id = e.cohort_id
                      WHERE e.person_id = person.id AND e.left_at IS NULL), '') AS cohorts
      FROM person WHERE id < :from AND ${FOUND} ORDER BY id DESC LIMIT :size`)

  const cohorts = db.prepare<[], { slug: string; title: string }>(
    'SELECT slug, title FROM cohort ORDER BY starts_on DESC, id DESC LIMIT 200',
  )

  function parametersOf(filters: DirectoryFilters): Omit<DirectoryParameters, 'from' | 'size'> {
    const q = filters.q.toLowerCase()
    return { ...filters, q: q || null, latin: handleFrom(q) ?? '', now: nowText(clock) }
  }

  return {
    /** Cohorts to filter by, latest first. */
    cohortsToChoose: () => cohorts.all(),

    /** @param side the page before or after an id; default: the newest */
    directory(filters: DirectoryFilters, side: { before?: number; after?: number } = {}): DirectoryPage {
      const parameters = { ...parametersOf(filters), size: size + 1 }
      if (side.after !== undefined) {
        const rows = newerThan.all({ ...parameters, from: side.after })
        const people = rows.slice(0, size).reverse()
        return { people, newer: rows.length > size ? (people[0]?.id ?? null) : null, older: people.at(-1)?.id ?? null }
      }
      const rows = olderThan.all({ ...parameters, from: side.before ?? Number.MAX_SAFE_INTEGER })
      const people = rows.slice(0, size)
      const older = rows.length > size ? (people.at(-1)?.id ?? null) : null
      return { people, older, newer: side.before === undefined ? null : (people[0]?.id ?? null) }
    },

    /** All people that the filters match, read in portions. */
    *directoryLines(filters: DirectoryFilters): Generator<DirectoryLine> {
      const parameters = { ...parametersOf(filters), size: PORTION }
      for (let from = Number.MAX_SAFE_INTEGER; ; ) {
        const rows = lines.all({ ...parameters, from })
        yield* rows
        if (rows.length < PORTION) return
        from = rows.at(-1)?.id ?? 0
      }
    },
  }
}
