import type { ActivityLog } from '../activity/activity.ts'
import { type Clock, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import type { Device } from '../web/text/user-agent.ts'

/** A browser in which a person is signed in, as this person sees it. */
export interface SignedInDevice extends Device {
  /** The hash of the session's token: names the session, and opens nothing. */
  id: string
  created_at: string
  touched_at: string
  /** 1 on a computer that others use. */
  shared: 0 | 1
  /** 1 for the device that asks. */
  here: 0 | 1
}

interface Asking {
  person_id: number
  /** Hash of the session that asks, which is never ended here. */
  keep: string
}

/** The sessions of one's own account, and how to end them. */
export function createDevices(db: Database, clock: Clock, activity: ActivityLog) {
  const list = db.prepare<Asking & { now: string }, SignedInDevice>(`
    SELECT id_hash AS id, browser, system, created_at, touched_at, id_hash = :keep AS here,
           coalesce(json_extract(data, '$.shared'), 0) AS shared
      FROM session WHERE person_id = :person_id AND expires_at > :now
     ORDER BY here DESC, touched_at DESC LIMIT 100`)
  const end = db.prepare<Asking & { id: string | null }>(`
    DELETE FROM session WHERE person_id = :person_id AND id_hash <> :keep AND (:id IS NULL OR id_hash = :id)`)

  return {
    /** The device that asks comes first, then the one used last. */
    list: (asking: Asking): SignedInDevice[] => list.all({ ...asking, now: nowText(clock) }),

    /**
     * Signs out one other device of the person, or all others.
     * @returns how many were signed in
     */
    signOut(asking: Asking, id: string | null): number {
      return transaction(db, () => {
        const sessions = end.run({ ...asking, id }).changes
        const { person_id } = asking
        if (sessions > 0)
          activity.record('device.signed_out', { person_id, subject_id: person_id, detail: { sessions } })
        return sessions
      })
    },
  }
}
