import type { Database } from '../db/open.ts'
import { timeZoneAtSql } from '../enrolments/time-zone-sql.ts'
import { IS_OPEN, MAY_READ, MAY_READ_COMMENT } from '../reflections/policy.ts'

/** A reflection of the person with its comments, as far as the person may read them. */
export interface OwnReflection {
  id: number
  cohort: string
  cohort_title: string
  number: number
  thing: string
  title: string
  body: string
  html: string
  audience: string
  state: string
  source_url: string | null
  published_at: string
  edited_at: string | null
  answers: { name: string; html: string; written_at: string }[]
}

/** A draft that is not published. */
export interface OwnDraft {
  cohort: string
  number: number
  thing: string
  title: string
  body: string
  saved_at: string
}

interface OwnAnswer {
  body: string
  html: string
  written_at: string
  /** Author and title of the reflection it belongs to; null where the person may no longer read it. */
  under: string | null
  reflection_id: number
}

interface OwnAward {
  badge: string
  meaning: string
  cohort: string
  time_zone: string
  awarded_at: string
  /** Evidence by the person, or by a guide. */
  evidence: string | null
  /** When and why it was revoked; null while it is valid. */
  revoked_at: string | null
  revoked_why: string | null
}

export interface PersonExport {
  person: {
    name: string
    email: string
    handle: string
    workplace: string | null
    language: string | null
    created_at: string
  }
  reflections: OwnReflection[]
  drafts: OwnDraft[]
  answers: OwnAnswer[]
  awards: OwnAward[]
  /** Every other row about the person, by table. */
  rows: Record<string, unknown[]>
}

/** Columns to export of tables with a person_id, without secrets. */
const ROWS_OF_PERSON = {
  block: 'cohort_id, blocked_at',
  activity: 'kind, cohort_id, subject_id, detail, happened_at',
  certificate: 'id, cohort_id, granted_at, issue',
  cheer: 'reflection_id, cheered_at',
  claim: 'badge_id, cohort_id, evidence, made_at, asked_at, note, closed_at',
  following: 'reflection_id, since',
  former_handle: 'handle',
  image: 'id, width, height, bytes, added_at',
  mention: 'comment_id, reflection_id',
  no_letters: '*',
  no_announcement_letters: 'since',
  dismissal: 'announcement_id, dismissed_at',
  waiting: 'cohort_id, since',
  later_cheer: 'later_thing_id, cheered_at',
  later_thing: 'cohort_id, month, title, body, link, written_at, edited_at',
  notice: 'kind, reflection_id, comment_id, told_at, read_at',
  reading: 'reflection_id, read_to',
  report: 'reflection_id, comment_id, reason, made_at',
  saved_answer: 'title, body',
  session: 'created_at, touched_at, expires_at',
  thing_report: 'thing_id, kind, line, link, made_at, settled_at',
  unfollowed: 'reflection_id, since',
}

/** Columns to export of tables with an enrolment_id. */
const ROWS_OF_ENROLMENT = {
  completion: '*',
  confirmation: 'thing_id, asked_at, confirmed_at',
  feed: 'enrolment_id, url, title, extent, audience, state, added_at, read_at',
  guide_offer: '*',
  pause: '*',
  pod_guide: '*',
  stated_minutes: 'enrolment_id, thing_id, minutes, stated_at, confirmed_at',
  hours_question: 'enrolment_id, note, asked_at',
  pulse: '*',
  skip: '*',
  taking: 'reflection_id, taken_at',
  tick: '*',
}

/** Reads everything that the site stores about one person, for that person alone. */
export function createPersonExport(db: Database) {
  const person = db.prepare<[number], PersonExport['person']>(
    'SELECT name, email, handle, workplace, language, created_at FROM person WHERE id = ?',
  )
  const reflections = db.prepare<[number], Omit<OwnReflection, 'answers'>>(`
    SELECT r.id, cohort.slug AS cohort, cohort.title AS cohort_title, entry.number, thing.title AS thing, r.title, r.body, r.html,
           r.audience, r.state, r.source_url, r.published_at, r.edited_at
      FROM reflection AS r
      JOIN cohort ON cohort.id = r.cohort_id
      JOIN thing ON thing.id = r.thing_id
      JOIN calendar_entry AS entry ON entry.cohort_id = r.cohort_id AND entry.thing_id = r.thing_id
     WHERE r.person_id = ? ORDER BY r.id`)
  const answersTo = db.prepare<
    { viewer: number },
    { reflection_id: number; name: string; html: string; written_at: string }
  >(`
    SELECT k.reflection_id, person.name, k.html, k.written_at
      FROM reflection AS r
      JOIN comment AS k ON k.reflection_id = r.id AND k.deleted_at IS NULL
      JOIN person ON person.id = k.person_id
     WHERE r.person_id = :viewer AND ${MAY_READ_COMMENT} ORDER BY k.id`)
  const drafts = db.prepare<[number], OwnDraft>(`
    SELECT cohort.slug AS cohort, entry.number, thing.title AS thing, draft.title, draft.body, draft.saved_at
      FROM enrolment
      JOIN draft ON draft.enrolment_id = enrolment.id AND draft.open = 1
      JOIN cohort ON cohort.id = enrolment.cohort_id
      JOIN thing ON thing.id = draft.thing_id
      JOIN calendar_entry AS entry ON entry.cohort_id = cohort.id AND entry.thing_id = draft.thing_id
     WHERE enrolment.person_id = ? ORDER BY draft.saved_at`)
  const answers = db.prepare<{ viewer: number }, OwnAnswer>(`
    SELECT k.body, k.html, k.written_at, r.id AS reflection_id,
           CASE WHEN ${MAY_READ} AND ${IS_OPEN} THEN person.name || ': ' || r.title END AS under
      FROM comment AS k
      JOIN reflection AS r ON r.id = k.reflection_id
      JOIN person ON person.id = r.person_id
     WHERE k.person_id = :viewer AND k.deleted_at IS NULL ORDER BY k.id`)
  const awards = db.prepare<[number], OwnAward>(`
    SELECT was.title AS badge, was.meaning, cohort.title AS cohort, ${timeZoneAtSql('awarded_at')} AS time_zone, awarded_at, award.evidence, revoked_at, revoked_why
      FROM award
      JOIN badge_version AS was ON was.badge_id = award.badge_id AND was.version = award.badge_version
      JOIN cohort ON cohort.id = award.cohort_id
     WHERE person_id = ? ORDER BY awarded_at`)
  const enrolments = db.prepare<[number], object>(`
    SELECT enrolment.id, cohort.title AS cohort, role, goal, joined_at, left_at, seen_at, interest, hours,
           (SELECT name FROM pod WHERE pod.id = pod_id) AS pod
      FROM enrolment JOIN cohort ON cohort.id = cohort_id WHERE person_id = ? ORDER BY joined_at`)
  const rowsOf = (tables: Record<string, string>, where: string) =>
    Object.entries(tables).map(
      ([table, columns]) =>
        [table, db.prepare<[number], object>(`SELECT ${columns} FROM ${table} WHERE ${where}`)] as const,
    )
  const rows = [
    ['enrolment', enrolments] as const,
    ...rowsOf(ROWS_OF_PERSON, 'person_id = ?'),
    ...rowsOf(ROWS_OF_ENROLMENT, 'enrolment_id IN (SELECT id FROM enrolment WHERE person_id = ?)'),
  ]

  return {
    /** @throws where there is no such person */
    read(id: number): PersonExport {
      const about = person.get(id)
      if (!about) throw new Error(`There is no person ${id}`)
      const talk = Map.groupBy(answersTo.all({ viewer: id }), ({ reflection_id }) => reflection_id)
      return {
        person: about,
        reflections: reflections
          .all(id)
          .map((reflection) => ({ ...reflection, answers: talk.get(reflection.id) ?? [] })),
        drafts: drafts.all(id),
        answers: answers.all({ viewer: id }),
        awards: awards.all(id),
        rows: Object.fromEntries(rows.map(([table, statement]) => [table, statement.all(id)])),
      }
    },
  }
}
