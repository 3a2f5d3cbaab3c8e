import type { Database } from '../db/open.ts'
import { pageOf } from '../db/page.ts'
import type { Activity } from './activity.ts'
import { ACTIVITY_KINDS, type ActivityKind, type LogGroup, logGroupOf, subjectTableOf } from './categories.ts'

/** Filters of the log; null does not filter. */
export interface LogFilters {
  group: LogGroup | 'accounts' | null
  /** A handle: who did it, or to whom it was done. */
  person: string | null
  /** A cohort's slug. */
  cohort: string | null
  /** Dates (UTC), the last one included. */
  from: string | null
  to: string | null
}

export interface LogEntry {
  id: number
  kind: ActivityKind
  happened_at: string
  subject_id: number | null
  detail: Activity['detail']
  who: { name: string; handle: string } | null
  whom: { name: string; handle: string } | null
  cohort: { slug: string; title: string } | null
  course: { slug: string; title: string } | null
  thing: { slug: string; title: string } | null
  pod: string | null
}

type LogRow = Pick<LogEntry, 'id' | 'kind' | 'happened_at' | 'subject_id' | 'pod'> &
  Record<'detail', string> &
  Record<
    | 'who_name'
    | 'who_handle'
    | 'whom_name'
    | 'whom_handle'
    | 'cohort_slug'
    | 'cohort_title'
    | 'course_slug'
    | 'course_title'
    | 'thing_slug'
    | 'thing_title',
    string | null
  >

interface LogQuestion {
  logged: 1 | 2
  kinds: string | null
  person: string | null
  cohort: string | null
  since: string | null
  until: string | null
  before: number
  size: number
}

/** SQL: the kinds whose subject is in a table. */
function about(table: ReturnType<typeof subjectTableOf>): string {
  return `(${ACTIVITY_KINDS.filter((kind) => subjectTableOf(kind) === table)
    .map((kind) => `'${kind}'`)
    .join(', ')})`
}

const SELECT = `
  SELECT a.id, a.kind, a.happened_at, a.subject_id, a.detail, who.name AS who_name, who.handle AS who_handle,
         whom.name AS whom_name, whom.handle AS whom_handle, cohort.slug AS cohort_slug, cohort.title AS cohort_title,
         course.slug AS course_slug, course.title AS course_title, thing.slug AS thing_slug, thing.title AS thing_title,
         pod.name AS pod
    FROM activity AS a
    LEFT JOIN person AS who ON who.id = a.person_id
    LEFT JOIN person AS whom ON whom.id = a.subject_id AND a.kind IN ${about('person')}
    LEFT JOIN cohort ON cohort.id = a.cohort_id
    LEFT JOIN thing ON thing.id = a.subject_id AND a.kind IN ${about('thing')}
    LEFT JOIN course ON course.id = coalesce(thing.course_id, CASE WHEN a.kind IN ${about('course')} THEN a.subject_id END)
    LEFT JOIN pod ON pod.id = a.subject_id AND a.kind IN ${about('pod')}`

const ASKED = `
  a.logged > 0 AND a.id < :before
  AND (:kinds IS NULL OR a.kind IN (SELECT value FROM json_each(:kinds)))
  AND (:since IS NULL OR a.happened_at >= :since) AND (:until IS NULL OR a.happened_at < :until)`

const PERSON = '(SELECT id FROM person WHERE handle = :person)'
const NEWEST = 'ORDER BY a.id DESC LIMIT :size'
const PAGE = 50
/** Rows of the CSV file that are read at once. */
const PORTION = 500

/** Reads what was done to others and to the site, newest first. */
export function createAuditLog(db: Database) {
  // one statement for each combination of filters, so that each uses its index
  const all = db.prepare<LogQuestion, LogRow>(`${SELECT} WHERE a.logged = :logged AND ${ASKED} ${NEWEST}`)
  const ofCohort = db.prepare<LogQuestion, LogRow>(`
    ${SELECT} WHERE a.cohort_id = (SELECT id FROM cohort WHERE slug = :cohort) AND a.logged = :logged AND ${ASKED} ${NEWEST}`)
  const ofPerson = db.prepare<LogQuestion, LogRow>(`
    ${SELECT} WHERE a.logged = :logged AND (a.person_id = ${PERSON} OR (a.subject_id = ${PERSON} AND a.kind IN ${about('person')}))
       AND (:cohort IS NULL OR cohort.slug = :cohort) AND ${ASKED} ${NEWEST}`)
  const concerning = db.prepare<{ id: number; size: number }, LogRow>(`
    ${SELECT} WHERE a.subject_id = :id AND a.kind IN ${about('person')} AND a.logged > 0 ${NEWEST}`)

  function rowsOf(filters: LogFilters, before: number, size: number): LogEntry[] {
    const { cohort, group, person } = filters
    const kinds =
      group === null || group === 'accounts' ? null : ACTIVITY_KINDS.filter((kind) => logGroupOf(kind) === group)
    const question = {
      logged: group === 'accounts' ? (2 as const) : (1 as const),
      kinds: kinds && JSON.stringify(kinds),
      person,
      cohort,
      since: filters.from,
      until: filters.to && Temporal.PlainDate.from(filters.to).add({ days: 1 }).toString(),
      before,
      size,
    }
    const statement = person !== null ? ofPerson : cohort !== null ? ofCohort : all
    return statement.all(question).map(fromRow)
  }

  return {
    /** @param before id of the last entry of the previous page */
    page(filters: LogFilters, before: number | null = null): { entries: LogEntry[]; older: number | null } {
      const { items, next } = pageOf(rowsOf(filters, before ?? Number.MAX_SAFE_INTEGER, PAGE + 1), PAGE)
      return { entries: items, older: next?.id ?? null }
    },

    /** All entries that match, for a file: read in portions, so that no statement stays open. */
    *lines(filters: LogFilters): Generator<LogEntry> {
      for (let before = Number.MAX_SAFE_INTEGER; ; ) {
        const rows = rowsOf(filters, before, PORTION)
        yield* rows
        if (rows.length < PORTION) return
        before = rows.at(-1)?.id ?? 0
      }
    },

    /** The newest entries about somebody's account. */
    aboutPerson: (id: number, size = 20): LogEntry[] => concerning.all({ id, size }).map(fromRow),
  }
}

function fromRow(row: LogRow): LogEntry {
  const { id, kind, happened_at, subject_id, pod } = row
  const named = (name: string | null, handle: string | null) =>
    name === null || handle === null ? null : { name, handle }
  const titled = (slug: string | null, title: string | null) =>
    slug === null || title === null ? null : { slug, title }
  return {
    id,
    kind,
    happened_at,
    subject_id,
    pod,
    detail: JSON.parse(row.detail),
    who: named(row.who_name, row.who_handle),
    whom: named(row.whom_name, row.whom_handle),
    cohort: titled(row.cohort_slug, row.cohort_title),
    course: titled(row.course_slug, row.course_title),
    thing: titled(row.thing_slug, row.thing_title),
  }
}
