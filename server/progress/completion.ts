import type { ActivityLog } from '../activity/activity.ts'
import type { CompletionRule } from '../courses/completion.ts'
import type { CourseContent } from '../courses/course-content.ts'
import { type Clock, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import { type CompletionFacts, isComplete } from './completion-rule.ts'

interface EnrolmentThing {
  enrolment_id: number
  thing_id: number
}

interface DeedRow {
  person_id: number
  cohort_id: number
  course_id: number
  course_revision: number
  /** The rule by which it is done; null where it is not. */
  held_by: CompletionRule['by'] | null
  /** JSON: the texts of the reflections, or as many empty ones where nobody counts their words. */
  texts: string
  steps: 0 | 1
  confirmed: 0 | 1
}

export interface CompletionDeps {
  activity: ActivityLog
  courses: { content(course_id: number, revision: number): Pick<CourseContent, 'completion'> }
  countWords: (text: string) => number
}

/**
 * Decides when a thing is done: the only place that applies a course's rule. Whoever changes what a rule asks for calls
 * it within the transaction of the change.
 */
export function createCompletion(db: Database, clock: Clock, { activity, courses, countWords }: CompletionDeps) {
  // Triggers keep the counts of an enrolment (things_done, last_wrote_at): completion_is_counted, completion_is_gone,
  // commenter_wrote, commenter_wrote_no_more, commenter_wrote_otherwise.
  const OF_MINE = 'enrolment_id = :enrolment_id AND thing_id = :thing_id'
  const deedOf = db.prepare<EnrolmentThing, DeedRow>(`
    SELECT enrolment.person_id, cohort.id AS cohort_id, course.id AS course_id, course.revision AS course_revision,
           (SELECT rule FROM completion WHERE ${OF_MINE}) AS held_by,
           (SELECT json_group_array(iif(course.completion LIKE '%min_words%', body, '')) FROM reflection WHERE ${OF_MINE}) AS texts,
           EXISTS (SELECT 1 FROM step WHERE thing_id = :thing_id AND depth = 'start')
           AND NOT EXISTS (
             SELECT 1 FROM step
              WHERE thing_id = :thing_id AND depth = 'start'
                AND NOT EXISTS (SELECT 1 FROM tick WHERE ${OF_MINE} AND tick.step = step.slug)) AS steps,
           EXISTS (SELECT 1 FROM confirmation WHERE ${OF_MINE} AND confirmed_at IS NOT NULL) AS confirmed
      FROM enrolment
      JOIN cohort ON cohort.id = enrolment.cohort_id
      JOIN course ON course.id = cohort.course_id
     WHERE enrolment.id = :enrolment_id`)
  const insert = db.prepare<EnrolmentThing & { rule: CompletionRule['by']; now: string }>(`
    INSERT INTO completion (enrolment_id, thing_id, rule, completed_at) VALUES (:enrolment_id, :thing_id, :rule, :now)
    ON CONFLICT DO NOTHING`)
  const remove = db.prepare<EnrolmentThing>(`DELETE FROM completion WHERE ${OF_MINE}`)
  const takeUp = db.prepare<EnrolmentThing>(`DELETE FROM skip WHERE ${OF_MINE}`)
  const ask = db.prepare<EnrolmentThing & { now: string }>(`
    INSERT INTO confirmation (enrolment_id, thing_id, asked_at) VALUES (:enrolment_id, :thing_id, :now)
    ON CONFLICT DO NOTHING`)
  const askNoMore = db.prepare<EnrolmentThing>(`DELETE FROM confirmation WHERE ${OF_MINE} AND confirmed_at IS NULL`)
  const confirm = db.prepare<EnrolmentThing & { by: number; now: string }>(`
    INSERT INTO confirmation (enrolment_id, thing_id, asked_at, confirmed_by, confirmed_at)
    VALUES (:enrolment_id, :thing_id, :now, :by, :now)
    ON CONFLICT DO UPDATE SET confirmed_by = excluded.confirmed_by, confirmed_at = excluded.confirmed_at
     WHERE confirmed_at IS NULL`)
  const takeBack = db.prepare<EnrolmentThing>(
    `UPDATE confirmation SET confirmed_by = NULL, confirmed_at = NULL WHERE ${OF_MINE} AND confirmed_at IS NOT NULL`,
  )

  function read(mine: EnrolmentThing) {
    const row = deedOf.get(mine)
    if (!row) throw new Error(`There is no enrolment ${mine.enrolment_id}`)
    const texts: string[] = JSON.parse(row.texts)
    const words = texts.length === 0 ? null : Math.max(...texts.map(countWords))
    const facts: CompletionFacts = { words, steps: row.steps === 1, confirmed: row.confirmed === 1 }
    return { ...row, facts, rule: courses.content(row.course_id, row.course_revision).completion }
  }

  /** @returns whether the thing is done, whether it is newly done, and the learner */
  function gain(mine: EnrolmentThing): Pick<DeedRow, 'person_id' | 'cohort_id'> & { done: boolean; now_done: boolean } {
    const { facts, rule, held_by, person_id, cohort_id } = read(mine)
    const whose = { person_id, cohort_id }
    const now = nowText(clock)
    if (held_by !== null) return { ...whose, done: true, now_done: false }
    if (!isComplete(rule, facts)) {
      if (rule.by === 'guide' && (facts.words !== null || facts.steps)) ask.run({ ...mine, now })
      return { ...whose, done: false, now_done: false }
    }
    insert.run({ ...mine, rule: rule.by, now })
    takeUp.run(mine)
    return { ...whose, done: true, now_done: true }
  }

  /**
   * Completes where no reflection records an activity. @returns the activity's id, which may have earned awards; null
   * if not newly done
   */
  function gainAndTell(mine: EnrolmentThing): number | null {
    const { now_done, person_id, cohort_id } = gain(mine)
    if (!now_done) return null
    return activity.record('thing.completed', { person_id, cohort_id, subject_id: mine.thing_id })
  }

  /** Removes the completion, unless the rule it was completed by or the course's current rule still holds. */
  function lose(mine: EnrolmentThing): void {
    const { facts, rule, held_by } = read(mine)
    if (facts.words === null && !facts.steps) askNoMore.run(mine)
    if (held_by === null || isComplete(rule, facts) || isComplete({ by: held_by, min_words: 0 }, facts)) return
    remove.run(mine)
  }

  return {
    /**
     * Completes the thing where the course's rule holds now, and removes a skip. A completion is never undone here.
     * @returns whether it is done
     */
    complete: (enrolment_id: number, thing_id: number): boolean =>
      transaction(db, () => gain({ enrolment_id, thing_id }).done),

    /** Removes the completion, unless another reflection or the current rule still holds. */
    uncomplete: (enrolment_id: number, thing_id: number): void =>
      transaction(db, () => lose({ enrolment_id, thing_id })),

    /** Like `complete`, and records an activity of its own. @returns its id; null if not newly done */
    completeAndRecord: (enrolment_id: number, thing_id: number): number | null =>
      transaction(db, () => gainAndTell({ enrolment_id, thing_id })),

    /** Records a guide's confirmation. @returns false where it was confirmed before */
    confirm(enrolment_id: number, thing_id: number, by: number): boolean {
      const mine = { enrolment_id, thing_id }
      return transaction(db, () => {
        if (confirm.run({ ...mine, by, now: nowText(clock) }).changes === 0) return false
        const { person_id, cohort_id } = read(mine)
        const detail = { thing_id, learner_id: person_id }
        activity.record('thing.confirmed', { person_id: by, cohort_id, subject_id: person_id, detail })
        gainAndTell(mine)
        return true
      })
    },

    /** Withdraws a confirmation. @returns false where there is none */
    unconfirm(enrolment_id: number, thing_id: number, by: number): boolean {
      const mine = { enrolment_id, thing_id }
      return transaction(db, () => {
        if (takeBack.run(mine).changes === 0) return false
        lose(mine)
        const { person_id, cohort_id } = read(mine)
        const detail = { thing_id, learner_id: person_id }
        activity.record('thing.unconfirmed', { person_id: by, cohort_id, subject_id: person_id, detail })
        return true
      })
    },

    /** What the learner did about a thing, as far as a rule asks. */
    factsOf: (enrolment_id: number, thing_id: number): CompletionFacts => read({ enrolment_id, thing_id }).facts,
  }
}

export type Completion = ReturnType<typeof createCompletion>
