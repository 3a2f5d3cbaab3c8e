import type { Courses } from '../courses/courses.ts'
import type { Database } from '../db/open.ts'
import type { Enrolment } from '../enrolments/enrolments.ts'
import { ANSWERED, CAN_BE_ANSWERED, IS_OPEN, MAY_READ } from './policy.ts'
import {
  STREAM_ITEM_COLUMNS,
  STREAM_ITEM_JOINS,
  type StreamItem,
  type StreamItemRow,
  streamItemMapper,
} from './stream-item.ts'
import { createStreamQueries } from './stream-queries.ts'

/** Filters of a cohort's stream; all apply together. */
export interface StreamFilters {
  /** The search text as typed. */
  q: string | null
  /** The thing's number in the cohort's calendar. */
  thing: number | null
  pod: number | null
  /** A handle. */
  person: string | null
  unanswered: boolean
  mine: boolean
  following: boolean
}

interface StreamPage {
  items: StreamItem[]
  /** Cursors of the neighbouring pages: ids of reflections. */
  newer: number | null
  older: number | null
}

interface StreamParameters {
  viewer: number
  cohort_id: number
  match: string | null
  thing: number | null
  pod: number | null
  person: string | null
  unanswered: 0 | 1
  mine: 0 | 1
  following: 0 | 1
  from: number
  limit: number
}

interface StreamDeps {
  courses: Courses
  /** The FTS5 expression for the search text and the viewer's scope; null when it has no word. */
  matchExpression(q: string, where: { viewer: number; cohort_id: number; mine: boolean }): string | null
}

const PAGE = 20
const ALL: StreamFilters = {
  q: null,
  thing: null,
  pod: null,
  person: null,
  unanswered: false,
  mine: false,
  following: false,
}

const THING = '(SELECT thing_id FROM calendar_entry WHERE cohort_id = :cohort_id AND number = :thing)'
const PERSON = '(SELECT id FROM person WHERE handle = :person)'

/**
 * The table that drives a statement, so that it reads few rows: the first of these whose filter is active.
 * A `+` keeps SQLite from using the cohort index instead.
 */
const BEGINNINGS = {
  q: `reflection_search CROSS JOIN reflection AS r ON r.id = reflection_search.rowid
       WHERE reflection_search MATCH :match AND ${IS_OPEN}`,
  mine: 'reflection AS r WHERE r.person_id = :viewer',
  person: `reflection AS r WHERE r.person_id = ${PERSON}`,
  pod: `enrolment AS member CROSS JOIN reflection AS r ON r.enrolment_id = member.id WHERE member.pod_id = :pod`,
  following: `following AS mark CROSS JOIN reflection AS r ON r.id = mark.reflection_id WHERE mark.person_id = :viewer`,
  thing: `reflection AS r INDEXED BY reflection_of_thing WHERE r.thing_id = ${THING}`,
  unanswered: `unanswered AS waiting CROSS JOIN reflection AS r ON r.id = waiting.reflection_id
                WHERE waiting.cohort_id = :cohort_id`,
  all: 'reflection AS r WHERE true',
}
type Beginning = keyof typeof BEGINNINGS

/** The reflection id column of the driving table, if it is not the reflection table. */
const IDS: Partial<Record<Beginning, string>> = {
  q: 'reflection_search.rowid',
  following: 'mark.reflection_id',
  unanswered: 'waiting.reflection_id',
}

/** The other filters. Each needs the id alone, which an index has before any row is read. */
function filtersOn(id: string): string {
  return `
    AND (:mine = 0 OR ${id} IN (SELECT id FROM reflection WHERE person_id = :viewer))
    AND (:person IS NULL OR ${id} IN (SELECT id FROM reflection WHERE person_id = ${PERSON}))
    AND (:pod IS NULL OR ${id} IN (
         SELECT own.id FROM enrolment AS member JOIN reflection AS own ON own.enrolment_id = member.id
          WHERE member.pod_id = :pod))
    AND (:following = 0 OR ${id} IN (SELECT reflection_id FROM following WHERE person_id = :viewer))
    AND (:following = 0 OR r.person_id <> :viewer)
    AND (:unanswered = 0 OR (
         ${CAN_BE_ANSWERED} AND EXISTS (SELECT 1 FROM unanswered WHERE cohort_id = :cohort_id AND reflection_id = ${id}) AND NOT ${ANSWERED}))
    AND (:thing IS NULL OR r.thing_id = ${THING})`
}

/** The statement of one page: selects the ids first, then the list columns for them. */
function pageFrom(beginning: Beginning, upwards: boolean): string {
  const id = IDS[beginning] ?? 'r.id'
  const cohort = beginning === 'all' || beginning === 'thing' ? 'r.cohort_id' : '+r.cohort_id'
  return `
    WITH found (id) AS MATERIALIZED (
      SELECT ${id} FROM ${BEGINNINGS[beginning]}
         AND ${cohort} = :cohort_id ${filtersOn(id)} AND ${MAY_READ}
         AND ${id} ${upwards ? '>' : '<'} :from
       ORDER BY ${id} ${upwards ? 'ASC' : 'DESC'} LIMIT :limit)
    SELECT ${STREAM_ITEM_COLUMNS}
      FROM found CROSS JOIN reflection AS r ON r.id = found.id ${STREAM_ITEM_JOINS}
     ORDER BY r.id DESC`
}

function beginningOf({ match, mine, person, pod, following, thing, unanswered }: StreamParameters): Beginning {
  if (match !== null) return 'q'
  if (mine) return 'mine'
  if (person !== null) return 'person'
  if (pod !== null) return 'pod'
  if (following) return 'following'
  if (thing !== null) return 'thing'
  return unanswered ? 'unanswered' : 'all'
}

/** The stream of a cohort and shorter lists from it, each asked through the viewer. */
export function createStream(db: Database, { courses, matchExpression }: StreamDeps) {
  const toItem = streamItemMapper(courses)
  const beginnings = Object.keys(BEGINNINGS) as Beginning[]
  const pages = (upwards: boolean) =>
    new Map(beginnings.map((name) => [name, db.prepare<StreamParameters, StreamItemRow>(pageFrom(name, upwards))]))
  const [older, newer] = [pages(false), pages(true)]

  function whereOf(
    { person_id: viewer, cohort }: Enrolment,
    filters: StreamFilters,
  ): Omit<StreamParameters, 'from' | 'limit'> {
    const { q, thing, pod, person } = filters
    const on = (filter: boolean) => (filter ? 1 : 0)
    return {
      viewer,
      cohort_id: cohort.id,
      match: q === null ? null : matchExpression(q, { viewer, cohort_id: cohort.id, mine: filters.mine }),
      thing,
      pod,
      person,
      unanswered: on(filters.unanswered),
      mine: on(filters.mine),
      following: on(filters.following),
    }
  }

  return {
    ...createStreamQueries(db, toItem),

    /**
     * One page of a cohort's reflections, newest first.
     * @param cursor go on from this reflection's id, `before` it (older ones) or `after` it (newer ones)
     */
    page(
      enrolment: Enrolment,
      asked: Partial<StreamFilters>,
      cursor: { before?: number; after?: number } = {},
    ): StreamPage {
      const filters = { ...ALL, ...asked }
      const upwards = cursor.after !== undefined
      const from = cursor.after ?? cursor.before ?? Number.MAX_SAFE_INTEGER
      const where = { ...whereOf(enrolment, filters), from, limit: PAGE + 1 }
      if (filters.q !== null && where.match === null) return { items: [], newer: null, older: null }
      const rows = (upwards ? newer : older).get(beginningOf(where))?.all(where) ?? []
      const more = rows.length > PAGE
      const shown = upwards ? rows.slice(-PAGE) : rows.slice(0, PAGE)
      const [first, last] = [shown[0], shown.at(-1)]
      return {
        items: shown.map(toItem),
        newer: first && (upwards ? more : cursor.before !== undefined) ? first.id : null,
        older: last && (upwards || more) ? last.id : null,
      }
    },
  }
}
