import type { ActivityLog } from '../activity/activity.ts'
import { type Database, transaction } from '../db/open.ts'
import type { Person, SiteRole } from './person.ts'
import { MAY_SIGN_IN } from './policy.ts'

/**
 * Changes site roles. Admins do, never another admin's role; they may give up their own unless they are the last admin.
 * One conditional statement decides, so that of two admins who step down at the same moment one stays.
 */
export function createRoles(db: Database, activity: ActivityLog) {
  const change = db.prepare(`
    UPDATE person SET role = :role
     WHERE id = :id AND ${MAY_SIGN_IN}
       AND (role <> 'admin' OR (id = :by AND (SELECT count(*) FROM person WHERE role = 'admin') > 1))
       AND EXISTS (SELECT 1 FROM person WHERE id = :by AND role = 'admin')`)
  const endSessions = db.prepare('DELETE FROM session WHERE person_id = ?')

  /**
   * A changed role ends every session of the person.
   * @returns false where the change is not allowed
   */
  return function setRole(person: Person, role: SiteRole, by: number): boolean {
    if (person.role === role) return true
    return transaction(db, () => {
      if (change.run({ id: person.id, role, by }).changes === 0) return false
      endSessions.run(person.id)
      activity.record('person.role_changed', {
        person_id: by,
        subject_id: person.id,
        detail: { role, before: person.role },
      })
      return true
    })
  }
}
