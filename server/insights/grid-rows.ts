import type { Cohort } from '../cohorts/enrolments.ts'
import type { Courses } from '../courses/courses.ts'
import { type Clock, instantText, nowText } from '../db/clock.ts'
import type { Database } from '../db/open.ts'
import { type CellState, type Column, cellsOf, columnsOf, type Entry, restsOf, type Work } from './grid.ts'

export const SORTS = ['name', 'workplace', 'seen'] as const
type Sort = (typeof SORTS)[number]

interface Learner {
  id: number
  name: string
  handle: string
  workplace: string | null
  seen_at: string
}

/** A learner's row of the grid. */
interface GridPerson extends Learner {
  done: number
  cells: CellState[]
}

export interface GridPage {
  columns: Column[]
  people: GridPerson[]
  /** How many fit the question. */
  total: number
  /** From 1, as are the places of the first and last person shown. */
  page: number
  pages: number
  from: number
  to: number
}

/** A learner with all that she did, for a file. */
export interface FullRow extends Learner, Pick<Work, 'done' | 'skipped' | 'drafted'> {
  email: string
  goal: number
  joined_at: string
}

export interface GridQuestion {
  sort: Sort
  /** A part of the name. */
  q: string
  page: number
}

type Texts = Record<'done' | 'skipped' | 'drafted', string>

const PER_PAGE = 50
const AT_ONCE = 500

const ORDER: Record<Sort, string> = {
  name: 'folded(name), person_id',
  workplace: 'workplace IS NULL, folded(workplace), folded(name), person_id',
  seen: 'seen_at, person_id',
}

const LEARNERS = `
    FROM enrolment JOIN person ON person.id = person_id
   WHERE cohort_id = :cohort_id AND enrolment.role = 'learner' AND left_at IS NULL`

/** What each of the chosen did: three short ranges of the tables that begin with the enrolment. */
const WORK = `
  (SELECT json_group_object(thing_id, completed_at) FROM completion WHERE enrolment_id = chosen.enrolment_id) AS done,
  (SELECT json_group_object(thing_id, reason) FROM skip WHERE enrolment_id = chosen.enrolment_id) AS skipped,
  (SELECT json_group_array(thing_id) FROM draft WHERE enrolment_id = chosen.enrolment_id AND open = 1) AS drafted`

function pageSql(sort: Sort): string {
  return `
  WITH chosen AS (
    SELECT enrolment.id AS enrolment_id, person_id, name, handle, workplace, seen_at, count(*) OVER () AS total ${LEARNERS}
       AND (:q = '' OR instr(folded(name), folded(:q)))
     ORDER BY ${ORDER[sort]} LIMIT :limit OFFSET :offset)
  SELECT person_id AS id, name, handle, workplace, seen_at, total, ${WORK} FROM chosen ORDER BY ${ORDER[sort]}`
}

/** The learners of a cohort with what each did about each thing. */
export function createGridRows(
  db: Database,
  clock: Clock,
  { courses, entries }: { courses: Pick<Courses, 'content'>; entries: (cohort_id: number) => Entry[] },
) {
  const page = (sort: Sort) =>
    db.prepare<{ cohort_id: number; q: string; limit: number; offset: number }, Learner & Texts & { total: number }>(
      pageSql(sort),
    )
  const sorted = { name: page('name'), workplace: page('workplace'), seen: page('seen') }
  const portion = db.prepare<{ cohort_id: number; after: number; limit: number }, Omit<FullRow, keyof Texts> & Texts>(`
    WITH chosen AS (
      SELECT enrolment.id AS enrolment_id, person_id, name, handle, email, workplace, seen_at, goal, joined_at ${LEARNERS}
         AND (:after = 0 OR (folded(name), person_id) > (SELECT folded(name), id FROM person WHERE id = :after))
       ORDER BY folded(name), person_id LIMIT :limit)
    SELECT person_id AS id, name, handle, email, workplace, seen_at, goal, joined_at, ${WORK}
      FROM chosen ORDER BY folded(name), person_id`)

  const read = (row: Texts): Pick<Work, 'done' | 'skipped' | 'drafted'> => ({
    done: JSON.parse(row.done),
    skipped: JSON.parse(row.skipped),
    drafted: JSON.parse(row.drafted),
  })

  const contentOf = ({ course_id, course_revision }: Cohort) => courses.content(course_id, course_revision)

  /** One page of the grid; a page beyond the end is the first one. */
  function grid(cohort: Cohort, question: GridQuestion): GridPage {
    const { sort, q, page } = question
    const found = sorted[sort].all({ cohort_id: cohort.id, q, limit: PER_PAGE, offset: (page - 1) * PER_PAGE })
    if (found.length === 0 && page > 1) return grid(cohort, { ...question, page: 1 })
    const calendar = entries(cohort.id)
    const columns = columnsOf(calendar, contentOf(cohort), nowText(clock))
    const rests = restsOf(calendar, overAt(cohort))
    const people = found.map(({ id, name, handle, workplace, seen_at, ...texts }) => {
      const cells = cellsOf(columns, read(texts), rests)
      const done = cells.filter((cell) => cell === 'done' || cell === 'late').length
      return { id, name, handle, workplace, seen_at, cells, done }
    })
    const total = found[0]?.total ?? 0
    const before = (page - 1) * PER_PAGE
    const pages = Math.max(1, Math.ceil(total / PER_PAGE))
    return { columns, people, total, page, pages, from: before + 1, to: before + people.length }
  }

  /** Everybody by name, read in portions: whoever takes the rows slowly holds nothing open meanwhile. */
  function* everybody(cohort_id: number): Generator<FullRow> {
    for (let after = 0; ; ) {
      const rows = portion.all({ cohort_id, after, limit: AT_ONCE })
      for (const row of rows) yield { ...row, ...read(row) }
      if (rows.length < AT_ONCE) return
      after = rows.at(-1)?.id ?? 0
    }
  }

  return {
    grid,
    everybody,
    /** The things of the calendar, as the grid's head has them. */
    columns: (cohort: Cohort): Column[] => columnsOf(entries(cohort.id), contentOf(cohort), nowText(clock)),
  }
}

/** The instant at which the last day is over. */
function overAt({ ends_on, time_zone }: Cohort): string {
  return instantText(Temporal.PlainDate.from(ends_on).add({ days: 1 }).toZonedDateTime(time_zone).toInstant())
}
