import type { ActivityLog } from '../activity/activity.ts'
import { type Database, transaction } from '../db/open.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { Completion } from './completion.ts'

interface RecountDeps {
  activity: ActivityLog
  jobs: Jobs
  completion: Pick<Completion, 'completeAndRecord'>
}

/** Enrolments in one transaction, so that other writes need not wait long. */
const PORTION = 100

/** Applies the current completion rule of a course to all its enrolments. Removes no completion. */
export function createRecount(db: Database, { activity, jobs, completion }: RecountDeps) {
  const people = db
    .prepare<{ course_id: number; after: number }, number>(`
      SELECT enrolment.id FROM enrolment JOIN cohort ON cohort.id = enrolment.cohort_id
       WHERE cohort.course_id = :course_id AND enrolment.id > :after AND enrolment.left_at IS NULL
       ORDER BY enrolment.id LIMIT ${PORTION}`)
    .pluck()
  const begun = db
    .prepare<{ enrolment_id: number }, number>(`
      SELECT thing_id FROM (
        SELECT thing_id FROM reflection WHERE enrolment_id = :enrolment_id
        UNION SELECT thing_id FROM tick WHERE enrolment_id = :enrolment_id
        UNION SELECT thing_id FROM confirmation WHERE enrolment_id = :enrolment_id)
       WHERE thing_id NOT IN (SELECT thing_id FROM completion WHERE enrolment_id = :enrolment_id)`)
    .pluck()

  jobs.handle<{ course_id: number; after: number }>('completion.count', ({ course_id, after }) => {
    transaction(db, () => {
      const ids = people.all({ course_id, after })
      for (const enrolment_id of ids) {
        for (const thing_id of begun.all({ enrolment_id })) completion.completeAndRecord(enrolment_id, thing_id)
      }
      const last = ids.at(-1)
      if (last !== undefined && ids.length === PORTION) jobs.add('completion.count', { course_id, after: last })
    })
  })

  /** Starts the recount in the background. */
  return function recount(course_id: number, by: number): void {
    transaction(db, () => {
      activity.record('completions.counted', { person_id: by, subject_id: course_id })
      jobs.add('completion.count', { course_id, after: 0 })
    })
  }
}
