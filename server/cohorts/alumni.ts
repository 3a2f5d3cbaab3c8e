import type { ActivityLog } from '../activity/activity.ts'
import { type Clock, localDate, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import { pageOf } from '../db/page.ts'
import type { Cohort, Enrolment } from '../enrolments/enrolments.ts'
import { isOver } from '../enrolments/policy.ts'

/** A thing that an alumnus shares after the course; numbers go on after the last thing of the calendar. */
export interface LaterThing {
  id: number
  number: number
  /** The month it was written in, in the cohort's zone: 2026-07. */
  month: string
  title: string
  body_html: string
  link: string | null
  person: { id: number; name: string; handle: string }
  written_at: string
  edited_at: string | null
  cheers: number
  cheered: boolean
}

interface LaterText {
  title: string
  body: string
  link: string | null
}

/** What a person did in a cohort that is over, as the map shows it. */
export interface AlumniSummary {
  reflections: number
  answers: number
  /** How many things people shared since. */
  later: number
  /** The number of this month's. */
  number: number
  /** Has the person offered to guide the next cohort? */
  offered: boolean
  /** May still offer it: who guides or organises already is asked anyway. */
  may_offer: boolean
}

type LaterThingRow = Omit<LaterThing, 'number' | 'person' | 'cheered'> & {
  person_id: number
  name: string
  handle: string
  cheered: 0 | 1
}

const PER_PAGE = 24

interface AlumniDeps {
  activity: ActivityLog
  renderMarkdown: (text: string) => { html: string }
}

/** What goes on in a cohort after its end: nothing is taken away, and a thing a month may come from anybody. */
export function createAlumni(db: Database, clock: Clock, { activity, renderMarkdown }: AlumniDeps) {
  const findSummary = db.prepare<
    object,
    Pick<AlumniSummary, 'reflections' | 'answers' | 'later'> & { offered: 0 | 1; last: number }
  >(`
    SELECT (SELECT count(*) FROM reflection WHERE enrolment_id = :enrolment_id) AS reflections,
           (SELECT count(*) FROM comment JOIN reflection ON reflection.id = reflection_id
             WHERE comment.person_id = :person_id AND reflection.cohort_id = :cohort_id AND deleted_at IS NULL) AS answers,
           (SELECT count(*) FROM later_thing WHERE cohort_id = :cohort_id) AS later,
           (SELECT max(number) FROM calendar_entry WHERE cohort_id = :cohort_id) AS last,
           EXISTS (SELECT 1 FROM guide_offer WHERE enrolment_id = :enrolment_id) AS offered`)
  const list = db.prepare<{ cohort_id: number; viewer: number; before: number | null }, LaterThingRow>(`
    SELECT later_thing.id, month, title, body_html, link, written_at, edited_at, person.id AS person_id, name, handle,
           (SELECT count(*) FROM later_cheer WHERE later_thing_id = later_thing.id) AS cheers,
           EXISTS (SELECT 1 FROM later_cheer WHERE later_thing_id = later_thing.id AND person_id = :viewer) AS cheered
      FROM later_thing JOIN person ON person.id = later_thing.person_id
     WHERE cohort_id = :cohort_id AND (:before IS NULL OR later_thing.id < :before)
     ORDER BY later_thing.id DESC LIMIT ${PER_PAGE + 1}`)
  const things = db.prepare<[number], number>('SELECT max(number) FROM calendar_entry WHERE cohort_id = ?').pluck()
  const mine = db.prepare<[number, number, string], LaterText>(
    'SELECT title, body, link FROM later_thing WHERE cohort_id = ? AND person_id = ? AND month = ?',
  )
  const put = db.prepare(`
    INSERT INTO later_thing (cohort_id, person_id, month, title, body, body_html, link, written_at)
    VALUES (:cohort_id, :person_id, :month, :title, :body, :body_html, :link, :now)
    ON CONFLICT (cohort_id, person_id, month) DO UPDATE
      SET title = excluded.title, body = excluded.body, body_html = excluded.body_html, link = excluded.link,
          edited_at = excluded.written_at`)
  const authorOf = db
    .prepare<[number, number], number>('SELECT person_id FROM later_thing WHERE id = ? AND cohort_id = ?')
    .pluck()
  const drop = db.prepare('DELETE FROM later_thing WHERE id = ?')
  const cheer = db.prepare(`
    INSERT INTO later_cheer (later_thing_id, person_id, cheered_at)
    SELECT id, :person_id, :now FROM later_thing WHERE id = :id AND person_id <> :person_id
    ON CONFLICT DO NOTHING`)
  const uncheer = db.prepare('DELETE FROM later_cheer WHERE later_thing_id = :id AND person_id = :person_id')
  const offer = db.prepare('INSERT INTO guide_offer (enrolment_id, offered_at) VALUES (?, ?) ON CONFLICT DO NOTHING')
  const takeBack = db.prepare('DELETE FROM guide_offer WHERE enrolment_id = ?')

  const monthIn = ({ time_zone }: Pick<Cohort, 'time_zone'>) => localDate(clock.now(), time_zone).slice(0, 7)

  const is_over = (cohort: Cohort) => isOver(cohort, clock.now())

  return {
    isOver: is_over,

    /** Null while the cohort runs. */
    summary({ id: enrolment_id, person_id, role, cohort }: Enrolment): AlumniSummary | null {
      if (!is_over(cohort)) return null
      const row = findSummary.get({ enrolment_id, person_id, cohort_id: cohort.id })
      if (!row) return null
      const { last, offered, ...counts } = row
      const number = last + monthsFrom(cohort, monthIn(cohort))
      return { ...counts, number, offered: offered === 1, may_offer: role === 'learner' }
    },

    /** @param before the last one of the page before */
    page(cohort: Cohort, viewer: number, before: number | null): { things: LaterThing[]; next: number | null } {
      const { items, next } = pageOf(list.all({ cohort_id: cohort.id, viewer, before }), PER_PAGE)
      const last = things.get(cohort.id) ?? 0
      const shown = items.map(({ person_id, name, handle, cheered, ...row }) => ({
        ...row,
        number: last + monthsFrom(cohort, row.month),
        person: { id: person_id, name, handle },
        cheered: cheered === 1,
      }))
      return { things: shown, next: next?.id ?? null }
    },

    /** The thing that a person shared this month, for the form. */
    findOfThisMonth: (cohort: Cohort, person_id: number): LaterText | null =>
      mine.get(cohort.id, person_id, monthIn(cohort)) ?? null,

    /** Shares a thing; within a month it is the same one, written anew. */
    save(cohort: Cohort, person_id: number, { title, body, link }: LaterText): void {
      const row = { cohort_id: cohort.id, person_id, month: monthIn(cohort), title, body, link, now: nowText(clock) }
      transaction(db, () => put.run({ ...row, body_html: renderMarkdown(body).html }))
    },

    /** By its author or an organiser. @returns false when it does not exist, null when the person may not delete it */
    remove(id: number, { person_id, role, cohort }: Pick<Enrolment, 'person_id' | 'role' | 'cohort'>): boolean | null {
      return transaction(db, () => {
        const author = authorOf.get(id, cohort.id)
        if (author === undefined) return false
        if (author !== person_id && role !== 'organiser') return null
        drop.run(id)
        const facts = { person_id, cohort_id: cohort.id, subject_id: author }
        if (author !== person_id) activity.record('person.later_thing_deleted', facts)
        return true
      })
    },

    /** Thanks another person for a thing. @returns false when it does not exist */
    cheer(id: number, { person_id, cohort }: Pick<Enrolment, 'person_id' | 'cohort'>, on: boolean): boolean {
      if (authorOf.get(id, cohort.id) === undefined) return false
      transaction(db, () => (on ? cheer.run({ id, person_id, now: nowText(clock) }) : uncheer.run({ id, person_id })))
      return true
    },

    /** "I would guide the next time", or not after all. */
    offerToGuide({ id }: Pick<Enrolment, 'id'>, on: boolean): void {
      transaction(db, () => (on ? offer.run(id, nowText(clock)) : takeBack.run(id)))
    },
  }
}

/** The first month after the end is 1, and so is what is left of its own. */
function monthsFrom({ ends_on }: Pick<Cohort, 'ends_on'>, month: string): number {
  const { years, months } = Temporal.PlainYearMonth.from(ends_on.slice(0, 7)).until(month)
  return Math.max(1, 12 * years + months)
}
