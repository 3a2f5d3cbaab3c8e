import type { Database } from '../db/open.ts'
import { pageOf } from '../db/page.ts'
import type { Enrolment } from '../enrolments/enrolments.ts'
import { ANSWERED, CAN_BE_ANSWERED, MAY_READ } from './policy.ts'
import { STREAM_ITEM_SELECT, type StreamItem, type StreamItemRow } from './stream-item.ts'

interface PersonsList {
  items: StreamItem[]
  /** The id to go on from; null where there is nothing more. */
  older: number | null
}

const PAGE = 20
/** Maximum count of authors, which bounds the cost. */
const MANY = 100
/** Maximum count; counting all of a large cohort would be slow. */
const UNANSWERED_UP_TO = 1000

/** Short lists of reflections beside other things: the map's, the thing's, a person's. Each is asked through the viewer. */
export function createStreamQueries(db: Database, toItem: (row: StreamItemRow) => StreamItem) {
  const others = db.prepare<{ viewer: number; cohort_id: number; limit: number }, StreamItemRow>(`
    ${STREAM_ITEM_SELECT} WHERE r.cohort_id = :cohort_id AND r.person_id <> :viewer AND ${MAY_READ} ORDER BY r.id DESC LIMIT :limit`)
  const unanswered = db
    .prepare<{ viewer: number; cohort_id: number }, number>(
      `SELECT count(*) FROM (
         SELECT 1 FROM unanswered JOIN reflection AS r ON r.id = unanswered.reflection_id
          WHERE unanswered.cohort_id = :cohort_id AND ${CAN_BE_ANSWERED} AND NOT ${ANSWERED} AND ${MAY_READ}
          LIMIT ${UNANSWERED_UP_TO})`,
    )
    .pluck()
  const byIds = db.prepare<{ viewer: number; ids: string }, StreamItemRow>(`
    ${STREAM_ITEM_SELECT} WHERE r.id IN (SELECT value FROM json_each(:ids)) AND ${MAY_READ}`)
  const aboutThing = db.prepare<{ viewer: number; cohort_id: number; thing_id: number }, StreamItemRow>(`
    ${STREAM_ITEM_SELECT} WHERE r.cohort_id = :cohort_id AND r.thing_id = :thing_id AND r.person_id <> :viewer AND ${MAY_READ}
     ORDER BY r.id DESC LIMIT 5`)
  const countAbout = db
    .prepare<{ viewer: number; cohort_id: number; thing_id: number }, number>(`
      SELECT count(*) FROM (
        SELECT 1 FROM reflection AS r
         WHERE r.cohort_id = :cohort_id AND r.thing_id = :thing_id AND r.person_id <> :viewer AND ${MAY_READ} LIMIT ${MANY})`)
    .pluck()
  const ofPerson = db.prepare<{ viewer: number; person_id: number; from: number; limit: number }, StreamItemRow>(`
    ${STREAM_ITEM_SELECT} WHERE r.person_id = :person_id AND r.id < :from AND ${MAY_READ} ORDER BY r.id DESC LIMIT :limit`)
  const shareCohort = db
    .prepare<{ viewer: number; person_id: number }, 0 | 1>(`
      SELECT :viewer = :person_id OR EXISTS (
        SELECT 1 FROM enrolment AS one JOIN enrolment AS other ON other.cohort_id = one.cohort_id
         WHERE one.person_id = :viewer AND other.person_id = :person_id AND one.left_at IS NULL)`)
    .pluck()

  return {
    /** The latest that colleagues wrote. */
    latest: (enrolment: Enrolment, limit = 3): StreamItem[] =>
      others.all({ viewer: enrolment.person_id, cohort_id: enrolment.cohort.id, limit }).map(toItem),

    /** These reflections, as far as the viewer may read them. */
    byIds: (viewer: number, ids: number[]): Map<number, StreamItem> =>
      new Map(byIds.all({ viewer, ids: JSON.stringify(ids) }).map((row) => [row.id, toItem(row)])),

    /** How many reflections the filter "nobody has answered" shows this person, counted up to a thousand. */
    unanswered(enrolment: Enrolment): { count: number; many: boolean } {
      const count = unanswered.get({ viewer: enrolment.person_id, cohort_id: enrolment.cohort.id }) ?? 0
      return { count, many: count === UNANSWERED_UP_TO }
    },

    /** Who else has written about a thing: the latest, and how many there are, counted up to MANY. */
    aboutThing(enrolment: Enrolment, thing_id: number): { total: number; many: boolean; items: StreamItem[] } {
      const where = { viewer: enrolment.person_id, cohort_id: enrolment.cohort.id, thing_id }
      const total = countAbout.get(where) ?? 0
      return { total, many: total === MANY, items: aboutThing.all(where).map(toItem) }
    },

    /** A person's reflections, as far as the viewer (0: a guest) may read them. */
    ofPerson(person_id: number, viewer: number, before = Number.MAX_SAFE_INTEGER): PersonsList {
      const { items, next } = pageOf(ofPerson.all({ viewer, person_id, from: before, limit: PAGE + 1 }), PAGE)
      return { items: items.map(toItem), older: next?.id ?? null }
    },

    /** Do these two share a cohort (or are the same)? Then the one's page is there for the other, even while empty. */
    shareCohort: (viewer: number, person_id: number): boolean => shareCohort.get({ viewer, person_id }) === 1,
  }
}
