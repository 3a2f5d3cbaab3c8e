import type { ActivityLog } from '../activity/activity.ts'
import { type Database, transaction } from '../db/open.ts'
import type { People } from '../people/people.ts'
import { sameSecret } from '../web/http/token.ts'
import type { Settings } from './settings/settings.ts'

interface SetupDeps {
  settings: Settings
  people: People
  activity: ActivityLog
}

/** Creates the first admin of an installation by a link with a secret, which is void once there is an admin. */
export function createSetup(db: Database, { settings, people, activity }: SetupDeps) {
  const becomeFirst = db.prepare(`
    UPDATE person SET role = 'admin' WHERE id = ? AND NOT EXISTS (SELECT 1 FROM person WHERE role = 'admin')`)
  const become = db
    .prepare<[string], number>(
      "UPDATE person SET role = 'admin', deactivated_at = NULL WHERE email = ? AND role <> 'admin' AND password_hash <> '' RETURNING id",
    )
    .pluck()

  return {
    /** The secret of the setup link; null once there is an admin. */
    token(): string | null {
      if (!people.hasAdmin()) return settings.secret('setup_token')
      if (settings.get('setup_token') !== null) settings.remove('setup_token')
      return null
    },

    /** Whether this is the secret of the setup link, and there is no admin yet. */
    isSetupToken(token: string): boolean {
      const secret = settings.get('setup_token')
      return secret !== null && sameSecret(token, secret) && !people.hasAdmin()
    },

    /**
     * Creates the first admin; of two at the same time only one.
     * @param account with the password's stored form from newPassword
     * @returns the person's id, or null where there is an admin by now
     */
    makeFirstAdmin(account: { name: string; email: string; password_hash: string }): number | null {
      try {
        const first = transaction(db, () => {
          const id = people.create(account)
          if (becomeFirst.run(id).changes === 0) throw new TooLate()
          activity.record('site.set_up', { person_id: id, subject_id: id })
          return id
        })
        settings.remove('setup_token')
        return first
      } catch (error) {
        if (error instanceof TooLate) return null
        throw error
      }
    },

    /**
     * For the command line: gives an account the role of admin. @returns false where nothing changes
     */
    makeAdmin(email: string): boolean {
      return transaction(db, () => {
        const id = become.get(email)
        if (id === undefined) return false
        activity.record('person.role_changed', { subject_id: id, detail: { role: 'admin' } })
        return true
      })
    },
  }
}

/** Rolls the transaction back: somebody else was first. */
class TooLate extends Error {}
