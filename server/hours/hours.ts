import type { ActivityLog } from '../activity/activity.ts'
import type { CalendarOf } from '../calendar/calendar-cache.ts'
import type { Courses } from '../courses/courses.ts'
import { type Clock, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import type { Enrolment } from '../enrolments/enrolments.ts'
import type { Notices } from '../notifications/notices.ts'
import { confirmsItself, estimateOf } from './rules.ts'

/** A completed thing, and the time the learner says it took. Times are in minutes. */
interface HoursRow {
  thing_id: number
  /** In the cohort's calendar; null for one that was taken out. */
  number: number | null
  title: string
  completed_at: string
  estimate: number
  /** Null until the learner states it. */
  minutes: number | null
  confirmed: boolean
}

export interface HoursSheet {
  rows: HoursRow[]
  stated: number
  confirmed: number
  question: { note: string; asked_at: string } | null
}

/** The stated hours of a learner, in minutes, for those who confirm them. */
export interface LearnerHours {
  enrolment_id: number
  person_id: number
  name: string
  handle: string
  things: number
  stated: number
  confirmed: number
  asked_at: string | null
}

interface HoursDeps {
  activity: ActivityLog
  calendarOf: CalendarOf
  courses: Pick<Courses, 'content'>
  notices: Pick<Notices, 'notify' | 'forget'>
}

/** Whose sheet it is. */
interface Owner {
  enrolment_id: number
  person_id: number
  cohort_id: number
}

/** Learning time that people state and a rule or a guide confirms; nothing is measured. */
export function createHours(db: Database, clock: Clock, { activity, calendarOf, courses, notices }: HoursDeps) {
  const facts = db.prepare<
    [number],
    {
      course_id: number
      revision: number
      cohort_id: number
      calendar_version: number
      by_guide: 0 | 1
      language: string | null
    }
  >(`
    SELECT cohort.course_id, course.revision, cohort.id AS cohort_id, calendar_version, hours_by_guide AS by_guide, person.language
      FROM enrolment
      JOIN cohort ON cohort.id = enrolment.cohort_id
      JOIN course ON course.id = cohort.course_id
      JOIN person ON person.id = enrolment.person_id
     WHERE enrolment.id = ?`)
  const done = db.prepare<
    [number],
    { thing_id: number; completed_at: string; minutes: number | null; confirmed_at: string | null; depths: string }
  >(`
    SELECT c.thing_id, c.completed_at, s.minutes, s.confirmed_at,
           (SELECT json_group_array(DISTINCT step.depth) FROM tick JOIN step ON step.thing_id = tick.thing_id AND step.slug = tick.step
             WHERE tick.enrolment_id = c.enrolment_id AND tick.thing_id = c.thing_id) AS depths
      FROM completion AS c
      LEFT JOIN stated_minutes AS s ON s.enrolment_id = c.enrolment_id AND s.thing_id = c.thing_id
     WHERE c.enrolment_id = ? ORDER BY c.completed_at`)
  const question = db.prepare<[number], { note: string; asked_at: string }>(
    'SELECT note, asked_at FROM hours_question WHERE enrolment_id = ?',
  )
  const put = db.prepare(`
    INSERT INTO stated_minutes (enrolment_id, thing_id, minutes, stated_at, confirmed_at)
    VALUES (:enrolment_id, :thing_id, :minutes, :now, :confirmed_at)
    ON CONFLICT (enrolment_id, thing_id) DO UPDATE
      SET minutes = excluded.minutes, stated_at = excluded.stated_at, confirmed_at = excluded.confirmed_at, confirmed_by = NULL
    WHERE minutes <> excluded.minutes`)
  const forget = db.prepare('DELETE FROM hours_question WHERE enrolment_id = ?')
  const confirm = db.prepare(`
    UPDATE stated_minutes SET confirmed_at = :now, confirmed_by = :by
     WHERE enrolment_id = :enrolment_id AND confirmed_at IS NULL AND stated_at <= :until
       AND EXISTS (SELECT 1 FROM completion AS c
                    WHERE c.enrolment_id = stated_minutes.enrolment_id AND c.thing_id = stated_minutes.thing_id)`)
  const ask = db.prepare(`
    INSERT INTO hours_question (enrolment_id, note, asked_at, asked_by) VALUES (:enrolment_id, :note, :now, :by)
    ON CONFLICT (enrolment_id) DO UPDATE SET note = excluded.note, asked_at = excluded.asked_at, asked_by = excluded.asked_by`)
  const COLUMNS = `
    SELECT enrolment.id AS enrolment_id, person.id AS person_id, person.name, person.handle, count(s.thing_id) AS things,
           coalesce(sum(s.minutes), 0) AS stated, coalesce(sum(iif(s.confirmed_at IS NULL, 0, s.minutes)), 0) AS confirmed,
           (SELECT asked_at FROM hours_question WHERE enrolment_id = enrolment.id) AS asked_at
      FROM enrolment
      JOIN person ON person.id = enrolment.person_id
      JOIN stated_minutes AS s ON s.enrolment_id = enrolment.id
      JOIN completion AS c ON c.enrolment_id = s.enrolment_id AND c.thing_id = s.thing_id
     WHERE enrolment.cohort_id = :cohort_id AND enrolment.left_at IS NULL`
  const people = db.prepare<{ cohort_id: number }, LearnerHours>(
    `${COLUMNS} GROUP BY enrolment.id ORDER BY (stated > confirmed AND asked_at IS NULL) DESC, person.name, person.id`,
  )
  const one = db.prepare<{ cohort_id: number; handle: string }, LearnerHours>(
    `${COLUMNS} AND person.handle = :handle GROUP BY enrolment.id`,
  )
  const byGuide = db.prepare<[number], 0 | 1>('SELECT hours_by_guide FROM cohort WHERE id = ?').pluck()
  const setByGuide = db.prepare(
    'UPDATE cohort SET hours_by_guide = :on WHERE id = :cohort_id AND hours_by_guide <> :on',
  )

  const slugOf = db.prepare<[number], string>('SELECT slug FROM cohort WHERE id = ?').pluck()
  const keyOf = (enrolment_id: number) => `hours ${enrolment_id}`

  function sheet(enrolment_id: number): HoursSheet {
    const about = facts.get(enrolment_id)
    if (!about) throw new Error(`There is no enrolment ${enrolment_id}`)
    const content = courses.content(about.course_id, about.revision, about.language)
    const numbers = new Map(
      calendarOf(about.cohort_id, about.calendar_version).map(({ thing_id, number }) => [thing_id, number]),
    )
    const rows = done.all(enrolment_id).flatMap(({ thing_id, completed_at, minutes, confirmed_at, depths }) => {
      const thing = content.thing(thing_id)
      if (!thing) return []
      const estimate = estimateOf(thing.minutes, JSON.parse(depths))
      const number = numbers.get(thing_id) ?? null
      return [
        { thing_id, number, title: thing.title, completed_at, estimate, minutes, confirmed: confirmed_at !== null },
      ]
    })
    const sum = (all: HoursRow[]) => all.reduce((total, { minutes }) => total + (minutes ?? 0), 0)
    return {
      rows,
      stated: sum(rows),
      confirmed: sum(rows.filter(({ confirmed }) => confirmed)),
      question: question.get(enrolment_id) ?? null,
    }
  }

  return {
    sheet,

    /** States minutes for things that are done; what is said anew is to be confirmed anew. @returns how many are new */
    state({ id: enrolment_id, person_id, cohort }: Enrolment, stated: ReadonlyMap<number, number>): number {
      return transaction(db, () => {
        const now = nowText(clock)
        const by_rule = byGuide.get(cohort.id) === 0
        let changed = 0
        for (const { thing_id, estimate } of sheet(enrolment_id).rows) {
          const minutes = stated.get(thing_id)
          if (minutes === undefined) continue
          const confirmed_at = by_rule && confirmsItself(minutes, estimate) ? now : null
          changed += put.run({ enrolment_id, thing_id, minutes, now, confirmed_at }).changes
        }
        // stating the same minutes again answers the question too
        if (changed > 0 || (stated.size > 0 && question.get(enrolment_id))) {
          forget.run(enrolment_id)
          notices.forget(person_id, keyOf(enrolment_id))
        }
        return changed
      })
    },

    /** Learners with stated hours; those that wait for confirmation first. */
    people: (cohort_id: number): LearnerHours[] => people.all({ cohort_id }),
    find: (cohort_id: number, handle: string): LearnerHours | null => one.get({ cohort_id, handle }) ?? null,

    /** Confirms what was stated up to an instant: what the guide has seen. @returns false where there was nothing */
    confirm({ enrolment_id, person_id, cohort_id }: Owner, { by, until }: { by: number; until: string }): boolean {
      return transaction(db, () => {
        if (confirm.run({ enrolment_id, by, until, now: nowText(clock) }).changes === 0) return false
        forget.run(enrolment_id)
        activity.record('hours.confirmed', { person_id: by, cohort_id, subject_id: person_id })
        tell('hours_confirmed', { enrolment_id, person_id, cohort_id }, by)
        return true
      })
    },

    /** Asks a learner about the stated hours, which stay as they are. */
    ask({ enrolment_id, person_id, cohort_id }: Owner, { by, note }: { by: number; note: string }): void {
      transaction(db, () => {
        ask.run({ enrolment_id, by, note, now: nowText(clock) })
        activity.record('hours.asked', { person_id: by, cohort_id, subject_id: person_id })
        tell('hours_asked', { enrolment_id, person_id, cohort_id }, by)
      })
    },

    isByGuide: (cohort_id: number): boolean => byGuide.get(cohort_id) === 1,

    /** Whether a guide confirms everything from now on, or the rule what it can. What is confirmed stays. */
    setByGuide(cohort_id: number, on: boolean, by: number): void {
      transaction(db, () => {
        if (setByGuide.run({ cohort_id, on: on ? 1 : 0 }).changes === 0) return
        const detail = { hours_by_guide: on ? 1 : 0, hours_by_guide_before: on ? 0 : 1 }
        activity.record('cohort.settings_changed', { person_id: by, cohort_id, detail })
      })
    },
  }

  function tell(
    kind: 'hours_confirmed' | 'hours_asked',
    { enrolment_id, person_id, cohort_id }: Owner,
    actor_id: number,
  ) {
    const slug = slugOf.get(cohort_id) ?? ''
    const detail = { href: `/cohorts/${slug}/hours` }
    // one notice for one person: what is said last counts
    notices.forget(person_id, keyOf(enrolment_id))
    notices.notify({ person_id, kind, key: keyOf(enrolment_id), cohort_id, actor_id, detail })
  }
}
