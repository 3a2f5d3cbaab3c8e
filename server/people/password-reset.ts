import type { ActivityLog } from '../activity/activity.ts'
import { type Clock, instantText, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import { newToken, tokenHash } from '../web/http/token.ts'
import type { People } from './people.ts'
import type { SiteRole } from './person.ts'
import { MAY_SIGN_IN } from './policy.ts'

const GOOD_FOR = Temporal.Duration.from({ hours: 1 })

/** Whose password an open link changes. */
export interface ResetLink {
  name: string
  email: string
}

/** Somebody who cannot get in and asked for a link. */
export interface ResetRequest {
  id: number
  name: string
  email: string
  handle: string
  role: SiteRole
  asked_at: string
}

/**
 * Links to a new password, good for an hour and for one use: handed over by site admins, then never for an admin, or
 * sent to whoever asked for it herself.
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
  // asked for by herself: whoever reads her mail may set her password, an admin's too, as nobody else could help her
  const insertOwn = db.prepare(`
    INSERT INTO password_reset (token_hash, person_id, made_by, made_at, expires_at)
    SELECT :token_hash, id, id, :now, :expires_at FROM person WHERE id = :person_id AND ${MAY_SIGN_IN}`)
  // somebody who became an admin meanwhile is not reached by an old link that another admin made
  const open = `used_at IS NULL AND expires_at > :now
       AND (SELECT ${MAY_SIGN_IN} FROM person WHERE id = person_id)
       AND (made_by = person_id OR (SELECT role FROM person WHERE id = person_id) <> 'admin')`
  const find = db.prepare<{ token_hash: string; now: string }, ResetLink>(
    `SELECT name, email FROM password_reset JOIN person ON person.id = person_id WHERE token_hash = :token_hash AND ${open}`,
  )
  const take = db
    .prepare<{ token_hash: string; now: string }, number>(
      `UPDATE password_reset SET used_at = :now WHERE token_hash = :token_hash AND ${open} RETURNING person_id`,
    )
    .pluck()
  const request = db.prepare(`
    INSERT INTO reset_request (person_id, asked_at)
    SELECT id, :now FROM person WHERE email = :email
    ON CONFLICT (person_id) DO UPDATE SET asked_at = excluded.asked_at`)
  // an address nobody has costs one write too, so that the time it takes tells nothing
  const sameEffort = db.prepare('UPDATE person SET role = role WHERE id = (SELECT min(id) FROM person)')
  const dropRequest = db.prepare('DELETE FROM reset_request WHERE person_id = ?')
  const requests = db.prepare<[], ResetRequest>(`
    SELECT person.id, name, email, handle, role, asked_at
      FROM reset_request CROSS JOIN person ON person.id = person_id AND ${MAY_SIGN_IN}
     ORDER BY asked_at DESC LIMIT 50`)

  return {
    /** @returns the link's token, which is kept nowhere; null where this admin may not make one for this person */
    make(person_id: number, by: number): string | null {
      const token = newToken()
      const now = nowText(clock)
      const expires_at = instantText(clock.now().add(GOOD_FOR))
      return transaction(db, () => {
        if (insert.run({ token_hash: tokenHash(token), person_id, by, now, expires_at }).changes === 0) return null
        dropRequest.run(person_id)
        activity.record('reset_link.made', { person_id: by, subject_id: person_id })
        return token
      })
    },

    /** @returns a link's token for a person who asked for it herself, to be sent to her address and nowhere else */
    makeForOneself(person_id: number): string | null {
      const token = newToken()
      const now = nowText(clock)
      const row = { token_hash: tokenHash(token), person_id, now, expires_at: instantText(clock.now().add(GOOD_FOR)) }
      return transaction(db, () => {
        if (insertOwn.run(row).changes === 0) return null
        activity.record('reset_link.made', { person_id, subject_id: person_id })
        return token
      })
    },

    /** Looks at a link without using it. */
    find: (token: string): ResetLink | null => find.get({ token_hash: tokenHash(token), now: nowText(clock) }) ?? null,

    /**
     * Uses a link up: the new password is set, every session ends, other open links of the person are worthless.
     * @param password_hash from newPassword
     * @returns false where the link was used or is too old
     */
    use(token: string, password_hash: string): boolean {
      return transaction(db, () => {
        const person_id = take.get({ token_hash: tokenHash(token), now: nowText(clock) })
        if (person_id === undefined) return false
        people.changePassword(person_id, password_hash, '')
        return true
      })
    },

    /** Notes that somebody asked for a link; the same from outside whether or not the address is known. */
    ask(email: string): void {
      transaction(db, () => {
        if (request.run({ email, now: nowText(clock) }).changes === 0) sameEffort.run()
      })
    },

    /** Who waits for a link, the newest first. */
    requests: (): ResetRequest[] => requests.all(),
  }
}

export type PasswordResets = ReturnType<typeof createPasswordResets>
