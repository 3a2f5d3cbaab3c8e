import type { ActivityLog } from '../activity/activity.ts'
import { type Clock, instantText, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import { newToken, tokenHash } from '../web/http/token.ts'
import type { People } from './people.ts'
import type { SiteRole } from './person.ts'
import { MAY_SIGN_IN } from './policy.ts'

const LIFETIME = Temporal.Duration.from({ hours: 1 })

/** The person whose password an open link changes. */
export interface ResetLink {
  name: string
  email: string
}

/** A person who asked for a reset link that an admin has to make. */
export interface ResetRequest {
  id: number
  name: string
  email: string
  handle: string
  role: SiteRole
  asked_at: string
}

/**
 * Password reset links, valid for an hour and one use: handed over by a site admin, then never for an admin's account, or
 * sent by email to the person who asked.
 */
export function createPasswordResets(
  db: Database,
  clock: Clock,
  { activity, people }: { activity: ActivityLog; people: People },
) {
  const insert = db.prepare(`
    INSERT INTO password_reset (token_hash, person_id, made_by, made_at, expires_at)
    SELECT :token_hash, id, :by, :now, :expires_at
      FROM person
     WHERE id = :person_id AND role <> 'admin' AND ${MAY_SIGN_IN}
       AND EXISTS (SELECT 1 FROM person WHERE id = :by AND role = 'admin')`)
  // sent to the person's own address, so admins may use it too: no other admin could help them
  const insertOwn = db.prepare(`
    INSERT INTO password_reset (token_hash, person_id, made_by, made_at, expires_at)
    SELECT :token_hash, id, id, :now, :expires_at FROM person WHERE id = :person_id AND ${MAY_SIGN_IN}`)
  // a link that an admin made does not work once its person has become an admin
  const open = `used_at IS NULL AND expires_at > :now
       AND (SELECT ${MAY_SIGN_IN} FROM person WHERE id = person_id)
       AND (made_by = person_id OR (SELECT role FROM person WHERE id = person_id) <> 'admin')`
  const find = db.prepare<{ token_hash: string; now: string }, ResetLink>(
    `SELECT name, email FROM password_reset JOIN person ON person.id = person_id WHERE token_hash = :token_hash AND ${open}`,
  )
  const useLink = db
    .prepare<{ token_hash: string; now: string }, number>(
      `UPDATE password_reset SET used_at = :now WHERE token_hash = :token_hash AND ${open} RETURNING person_id`,
    )
    .pluck()
  const request = db.prepare(`
    INSERT INTO reset_request (person_id, asked_at)
    SELECT id, :now FROM person WHERE email = :email
    ON CONFLICT (person_id) DO UPDATE SET asked_at = excluded.asked_at`)
  // an unknown address costs one write too, so that the response time does not tell whether it has an account
  const dummyWrite = db.prepare('UPDATE person SET role = role WHERE id = (SELECT min(id) FROM person)')
  const dropRequest = db.prepare('DELETE FROM reset_request WHERE person_id = ?')
  const requests = db.prepare<[], ResetRequest>(`
    SELECT person.id, name, email, handle, role, asked_at
      FROM reset_request CROSS JOIN person ON person.id = person_id AND ${MAY_SIGN_IN}
     ORDER BY asked_at DESC LIMIT 50`)

  return {
    /** @returns the link's token, of which only the hash is stored; null where this admin may not make one for this person */
    make(person_id: number, by: number): string | null {
      const token = newToken()
      const now = nowText(clock)
      const expires_at = instantText(clock.now().add(LIFETIME))
      return transaction(db, () => {
        if (insert.run({ token_hash: tokenHash(token), person_id, by, now, expires_at }).changes === 0) return null
        dropRequest.run(person_id)
        activity.record('reset_link.made', { person_id: by, subject_id: person_id })
        return token
      })
    },

    /** @returns the token of a link that must only be sent to the person's own address */
    makeForSelf(person_id: number): string | null {
      const token = newToken()
      const now = nowText(clock)
      const row = { token_hash: tokenHash(token), person_id, now, expires_at: instantText(clock.now().add(LIFETIME)) }
      return transaction(db, () => {
        if (insertOwn.run(row).changes === 0) return null
        activity.record('reset_link.made', { person_id, subject_id: person_id })
        return token
      })
    },

    /** The person of an open link; does not use the link up. */
    find: (token: string): ResetLink | null => find.get({ token_hash: tokenHash(token), now: nowText(clock) }) ?? null,

    /**
     * Uses a link: sets the password, ends every session and voids the person's other links.
     * @param password_hash from newPassword
     * @returns false where the link has been used or has expired
     */
    use(token: string, password_hash: string): boolean {
      return transaction(db, () => {
        const person_id = useLink.get({ token_hash: tokenHash(token), now: nowText(clock) })
        if (person_id === undefined) return false
        people.changePassword(person_id, password_hash, '')
        return true
      })
    },

    /** Stores that a person asked for a link; takes as long for an unknown address as for a known one. */
    ask(email: string): void {
      transaction(db, () => {
        if (request.run({ email, now: nowText(clock) }).changes === 0) dummyWrite.run()
      })
    },

    /** People who wait for a link, newest first. */
    requests: (): ResetRequest[] => requests.all(),
  }
}

export type PasswordResets = ReturnType<typeof createPasswordResets>
