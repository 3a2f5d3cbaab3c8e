import { createHash, randomBytes } from 'node:crypto'
import type { ActivityLog } from '../activity/activity.ts'
import { type Clock, instantText, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import type { Cohorts } from './cohorts.ts'
import type { EnrolmentRole } from './enrolments.ts'

const LASTS = Temporal.Duration.from({ hours: 24 * 7 })

/** An invitation that still opens its door. */
export interface Invitation {
  id: number
  email: string
  role: EnrolmentRole
  expires_at: string
  cohort_id: number
  cohort_slug: string
}

/** The database knows only a hash of the token, so that a copy of it lets nobody in. */
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

export function createInvitations(
  db: Database,
  clock: Clock,
  { activity, cohorts }: { activity: ActivityLog; cohorts: Cohorts },
) {
  const insert = db.prepare(`
    INSERT INTO invitation (token_hash, cohort_id, email, role, made_by, made_at, expires_at)
    VALUES (:token_hash, :cohort_id, :email, :role, :by, :now, :expires_at)`)
  const dropEarlier = db.prepare('DELETE FROM invitation WHERE cohort_id = ? AND email = ? AND used_at IS NULL')
  const find = db.prepare<[string, string], Invitation>(`
    SELECT invitation.id, email, role, expires_at, cohort_id, cohort.slug AS cohort_slug
      FROM invitation JOIN cohort ON cohort.id = cohort_id
     WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?`)
  const take = db.prepare<[string, number, string], { email: string; role: EnrolmentRole; cohort_id: number }>(`
    UPDATE invitation SET used_at = ? WHERE id = ? AND used_at IS NULL AND expires_at > ? RETURNING email, role, cohort_id`)
  const takenBy = db.prepare('UPDATE invitation SET used_by = ? WHERE id = ?')
  const open = db.prepare<[number, string], Pick<Invitation, 'id' | 'email' | 'role' | 'expires_at'>>(`
    SELECT id, email, role, expires_at FROM invitation
     WHERE cohort_id = ? AND used_at IS NULL AND expires_at > ? ORDER BY made_at DESC LIMIT 200`)
  const drop = db.prepare('DELETE FROM invitation WHERE id = ? AND cohort_id = ? AND used_at IS NULL')

  return {
    /** Invites an address, for seven days; an earlier invitation of the same address is void. @returns the token, once */
    make(facts: { cohort_id: number; email: string; role: EnrolmentRole; by: number }): string {
      const token = randomBytes(24).toString('base64url')
      const now = clock.now()
      const times = { now: instantText(now), expires_at: instantText(now.add(LASTS)) }
      transaction(db, () => {
        dropEarlier.run(facts.cohort_id, facts.email)
        insert.run({ ...facts, ...times, token_hash: hashOf(token) })
        const { by, cohort_id, role } = facts
        activity.record('invitation.made', { person_id: by, cohort_id, detail: { role } })
      })
      return token
    },

    /** Looking does not use it up; null for one that is unknown, used or too old. */
    find: (token: string): Invitation | null => find.get(hashOf(token), nowText(clock)) ?? null,

    /**
     * Uses an invitation up and enrols with the part it is for; of two at the same time one succeeds.
     * @param personOf finds or makes the account of the address, in the same transaction
     * @returns the person's id, or null where the invitation is used or too old by now
     */
    accept(id: number, personOf: (email: string) => number): number | null {
      return transaction(db, () => {
        const now = nowText(clock)
        const taken = take.get(now, id, now)
        if (!taken) return null
        const { email, role, cohort_id } = taken
        const person_id = personOf(email)
        takenBy.run(person_id, id)
        cohorts.enrol({ cohort_id, person_id, role })
        return person_id
      })
    },

    open: (cohort_id: number) => open.all(cohort_id, nowText(clock)),

    /** Takes an invitation back that nobody has used. */
    withdraw(cohort_id: number, id: number): void {
      drop.run(id, cohort_id)
    },
  }
}
