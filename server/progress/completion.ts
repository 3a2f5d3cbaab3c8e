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

interface FactsRow {
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
  const OF_THING = 'enrolment_id = :enrolment_id AND thing_id = :thing_id'
  const selectFacts = db.prepare<EnrolmentThing, FactsRow>(`
    SELECT enrolment.person_id, cohort.id AS cohort_id, course.id AS course_id, course.revision AS course_revision,
           (SELECT rule FROM completion WHERE ${OF_THING}) AS held_by,
           (SELECT json_group_array(iif(course.completion LIKE '%min_words%', body, '')) FROM reflection WHERE ${OF_THING}) AS texts,
           EXISTS (SELECT 1 FROM step WHERE thing_id = :thing_id AND depth = 'start')
           AND NOT EXISTS (
             SELECT 1 FROM step
              WHERE thing_id = :thing_id AND depth = 'start'
                AND NOT EXISTS (SELECT 1 FROM tick WHERE ${OF_THING} AND tick.step = step.slug)) AS steps,
           EXISTS (SELECT 1 FROM confirmation WHERE ${OF_THING} AND confirmed_at IS NOT NULL) AS confirmed
      FROM enrolment
      JOIN cohort ON cohort.id = enrolment.cohort_id
      JOIN course ON course.id = cohort.course_id
     WHERE enrolment.id = :enrolment_id`)
  const insert = db.prepare<EnrolmentThing & { rule: CompletionRule['by']; now: string }>(`
    INSERT INTO completion (enrolment_id, thing_id, rule, completed_at) VALUES (:enrolment_id, :thing_id, :rule, :now)
    ON CONFLICT DO NOTHING`)
  const remove = db.prepare<EnrolmentThing>(`DELETE FROM completion WHERE ${OF_THING}`)
  const deleteSkip = db.prepare<EnrolmentThing>(`DELETE FROM skip WHERE ${OF_THING}`)
  const requestConfirmation = db.prepare<EnrolmentThing & { now: string }>(`
    INSERT INTO confirmation (enrolment_id, thing_id, asked_at) VALUES (:enrolment_id, :thing_id, :now)
    ON CONFLICT DO NOTHING`)
  const deleteRequest = db.prepare<EnrolmentThing>(
    `DELETE FROM confirmation WHERE ${OF_THING} AND confirmed_at IS NULL`,
  )
  const confirm = db.prepare<EnrolmentThing & { by: number; now: string }>(`
    INSERT INTO confirmation (enrolment_id, thing_id, asked_at, confirmed_by, confirmed_at)
    VALUES (:enrolment_id, :thing_id, :now, :by, :now)
    ON CONFLICT DO UPDATE SET confirmed_by = excluded.confirmed_by, confirmed_at = excluded.confirmed_at
     WHERE confirmed_at IS NULL`)
  const withdraw = db.prepare<EnrolmentThing>(
    `UPDATE confirmation SET confirmed_by = NULL, confirmed_at = NULL WHERE ${OF_THING} AND confirmed_at IS NOT NULL`,
  )

  function read(key: EnrolmentThing) {
    const row = selectFacts.get(key)
    if (!row) throw new Error(`There is no enrolment ${key.enrolment_id}`)
    const texts: string[] = JSON.parse(row.texts)
    const words = texts.length === 0 ? null : Math.max(...texts.map(countWords))
    const facts: CompletionFacts = { words, steps: row.steps === 1, confirmed: row.confirmed === 1 }
    return { ...row, facts, rule: courses.content(row.course_id, row.course_revision).completion }
  }

  /** @returns whether the thing is done, whether it is newly done, and the learner */
  function tryComplete(
    key: EnrolmentThing,
  ): Pick<FactsRow, 'person_id' | 'cohort_id'> & { done: boolean; now_done: boolean } {
    const { facts, rule, held_by, person_id, cohort_id } = read(key)
    const whose = { person_id, cohort_id }
    const now = nowText(clock)
    if (held_by !== null) return { ...whose, done: true, now_done: false }
    if (!isComplete(rule, facts)) {
      if (rule.by === 'guide' && (facts.words !== null || facts.steps)) requestConfirmation.run({ ...key, now })
      return { ...whose, done: false, now_done: false }
    }
    insert.run({ ...key, rule: rule.by, now })
    deleteSkip.run(key)
    return { ...whose, done: true, now_done: true }
  }

  /**
   * Completes where no reflection records an activity. @returns the activity's id, which may have earned awards; null
   * if not newly done
   */
  function tryCompleteAndRecord(key: EnrolmentThing): number | null {
    const { now_done, person_id, cohort_id } = tryComplete(key)
    if (!now_done) return null
    return activity.record('thing.completed', { person_id, cohort_id, subject_id: key.thing_id })
  }

  /** Removes the completion, unless the rule it was completed by or the course's current rule still holds. */
  function uncompleteUnlessHeld(key: EnrolmentThing): void {
    const { facts, rule, held_by } = read(key)
    if (facts.words === null && !facts.steps) deleteRequest.run(key)
    if (held_by === null || isComplete(rule, facts) || isComplete({ by: held_by, min_words: 0 }, facts)) return
    remove.run(key)
  }

  return {
    /**
     * Completes the thing where the course's rule holds now, and removes a skip. A completion is never undone here.
     * @returns whether it is done
     */
    complete: (enrolment_id: number, thing_id: number): boolean =>
      transaction(db, () => tryComplete({ enrolment_id, thing_id }).done),

    /** Removes the completion, unless another reflection or the current rule still holds. */
    uncomplete: (enrolment_id: number, thing_id: number): void =>
      transaction(db, () => uncompleteUnlessHeld({ enrolment_id, thing_id })),

    /** Like `complete`, and records an activity of its own. @returns its id; null if not newly done */
    completeAndRecord: (enrolment_id: number, thing_id: number): number | null =>
      transaction(db, () => tryCompleteAndRecord({ enrolment_id, thing_id })),

    /** Records a guide's confirmation. @returns false where it was confirmed before */
    confirm(enrolment_id: number, thing_id: number, by: number): boolean {
      const key = { enrolment_id, thing_id }
      return transaction(db, () => {
        if (confirm.run({ ...key, by, now: nowText(clock) }).changes === 0) return false
        const { person_id, cohort_id } = read(key)
        const detail = { thing_id, learner_id: person_id }
        activity.record('thing.confirmed', { person_id: by, cohort_id, subject_id: person_id, detail })
        tryCompleteAndRecord(key)
        return true
      })
    },

    /** Withdraws a confirmation. @returns false where there is none */
    unconfirm(enrolment_id: number, thing_id: number, by: number): boolean {
      const key = { enrolment_id, thing_id }
      return transaction(db, () => {
        if (withdraw.run(key).changes === 0) return false
        uncompleteUnlessHeld(key)
        const { person_id, cohort_id } = read(key)
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
