import { type Clock, nowText } from '../db/clock.ts'
import type { Database } from '../db/open.ts'
import { type ActivityKind, logCategoryOf } from './categories.ts'

export interface Activity {
  id: number
  kind: ActivityKind
  /** Who did it. */
  person_id: number | null
  cohort_id: number | null
  /** The id of its object (a reflection, a comment, a person), depending on the kind. */
  subject_id: number | null
  /** Further facts; never a text that somebody wrote, a password or a token. */
  detail: Record<string, string | number | null>
  happened_at: string
}

type Subscriber = (activity: Activity) => void

/** Records activities within the caller's transaction, in which the subscribers run too. */
export function createActivity(db: Database, clock: Clock) {
  let subscribers: readonly Subscriber[] = []
  // Triggers keep the log append only: activity_is_new, activity_is_kept, activity_stays.
  const insert = db.prepare(`
    INSERT INTO activity (kind, person_id, cohort_id, subject_id, detail, happened_at, logged)
    VALUES (:kind, :person_id, :cohort_id, :subject_id, :detail, :happened_at, :logged)`)

  return {
    /** @returns the activity's id, to which awards refer */
    record(
      kind: ActivityKind,
      facts: {
        person_id?: number | null
        cohort_id?: number | null
        subject_id?: number | null
        detail?: Activity['detail']
      },
    ): number {
      const { person_id = null, cohort_id = null, subject_id = null, detail = {} } = facts
      const happened_at = nowText(clock)
      const row = { kind, person_id, cohort_id, subject_id, happened_at }
      const id = Number(
        insert.run({ ...row, detail: JSON.stringify(detail), logged: logCategoryOf(kind) }).lastInsertRowid,
      )
      for (const tell of subscribers) tell({ ...row, id, detail })
      return id
    },

    /** @param all in the order they run */
    subscribe(all: readonly Subscriber[]): void {
      subscribers = all
    },
  }
}

export type ActivityLog = ReturnType<typeof createActivity>
