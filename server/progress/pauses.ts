import type { ActivityLog } from '../activity/activity.ts'
import { type Clock, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import type { Enrolment } from '../enrolments/enrolments.ts'

/** A learner may pause and come back any number of times; while paused they are not counted as inactive. */
export function createPauses(db: Database, clock: Clock, { activity }: { activity: ActivityLog }) {
  const begin = db.prepare(`
    INSERT INTO pause (enrolment_id, since) VALUES (:enrolment_id, :now)
    ON CONFLICT DO NOTHING`)
  const end = db.prepare('UPDATE pause SET until = :now WHERE enrolment_id = :enrolment_id AND until IS NULL')

  return {
    /** @param on false ends the pause. @returns false where nothing changes */
    pause({ id: enrolment_id, person_id, cohort }: Enrolment, on: boolean): boolean {
      return transaction(db, () => {
        if ((on ? begin : end).run({ enrolment_id, now: nowText(clock) }).changes === 0) return false
        activity.record(on ? 'person.paused' : 'person.came_back', {
          person_id,
          cohort_id: cohort.id,
          subject_id: person_id,
        })
        return true
      })
    },
  }
}
