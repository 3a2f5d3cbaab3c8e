import type { Enrolment } from '../cohorts/enrolments.ts'
import type { Courses } from '../courses/courses.ts'
import type { Database } from '../db/open.ts'
import type { PersonName } from '../people/people.ts'
import { MAY_READ, MAY_READ_COMMENT } from './policy.ts'
import { type Tag, tagOf } from './tag.ts'

/** A reflection in a list. */
export interface StreamItem {
  id: number
  title: string
  excerpt: string
  published_at: string
  person: PersonName
  tag: Tag
  thing_href: string
  cheers: number
  answers: number
}

interface ItemRow {
  id: number
  title: string
  excerpt: string
  published_at: string
  person_id: number
  name: string
  handle: string
  workplace: string | null
  slug: string
  course_id: number
  course_revision: number
  thing_id: number
  number: number
  cheers: number
  answers: number
}

interface StreamPage {
  items: StreamItem[]
  /** Cursors of the neighbouring pages: an item's id to go on from. */
  newer: number | null
  older: number | null
}

export interface NewAnswers {
  reflection_id: number
  title: string
  count: number
  people: string
  latest_at: string
}

interface StreamFilters {
  /** A thing's number in the calendar. */
  thing: number | null
  unanswered: boolean
}

const PAGE = 20
/** Counting further would take longer the more people there are, and tell nobody more. */
const MANY = 100

/** So many are more than anybody counts; the whole of a large cohort would take long. */
const UNANSWERED_UP_TO = 1000

const ANSWERED = `EXISTS (
  SELECT 1 FROM comment AS k WHERE k.reflection_id = r.id AND k.person_id <> r.person_id AND ${MAY_READ_COMMENT})`

const ITEM = `
  SELECT r.id, r.title, r.excerpt, r.published_at, r.thing_id,
         person.id AS person_id, person.name, person.handle, person.workplace,
         cohort.slug, course.id AS course_id, course.revision AS course_revision, calendar_entry.number,
         (SELECT count(*) FROM cheer WHERE reflection_id = r.id) AS cheers,
         (SELECT count(*) FROM comment AS k WHERE k.reflection_id = r.id AND ${MAY_READ_COMMENT}) AS answers
    FROM reflection AS r
    JOIN person ON person.id = r.person_id
    JOIN cohort ON cohort.id = r.cohort_id
    JOIN course ON course.id = cohort.course_id
    JOIN calendar_entry ON calendar_entry.cohort_id = r.cohort_id AND calendar_entry.thing_id = r.thing_id`

const IN_STREAM = `
   WHERE r.cohort_id = :cohort_id
     AND (:thing IS NULL OR calendar_entry.number = :thing)
     AND (:unanswered = 0 OR NOT ${ANSWERED})
     AND ${MAY_READ}`

type Where = { viewer: number; cohort_id: number; thing: number | null; unanswered: 0 | 1; from: number; limit: number }

/** Lists of reflections, each asked through the viewer. */
export function createStream(db: Database, { courses }: { courses: Courses }) {
  const older = db.prepare<Where, ItemRow>(`${ITEM} ${IN_STREAM} AND r.id < :from ORDER BY r.id DESC LIMIT :limit`)
  const newer = db.prepare<Where, ItemRow>(`${ITEM} ${IN_STREAM} AND r.id > :from ORDER BY r.id LIMIT :limit`)
  const others = db.prepare<{ viewer: number; cohort_id: number; limit: number }, ItemRow>(`
    ${ITEM} WHERE r.cohort_id = :cohort_id AND r.person_id <> :viewer AND ${MAY_READ} ORDER BY r.id DESC LIMIT :limit`)
  const unanswered = db
    .prepare<{ viewer: number; cohort_id: number }, number>(
      `SELECT count(*) FROM (
         SELECT 1 FROM reflection AS r
          WHERE r.cohort_id = :cohort_id AND NOT ${ANSWERED} AND ${MAY_READ} LIMIT ${UNANSWERED_UP_TO})`,
    )
    .pluck()
  const aboutThing = db.prepare<{ viewer: number; cohort_id: number; thing_id: number }, ItemRow>(`
    ${ITEM} WHERE r.cohort_id = :cohort_id AND r.thing_id = :thing_id AND r.person_id <> :viewer AND ${MAY_READ}
     ORDER BY r.id DESC LIMIT 5`)
  const countAbout = db
    .prepare<{ viewer: number; cohort_id: number; thing_id: number }, number>(`
      SELECT count(*) FROM (
        SELECT 1 FROM reflection AS r
         WHERE r.cohort_id = :cohort_id AND r.thing_id = :thing_id AND r.person_id <> :viewer AND ${MAY_READ} LIMIT ${MANY})`)
    .pluck()
  const ofPerson = db.prepare<{ viewer: number; person_id: number; from: number; limit: number }, ItemRow>(`
    ${ITEM} WHERE r.person_id = :person_id AND r.id < :from AND ${MAY_READ} ORDER BY r.id DESC LIMIT :limit`)
  const together = db
    .prepare<{ viewer: number; person_id: number }, 0 | 1>(`
      SELECT :viewer = :person_id OR EXISTS (
        SELECT 1 FROM enrolment AS one JOIN enrolment AS other ON other.cohort_id = one.cohort_id
         WHERE one.person_id = :viewer AND other.person_id = :person_id AND one.left_at IS NULL)`)
    .pluck()
  const newAnswers = db.prepare<{ viewer: number; cohort_id: number }, NewAnswers>(`
    SELECT r.id AS reflection_id, r.title, count(*) AS count, max(k.written_at) AS latest_at,
           group_concat(DISTINCT person.name) AS people
      FROM reflection AS r
      JOIN comment AS k ON k.reflection_id = r.id AND k.id > r.answers_read_to AND k.person_id <> r.person_id
      JOIN person ON person.id = k.person_id
     WHERE r.person_id = :viewer AND r.cohort_id = :cohort_id AND ${MAY_READ_COMMENT}
     GROUP BY r.id ORDER BY max(k.id) DESC LIMIT 5`)

  function toItem(row: ItemRow): StreamItem {
    const {
      id,
      title,
      excerpt,
      published_at,
      person_id,
      name,
      handle,
      workplace,
      slug,
      thing_id,
      number,
      cheers,
      answers,
    } = row
    return {
      id,
      title,
      excerpt,
      published_at,
      cheers,
      answers,
      person: { id: person_id, name, handle, workplace },
      tag: tagOf(courses.content(row.course_id, row.course_revision), thing_id, number),
      thing_href: `/cohorts/${slug}/things/${number}`,
    }
  }

  return {
    /**
     * One page of a cohort's reflections, newest first.
     * @param cursor go on from this reflection's id, `before` it (older ones) or `after` it (newer ones)
     */
    page(enrolment: Enrolment, filters: StreamFilters, cursor: { before?: number; after?: number } = {}): StreamPage {
      const where = {
        viewer: enrolment.person_id,
        cohort_id: enrolment.cohort.id,
        thing: filters.thing,
        unanswered: filters.unanswered ? (1 as const) : (0 as const),
        limit: PAGE + 1,
      }
      const upwards = cursor.after !== undefined
      const rows = upwards
        ? newer.all({ ...where, from: cursor.after ?? 0 })
        : older.all({ ...where, from: cursor.before ?? Number.MAX_SAFE_INTEGER })
      const more = rows.length > PAGE
      const shown = rows.slice(0, PAGE)
      if (upwards) shown.reverse()
      const [first, last] = [shown[0], shown.at(-1)]
      return {
        items: shown.map(toItem),
        newer: first && (upwards ? more : cursor.before !== undefined) ? first.id : null,
        older: last && (upwards || more) ? last.id : null,
      }
    },

    /** The latest that colleagues wrote. */
    latest: (enrolment: Enrolment, limit = 3): StreamItem[] =>
      others.all({ viewer: enrolment.person_id, cohort_id: enrolment.cohort.id, limit }).map(toItem),

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
    ofPerson(person_id: number, viewer: number, before = Number.MAX_SAFE_INTEGER): StreamPage {
      const rows = ofPerson.all({ viewer, person_id, from: before, limit: PAGE + 1 })
      const shown = rows.slice(0, PAGE)
      return { items: shown.map(toItem), newer: null, older: rows.length > PAGE ? (shown.at(-1)?.id ?? null) : null }
    },

    /** Do these two share a cohort (or are the same)? Then the one's page is there for the other, even while empty. */
    together: (viewer: number, person_id: number): boolean => together.get({ viewer, person_id }) === 1,

    /** Answers that came since the person last looked, by reflection. */
    newAnswers: (enrolment: Enrolment): NewAnswers[] =>
      newAnswers
        .all({ viewer: enrolment.person_id, cohort_id: enrolment.cohort.id })
        .map((row) => ({ ...row, people: row.people.replaceAll(',', ', ') })),
  }
}
