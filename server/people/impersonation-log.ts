import { AsyncLocalStorage } from 'node:async_hooks'
import type { ActivityLog } from '../activity/activity.ts'
import { type Clock, instantText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import { writeIfPossible } from '../db/write-lock.ts'

/** Is this request an admin's who looks through somebody else's eyes? Known to SQL, so that no reader can forget it. */
const impersonated = new AsyncLocalStorage<true>()

/** Does `work`, and whatever it starts, with less to read: no drafts, nothing for `me`, nothing for `guides`. */
export function runImpersonated(work: () => void): void {
  impersonated.run(true, work)
}

/** From here on SQL knows `is_impersonated()`: 1 while an admin looks through somebody else's eyes. */
export function registerImpersonationFunction(db: Database): void {
  db.function('is_impersonated', () => (impersonated.getStore() ? 1 : 0))
}

/** Somebody whom an admin sees the site as, until when, and the entry of the log that says so. */
export interface Impersonation {
  person_id: number
  until: string
  activity_id: number
}

const LASTS = Temporal.Duration.from({ minutes: 30 })

/** Looking through somebody else's eyes is in the log at both ends. */
export function createImpersonationLog(db: Database, clock: Clock, activity: ActivityLog) {
  const close = db.prepare(`
    UPDATE session SET data = json_remove(data, '$.impersonation')
     WHERE id_hash = :id_hash AND json_extract(data, '$.impersonation.activity_id') = :activity_id`)

  return {
    begin(by: number, person_id: number): Impersonation {
      const until = instantText(clock.now().add(LASTS))
      const what = { person_id: by, subject_id: person_id, detail: { until } }
      return { person_id, until, activity_id: transaction(db, () => activity.record('person.seen_as', what)) }
    },

    minutesLeft: ({ until }: Impersonation): number =>
      Math.max(0, Math.ceil(clock.now().until(until).total('minutes'))),

    /** Takes it out of the session, and says so once, however many pages are asked for at that moment. */
    end(by: number, { activity_id, person_id }: Impersonation, id_hash: string): void {
      writeIfPossible(db, () => {
        if (close.run({ id_hash, activity_id }).changes === 0) return
        activity.record('person.seen_as_over', { person_id: by, subject_id: person_id })
      })
    },
  }
}
