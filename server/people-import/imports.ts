import { setImmediate } from 'node:timers/promises'
import { type Clock, instantText, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import { pageOf } from '../db/page.ts'
import { FREE_PLACES_SQL } from '../enrolments/policy.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { prepareClassify } from './classify-rows.ts'
import type { ListReading } from './read/read-list.ts'
import type { ListRow } from './read/read-rows.ts'
import { createRunImport, type RunImportDeps } from './run-import.ts'

/** A list as it was read, waiting to be brought in; kept for a day. */
export interface Import {
  id: number
  cohort_id: number | null
  /** Headings of the columns that are left out. */
  ignored: string[]
  /** How the list was read; null for one that was read before that was kept. */
  reading: ListReading | null
  expires_at: string
  done_at: string | null
  /** How many more learners the cohort has places for; null for any number. */
  room: number | null
}

/** How many lines become what. */
export interface Counts {
  new: number
  known: number
  /** People with an account who go to the waiting list, since the cohort is full. */
  line: number
  /** In the cohort, or with an account here, already. */
  here: number
  invited: number
  waiting: number
  problems: number
}

/** A list as it was read. */
export interface SavedList {
  by: number
  cohort_id: number | null
  /** The file, or the pasted text as UTF-8. */
  source: Uint8Array
  rows: ListRow[]
  reading: ListReading
}

const LIFETIME = Temporal.Duration.from({ hours: 24 })
const AT_ONCE = 250
const PER_PAGE = 100
const SOME = 10

/** Lists of people between being looked at and being brought in. */
export function createImports(db: Database, clock: Clock, helpers: RunImportDeps & { jobs: Jobs }) {
  const begin = db.prepare(`
    INSERT INTO people_import (made_by, cohort_id, ignored, source, reading, made_at, expires_at)
    VALUES (:by, :cohort_id, :ignored, :source, :reading, :now, :expires_at)`)
  const dropEarlier = db.prepare(
    'DELETE FROM people_import WHERE made_by = :by AND cohort_id IS :cohort_id AND done_at IS NULL AND id <> :id',
  )
  const insertRow = db.prepare(`
    INSERT INTO people_import_row (import_id, line, email, name, workplace, pod, problem)
    VALUES (:id, :line, :email, :name, :workplace, :pod, :problem)`)
  const classify = prepareClassify(db)
  const ready = db.prepare('UPDATE people_import SET ready = 1 WHERE id = ?')
  const sourceOf = db.prepare<[number], Buffer | null>('SELECT source FROM people_import WHERE id = ?').pluck()
  const find = db.prepare<object, Omit<Import, 'ignored' | 'reading'> & { ignored: string; reading: string | null }>(`
    SELECT people_import.id, cohort_id, ignored, reading, expires_at, done_at,
           (SELECT ${FREE_PLACES_SQL} FROM cohort WHERE cohort.id = people_import.cohort_id) AS room
      FROM people_import
     WHERE people_import.id = :id AND made_by = :by AND cohort_id IS :cohort_id AND ready = 1 AND expires_at > :now`)
  const counts = db.prepare<[number], { verdict: string; lines: number }>(`
    SELECT CASE WHEN problem IS NULL THEN verdict ELSE 'problem' END AS verdict, count(*) AS lines
      FROM people_import_row WHERE import_id = ? GROUP BY 1`)
  const problems = db.prepare<{ id: number; after: number }, ListRow>(`
    SELECT line, email, name, workplace, pod, coalesce(problem, verdict) AS problem FROM people_import_row
     WHERE import_id = :id AND line > :after AND (problem IS NOT NULL OR verdict IN ('blocked', 'left'))
     ORDER BY line LIMIT ${PER_PAGE + 1}`)
  const some = db.prepare<[number], ListRow>(`
    SELECT line, email, name, workplace, pod, problem FROM people_import_row
     WHERE import_id = ? AND verdict IN ('new', 'known', 'line') ORDER BY line LIMIT ${SOME}`)
  const deleteExpired = db.prepare('DELETE FROM people_import WHERE expires_at <= ?')

  const { jobs } = helpers
  jobs.handle('people.import_clean', () => {
    deleteExpired.run(nowText(clock))
  })
  jobs.every('people.import_clean', { hours: 1 })

  return {
    ...createRunImport(db, clock, helpers),

    /** Keeps what was read, in portions; others are served between them. @returns its id */
    async save({ by, cohort_id, source, rows, reading }: SavedList): Promise<number> {
      const now = nowText(clock)
      const expires_at = instantText(clock.now().add(LIFETIME))
      const left_out = reading.columns.filter(({ field, heading }) => field === '' && heading !== '')
      const ignored = JSON.stringify(left_out.map(({ heading }) => heading))
      const row = { by, cohort_id, ignored, source, reading: JSON.stringify(reading), now, expires_at }
      const id = Number(begin.run(row).lastInsertRowid)
      for (let at = 0; at < rows.length; at += AT_ONCE) {
        const portion = rows.slice(at, at + AT_ONCE)
        transaction(db, () => {
          for (const one of portion) insertRow.run({ ...one, id })
          classify.run({ id, cohort_id, now, from: portion[0]?.line ?? 0, to: portion.at(-1)?.line ?? 0 })
        })
        await setImmediate()
      }
      transaction(db, () => {
        ready.run(id)
        dropEarlier.run({ id, by, cohort_id })
      })
      return id
    },

    /** A list of one's own, where it is not too old. */
    find(id: number, by: number, cohort_id: number | null): Import | null {
      const row = find.get({ id, by, cohort_id, now: nowText(clock) })
      if (!row) return null
      return {
        ...row,
        ignored: JSON.parse(row.ignored),
        reading: row.reading === null ? null : JSON.parse(row.reading),
      }
    },

    /** The file of a list as it came; null once its people were brought in. */
    sourceOf: (id: number): Buffer | null => sourceOf.get(id) ?? null,

    counts(id: number): Counts {
      const of = new Map(counts.all(id).map(({ verdict, lines }) => [verdict, lines]))
      const number = (...verdicts: string[]) => verdicts.reduce((sum, verdict) => sum + (of.get(verdict) ?? 0), 0)
      return {
        new: number('new'),
        known: number('known'),
        line: number('line'),
        here: number('here'),
        invited: number('invited'),
        waiting: number('waiting'),
        problems: number('problem', 'blocked', 'left'),
      }
    },

    /** Lines of which nothing is made, in order. @param after the last line of the page before */
    problems(id: number, after: number): { rows: ListRow[]; next: number | null } {
      const rows = problems.all({ id, after })
      const { items, next } = pageOf(rows, PER_PAGE)
      return { rows: items, next: next?.line ?? null }
    },

    /** The first of those who come in. */
    sample: (id: number): ListRow[] => some.all(id),
  }
}

export type Imports = ReturnType<typeof createImports>
