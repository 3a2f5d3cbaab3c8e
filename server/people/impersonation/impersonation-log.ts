import type { ActivityLog } from '../../activity/activity.ts'
import { type Clock, instantText } from '../../db/clock.ts'
import { type Database, transaction } from '../../db/open.ts'
import { writeIfPossible } from '../../db/write-lock.ts'

/** An impersonation as the admin's session stores it, with its entry in the activity log. */
export interface Impersonation {
  person_id: number
  until: string
  activity_id: number
}

const MAX_DURATION = Temporal.Duration.from({ minutes: 30 })

/** Begins and ends impersonations, each with an entry in the activity log. */
export function createImpersonationLog(db: Database, clock: Clock, activity: ActivityLog) {
  const close = db.prepare(`
    UPDATE session SET data = json_remove(data, '$.impersonation')
     WHERE id_hash = :id_hash AND json_extract(data, '$.impersonation.activity_id') = :activity_id`)

  return {
    begin(by: number, person_id: number): Impersonation {
      const until = instantText(clock.now().add(MAX_DURATION))
      const what = { person_id: by, subject_id: person_id, detail: { until } }
      return { person_id, until, activity_id: transaction(db, () => activity.record('person.seen_as', what)) }
    },

    minutesLeft: ({ until }: Impersonation): number =>
      Math.max(0, Math.ceil(clock.now().until(until).total('minutes'))),

    /** Removes the impersonation from the stored session, and logs its end once, however many requests end it at a time. */
    end(by: number, { activity_id, person_id }: Impersonation, id_hash: string): void {
      writeIfPossible(db, () => {
        if (close.run({ id_hash, activity_id }).changes === 0) return
        activity.record('person.seen_as_over', { person_id: by, subject_id: person_id })
      })
    },
  }
}
