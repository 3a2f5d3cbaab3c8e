import type { CourseContent } from '../courses/course-content.ts'
import { READER_LANGUAGE } from '../courses/policy.ts'
import { type Clock, nowText } from '../db/clock.ts'
import type { Database } from '../db/open.ts'
import { pageOf } from '../db/page.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { PersonName } from '../people/person.ts'
import { IS_OPEN, MAY_READ, MAY_READ_COMMENT } from '../reflections/policy.ts'
import type { ThingLabel } from '../reflections/thing-label.ts'
import { postHref } from '../web/http/address.ts'
import { ftsExpression, type Phrase, parseQuery } from './query.ts'
import { createSearchIndex } from './search-index.ts'
import { createSearchScopes } from './search-scopes.ts'
import { markMatches, type SnippetPiece, snippet } from './snippet.ts'
import { type FoundThing, findThings, type ThingRow } from './things.ts'

/** A reflection or comment that matches the query. */
interface FoundText {
  href: string
  title: SnippetPiece[]
  says: SnippetPiece[]
  written_at: string
  person: PersonName
  tag: ThingLabel
  thing_href: string
}

interface FoundTexts {
  items: FoundText[]
  /** The id to go on from; null where there is nothing more. */
  older: number | null
}

/** Search results; a kind that was not requested is empty. */
export interface SearchResults {
  /** False when the query has no word. */
  asked: boolean
  things: FoundThing[]
  reflections: FoundTexts
  answers: FoundTexts
}

export const RESULT_KINDS = ['things', 'reflections', 'answers'] as const
export type SearchKind = (typeof RESULT_KINDS)[number]

interface TextRow {
  id: number
  reflection_id: number
  comment_id: number | null
  title: string
  html: string
  written_at: string
  person_id: number
  name: string
  handle: string
  workplace: string | null
  slug: string
  course_id: number
  course_revision: number
  /** The language in which the viewer reads courses. */
  language: string | null
  thing_id: number
  number: number
}

interface SearchDeps {
  jobs: Jobs
  courses: { content(course_id: number, revision: number, language: string | null): CourseContent }
  thingLabel(content: CourseContent, thing_id: number, number: number): ThingLabel
  plainText(html: string, max: number): string
}

interface SearchQuestion {
  match: string
  viewer: number
  from: number
  limit: number
}

const FEW = 5
/** Characters of HTML per result page in which matches are marked; later texts show their beginning. */
const LOOKED_THROUGH = 120_000
const BEGINNING = 2000
const PAGE = 20
const NOTHING: FoundTexts = { items: [], older: null }

const SURROUNDINGS = `
  JOIN cohort ON cohort.id = r.cohort_id
  JOIN course ON course.id = cohort.course_id
  JOIN calendar_entry ON calendar_entry.cohort_id = r.cohort_id AND calendar_entry.thing_id = r.thing_id`
const COLUMNS = `person.id AS person_id, person.name, person.handle, person.workplace, cohort.slug,
  course.id AS course_id, course.revision AS course_revision, ${READER_LANGUAGE} AS language, r.thing_id, calendar_entry.number`

/**
 * Full-text search through the viewer. What was written comes newest first: a rank by how rare a word is would be
 * computed from texts that they may not read, and the newest need no look at the others.
 */
export function createSearch(db: Database, clock: Clock, { jobs, courses, thingLabel, plainText }: SearchDeps) {
  const index = createSearchIndex(db, { jobs })
  const scopes = createSearchScopes(db)
  const things = db.prepare<{ match: string; viewer: number; now: string; closed: 0 | 1 }, ThingRow>(`
    WITH found (thing_id, place) AS MATERIALIZED (
      SELECT rowid, rank FROM thing_search WHERE thing_search MATCH :match ORDER BY rank LIMIT 100)
    SELECT found.thing_id, entry.number, cohort.slug, cohort.course_id, course.revision AS course_revision,
           ${READER_LANGUAGE} AS language,
           iif(e.role = 'learner' AND entry.opens_at > :now, entry.opens_on, NULL) AS opens_on
      FROM found
      CROSS JOIN enrolment AS e ON e.person_id = :viewer AND e.left_at IS NULL
      JOIN calendar_entry AS entry ON entry.cohort_id = e.cohort_id AND entry.thing_id = found.thing_id
        AND entry.taken_out_at IS NULL
      JOIN cohort ON cohort.id = e.cohort_id
      JOIN course ON course.id = cohort.course_id
     WHERE :closed = (e.role = 'learner' AND entry.opens_at > :now)
     ORDER BY found.place, e.seen_at DESC`)
  const reflections = db.prepare<SearchQuestion, TextRow>(`
    WITH found (id) AS MATERIALIZED (
      SELECT r.id
        FROM reflection_search CROSS JOIN reflection AS r ON r.id = reflection_search.rowid
       WHERE reflection_search MATCH :match AND reflection_search.rowid < :from AND ${MAY_READ} AND ${IS_OPEN}
       ORDER BY reflection_search.rowid DESC LIMIT :limit)
    SELECT r.id, r.id AS reflection_id, NULL AS comment_id, r.title, r.html, r.published_at AS written_at, ${COLUMNS}
      FROM found
      CROSS JOIN reflection AS r ON r.id = found.id
      JOIN person ON person.id = r.person_id ${SURROUNDINGS}
     ORDER BY found.id DESC`)
  const answers = db.prepare<SearchQuestion, TextRow>(`
    WITH found (id) AS MATERIALIZED (
      SELECT k.id
        FROM comment_search
        CROSS JOIN comment AS k ON k.id = comment_search.rowid
        CROSS JOIN reflection AS r ON r.id = k.reflection_id
       WHERE comment_search MATCH :match AND comment_search.rowid < :from
         AND ${MAY_READ} AND ${IS_OPEN} AND ${MAY_READ_COMMENT}
       ORDER BY comment_search.rowid DESC LIMIT :limit)
    SELECT k.id, r.id AS reflection_id, k.id AS comment_id, r.title, k.html, k.written_at, ${COLUMNS}
      FROM found
      CROSS JOIN comment AS k ON k.id = found.id
      JOIN reflection AS r ON r.id = k.reflection_id
      JOIN person ON person.id = k.person_id ${SURROUNDINGS}
     ORDER BY found.id DESC`)

  /** Of things that are not open to the viewer, nothing but the title is looked through. */
  function thingRows(viewer: number, phrases: Phrase[], scope: string): ThingRow[] {
    const now = nowText(clock)
    const rows = (column: string, closed: 0 | 1) =>
      things.all({ match: `${ftsExpression(phrases, column)} AND ${scope}`, viewer, now, closed })
    return [...rows('words', 0), ...rows('title', 1)]
  }

  function texts(rows: TextRow[], size: number, phrases: Phrase[]): FoundTexts {
    const page = pageOf(rows, size)
    let left = LOOKED_THROUGH
    const items = page.items.map((row) => {
      const html = row.html.slice(0, Math.max(left, BEGINNING))
      left -= html.length
      return toFound({ ...row, html }, phrases)
    })
    return { items, older: page.next?.id ?? null }
  }

  function toFound(row: TextRow, phrases: Phrase[]): FoundText {
    const { reflection_id, comment_id, person_id, name, handle, workplace, slug, number, thing_id } = row
    return {
      href: postHref(reflection_id, comment_id),
      title: markMatches(row.title, phrases),
      says: snippet(plainText(row.html, Number.POSITIVE_INFINITY), phrases),
      written_at: row.written_at,
      person: { id: person_id, name, handle, workplace },
      tag: thingLabel(courses.content(row.course_id, row.course_revision, row.language), thing_id, number),
      thing_href: `/cohorts/${slug}/things/${number}`,
    }
  }

  return {
    /**
     * What the viewer finds: a few of each kind, or all of one, page by page.
     * @param from go on before this id
     */
    find(viewer: number, q: string, kind: SearchKind | null = null, from = Number.MAX_SAFE_INTEGER): SearchResults {
      const phrases = parseQuery(q)
      if (phrases.length === 0) return { asked: false, things: [], reflections: NOTHING, answers: NOTHING }
      const words = ftsExpression(phrases)
      const at = scopes.everywhere(viewer)
      const size = kind === null ? FEW : PAGE
      const wants = (one: SearchKind) => kind === null || kind === one
      const where = { match: `${words} AND ${at.texts}`, viewer, from, limit: size + 1 }
      index.catchUp()
      const found = wants('things') && at.things ? thingRows(viewer, phrases, at.things) : []
      return {
        asked: true,
        things: findThings(found, phrases, { content: courses.content, plainText }),
        reflections: wants('reflections') ? texts(reflections.all(where), size, phrases) : NOTHING,
        answers: wants('answers') ? texts(answers.all(where), size, phrases) : NOTHING,
      }
    },

    /** Makes many texts that were written at once findable. */
    indexAll: index.addAll,

    /** What the index is asked for one cohort's stream; null where nothing that was typed is a word. */
    matchExpression(
      q: string,
      { viewer, cohort_id, mine }: { viewer: number; cohort_id: number; mine: boolean },
    ): string | null {
      const phrases = parseQuery(q)
      if (phrases.length === 0) return null
      index.catchUp()
      return `${ftsExpression(phrases)} AND ${mine ? scopes.own(viewer) : scopes.inCohort(viewer, cohort_id)}`
    },
  }
}

export type Search = ReturnType<typeof createSearch>
