import type { CalendarEntry } from '../calendar/plan.ts'
import type { Courses } from '../courses/courses.ts'
import { type Clock, instantText, nowText } from '../db/clock.ts'
import type { Database } from '../db/open.ts'
import type { Cohort, Enrolment } from '../enrolments/enrolments.ts'
import { breaksOf, type CellState, cellStates, type LearnerWork, type ThingColumn, thingColumns } from './grid.ts'
import { inactiveBefore, PERSON_STATE, type PersonState } from './inactivity.ts'

export const GRID_SORTS = ['name', 'workplace', 'seen', 'done', 'least'] as const
type Sort = (typeof GRID_SORTS)[number]

interface Learner {
  id: number
  name: string
  handle: string
  workplace: string | null
  seen_at: string
  pod: string | null
  state: PersonState
}

/** A learner's row of the grid. */
interface GridPerson extends Learner {
  done: number
  cells: CellState[]
}

export interface GridPage {
  columns: ThingColumn[]
  people: GridPerson[]
  /** Number of people that match the query. */
  total: number
  /** Counted from 1, as are the positions `from` and `to`. */
  page: number
  pages: number
  from: number
  to: number
}

/** A learner with all their work, for the CSV file. */
export interface LearnerExport extends Learner, Pick<LearnerWork, 'done' | 'skipped' | 'drafted'> {
  email: string
  goal: number
  joined_at: string
}

export interface GridQuery {
  sort: Sort
  /** Part of the name; '' does not filter. */
  q: string
  /** Id of a pod, 0 for people in none, null for all. */
  pod: number | null
  state: PersonState | null
  page: number
}

type MarksText = Record<'done' | 'skipped' | 'drafted', string>
type GridParameters = Omit<GridQuery, 'sort' | 'page'> & {
  cohort_id: number
  two_weeks: string
  limit: number
  offset: number
}

const PER_PAGE = 50
const AT_ONCE = 250

const ORDER: Record<Sort, string> = {
  name: 'enrolment.sort_name, person_id',
  workplace: 'enrolment.sort_workplace IS NULL, enrolment.sort_workplace, enrolment.sort_name, person_id',
  seen: 'seen_at, person_id',
  done: 'things_done DESC, enrolment.sort_name, person_id',
  least: 'things_done, enrolment.sort_name, person_id',
}

/** The index with the order, so that a page reads only its rows; none for `seen`, which changes too often. */
const BY_ORDER: Record<Sort, string> = {
  name: 'INDEXED BY enrolment_by_name',
  workplace: 'INDEXED BY enrolment_by_workplace',
  seen: '',
  done: 'INDEXED BY enrolment_most_done',
  least: 'INDEXED BY enrolment_progress',
}

/** SQL for people in any pod, in no pod and in a given one. */
const IN_POD = { any: '', none: 'AND pod_id IS NULL', one: 'AND pod_id = :pod' }
type InPod = keyof typeof IN_POD

const LEARNERS = `
   WHERE cohort_id = :cohort_id AND enrolment.role = 'learner' AND left_at IS NULL`

/** SQL: work of each chosen enrolment; the keys of the tables begin with the enrolment. */
const WORK = `
  (SELECT json_group_object(thing_id, completed_at) FROM completion WHERE enrolment_id = chosen.enrolment_id) AS done,
  (SELECT json_group_object(thing_id, reason) FROM skip WHERE enrolment_id = chosen.enrolment_id) AS skipped,
  (SELECT json_group_array(thing_id) FROM draft WHERE enrolment_id = chosen.enrolment_id AND open = 1) AS drafted`

/** SQL computed only for people who are shown. */
const STANDING = `(SELECT name FROM pod WHERE pod.id = enrolment.pod_id) AS pod, ${PERSON_STATE} AS state`

function pageSql(sort: Sort, in_pod: InPod): string {
  const found = `${LEARNERS} ${IN_POD[in_pod]}
       AND (:q = '' OR instr(enrolment.sort_name, folded(:q)))
       AND (:state IS NULL OR ${PERSON_STATE} = :state)`
  const from = (index: string) => `FROM enrolment ${in_pod === 'one' ? 'INDEXED BY enrolment_of_pod' : index}`
  return `
  WITH chosen AS MATERIALIZED (
    SELECT enrolment.id AS enrolment_id ${from(BY_ORDER[sort])} ${found}
     ORDER BY ${ORDER[sort]} LIMIT :limit OFFSET :offset)
  SELECT person.id, name, handle, workplace, seen_at,
         (SELECT count(*) ${from('INDEXED BY enrolment_progress')} ${found}) AS total, ${STANDING}, ${WORK}
    FROM chosen CROSS JOIN enrolment ON enrolment.id = chosen.enrolment_id CROSS JOIN person ON person.id = person_id
   ORDER BY ${ORDER[sort]}`
}

/** Reads the learners of a cohort with what each did about each thing. */
export function createGridRows(
  db: Database,
  clock: Clock,
  { courses, entries }: { courses: Pick<Courses, 'content'>; entries: (cohort_id: number) => CalendarEntry[] },
) {
  const page = (sort: Sort, in_pod: InPod) =>
    db.prepare<GridParameters, Learner & MarksText & { total: number }>(pageSql(sort, in_pod))
  const bySort = (sort: Sort) => ({ any: page(sort, 'any'), none: page(sort, 'none'), one: page(sort, 'one') })
  const sorted = Object.fromEntries(GRID_SORTS.map((sort) => [sort, bySort(sort)])) as Record<
    Sort,
    ReturnType<typeof bySort>
  >
  const portion = db.prepare<
    { cohort_id: number; after: number; limit: number; two_weeks: string },
    Omit<LearnerExport, keyof MarksText> & MarksText & { enrolment_id: number }
  >(`
    WITH chosen AS MATERIALIZED (
      SELECT enrolment.id AS enrolment_id, person_id, name, handle, email, workplace
        FROM enrolment JOIN person ON person.id = person_id ${LEARNERS}
         AND enrolment.id > :after ORDER BY enrolment.id LIMIT :limit)
    SELECT chosen.enrolment_id, chosen.person_id AS id, name, handle, email, workplace, seen_at, goal, joined_at, ${STANDING}, ${WORK}
      FROM chosen CROSS JOIN enrolment ON enrolment.id = chosen.enrolment_id
     ORDER BY chosen.enrolment_id`)

  const read = (row: MarksText): Pick<LearnerWork, 'done' | 'skipped' | 'drafted'> => ({
    done: JSON.parse(row.done),
    skipped: JSON.parse(row.skipped),
    drafted: JSON.parse(row.drafted),
  })

  const columnsFor = (
    { cohort, language }: Pick<Enrolment, 'cohort' | 'language'>,
    calendar: readonly CalendarEntry[],
  ) => thingColumns(calendar, courses.content(cohort.course_id, cohort.course_revision, language), nowText(clock))
  const silentSince = (columns: readonly ThingColumn[]) =>
    inactiveBefore(
      clock.now(),
      columns.filter(({ open }) => open),
    ) ?? ''

  /** One page of the grid; a page beyond the end is the first one. */
  function grid(enrolment: Enrolment, question: GridQuery): GridPage {
    const { cohort } = enrolment
    const { sort, q, pod, state, page } = question
    const calendar = entries(cohort.id)
    const columns = columnsFor(enrolment, calendar)
    const asked = { cohort_id: cohort.id, q, pod, state, two_weeks: silentSince(columns) }
    const offset = (page - 1) * PER_PAGE
    const rows = sorted[sort][pod === null ? 'any' : pod === 0 ? 'none' : 'one']
    const there = rows.all({ ...asked, limit: PER_PAGE, offset })
    const found = there.length === 0 && page > 1 ? rows.all({ ...asked, limit: PER_PAGE, offset: 0 }) : there
    const shown = found === there ? page : 1
    const rests = breaksOf(calendar, overAt(cohort))
    const people = found.map(({ done, skipped, drafted, total, ...person }) => {
      const cells = cellStates(columns, read({ done, skipped, drafted }), rests)
      return { ...person, cells, done: cells.filter((cell) => cell === 'done' || cell === 'late').length }
    })
    const total = found[0]?.total ?? 0
    const before = (shown - 1) * PER_PAGE
    const pages = Math.max(1, Math.ceil(total / PER_PAGE))
    return { columns, people, total, page: shown, pages, from: before + 1, to: before + people.length }
  }

  /**
   * All learners in the order of joining, read in portions: no statement stays open for a slow reader, and none sorts
   * the whole cohort.
   */
  function* everybody(cohort_id: number, columns: readonly ThingColumn[]): Generator<LearnerExport> {
    const two_weeks = silentSince(columns)
    for (let after = 0; ; ) {
      const rows = portion.all({ cohort_id, after, limit: AT_ONCE, two_weeks })
      for (const { enrolment_id: _, ...row } of rows) yield { ...row, ...read(row) }
      if (rows.length < AT_ONCE) return
      after = rows.at(-1)?.enrolment_id ?? 0
    }
  }

  return {
    grid,
    everybody,
    /** The things of the calendar, as the columns of the grid. */
    columns: (enrolment: Enrolment): ThingColumn[] => columnsFor(enrolment, entries(enrolment.cohort.id)),
  }
}

/** The end of the last day in the cohort's time zone, or when the cohort was closed if earlier. */
function overAt({ ends_on, time_zone, closed_at }: Cohort): string {
  const over = instantText(Temporal.PlainDate.from(ends_on).add({ days: 1 }).toZonedDateTime(time_zone).toInstant())
  return closed_at !== null && closed_at < over ? closed_at : over
}
