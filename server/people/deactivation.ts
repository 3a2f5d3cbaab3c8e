import type { ActivityLog } from '../activity/activity.ts'
import { type Clock, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import { MAY_ADMINISTER, MAY_SIGN_IN } from './policy.ts'

/**
 * Deactivates accounts and activates them again: the person cannot sign in and gets no email, their data stays. Never an
 * admin's, so that one is always left; each act is one conditional statement, so that two admins cannot collide.
 */
export function createDeactivation(db: Database, clock: Clock, activity: ActivityLog) {
  const close = db.prepare(
    `UPDATE person SET deactivated_at = :now WHERE id = :id AND ${MAY_SIGN_IN} AND ${MAY_ADMINISTER}`,
  )
  const open = db.prepare(`
    UPDATE person SET deactivated_at = NULL
     WHERE id = :id AND password_hash <> '' AND deactivated_at IS NOT NULL AND ${MAY_ADMINISTER}`)
  const endSessions = db.prepare(
    `DELETE FROM session WHERE person_id = (SELECT id FROM person WHERE id = :id AND ${MAY_ADMINISTER})`,
  )
  const voidLinks = db.prepare('UPDATE password_reset SET used_at = :now WHERE person_id = :id AND used_at IS NULL')
  const dropRequest = db.prepare('DELETE FROM reset_request WHERE person_id = ?')

  return {
    /** @returns false where it is so already, or this admin may not */
    deactivate(id: number, by: number): boolean {
      return transaction(db, () => {
        const now = nowText(clock)
        if (close.run({ id, by, now }).changes === 0) return false
        endSessions.run({ id, by })
        voidLinks.run({ id, now })
        dropRequest.run(id)
        activity.record('person.deactivated', { person_id: by, subject_id: id })
        return true
      })
    },

    /** @returns false where it is so already, or this admin may not */
    activate(id: number, by: number): boolean {
      return transaction(db, () => {
        if (open.run({ id, by }).changes === 0) return false
        activity.record('person.activated', { person_id: by, subject_id: id })
        return true
      })
    },

    /** Ends all sessions of a person. @returns how many */
    endSessions(id: number, by: number): number {
      return transaction(db, () => {
        const sessions = endSessions.run({ id, by }).changes
        if (sessions > 0) activity.record('person.signed_out', { person_id: by, subject_id: id, detail: { sessions } })
        return sessions
      })
    },
  }
}
