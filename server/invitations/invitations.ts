import type { ActivityLog } from '../activity/activity.ts'
import type { WaitingList } from '../cohorts/waiting-list.ts'
import { type Clock, instantText, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import type { EnrolmentRole } from '../enrolments/enrolments.ts'
import { INVITATION_LIFETIME } from '../enrolments/policy.ts'
import { newToken, tokenHash } from '../web/http/token.ts'

/** An invitation that is still valid. */
export interface Invitation {
  id: number
  email: string
  role: EnrolmentRole
  expires_at: string
  /** Who it is for, as far as that was told. */
  name: string
  workplace: string | null
  /** Null where it is to the site alone. */
  cohort_id: number | null
  cohort_slug: string | null
}

export type OpenInvitation = Pick<Invitation, 'id' | 'email' | 'role' | 'expires_at' | 'name'> & { token_hash: string }

interface Invite {
  cohort_id: number
  role: EnrolmentRole
  by: number
}

export function createInvitations(
  db: Database,
  clock: Clock,
  { activity, waitingList }: { activity: ActivityLog; waitingList: Pick<WaitingList, 'joinInvited'> },
) {
  const insert = db.prepare(`
    INSERT INTO invitation (token_hash, cohort_id, email, role, made_by, made_at, expires_at)
    VALUES (:token_hash, :cohort_id, :email, :role, :by, :now, :expires_at)`)
  const dropEarlier = db.prepare(`
    DELETE FROM invitation WHERE cohort_id = ? AND used_at IS NULL AND email IN (SELECT value FROM json_each(?))`)
  const find = db.prepare<{ token_hash: string; now: string }, Invitation>(`
    SELECT invitation.id, email, role, expires_at, name, workplace, cohort_id, cohort.slug AS cohort_slug
      FROM invitation LEFT JOIN cohort ON cohort.id = cohort_id
     WHERE invitation.id = coalesce((SELECT id FROM invitation WHERE token_hash = :token_hash),
                                    (SELECT invitation_id FROM invitation_link WHERE token_hash = :token_hash))
       AND used_at IS NULL AND expires_at > :now AND (closed_at IS NULL OR closed_at > :now)`)
  const addLink = db.prepare(`
    INSERT INTO invitation_link (token_hash, invitation_id)
    SELECT :link_hash, id FROM invitation WHERE token_hash = :token_hash AND used_at IS NULL AND expires_at > :now`)
  const take = db.prepare<
    [string, number, string],
    { email: string; role: EnrolmentRole; cohort_id: number | null; pod_id: number | null }
  >(`
    UPDATE invitation SET used_at = ? WHERE id = ? AND used_at IS NULL AND expires_at > ? RETURNING email, role, cohort_id, pod_id`)
  const takenBy = db.prepare('UPDATE invitation SET used_by = ? WHERE id = ?')
  const open = db.prepare<object, OpenInvitation>(`
    SELECT id, email, role, expires_at, name, token_hash FROM invitation
     WHERE cohort_id = :cohort_id AND used_at IS NULL AND expires_at > :now
       AND (:before IS NULL OR (made_at, id) < (SELECT made_at, id FROM invitation WHERE id = :before))
     ORDER BY made_at DESC, id DESC LIMIT :limit`)
  const stillOpen = db.prepare<object, OpenInvitation>(`
    SELECT id, email, role, expires_at, name, token_hash FROM invitation
     WHERE token_hash IN (SELECT value FROM json_each(:hashes))
       AND cohort_id = :cohort_id AND used_at IS NULL AND expires_at > :now`)
  const openById = db.prepare<object, OpenInvitation>(`
    SELECT id, email, role, expires_at, name, token_hash FROM invitation
     WHERE id = :id AND cohort_id = :cohort_id AND used_at IS NULL AND expires_at > :now`)
  const drop = db.prepare('DELETE FROM invitation WHERE id = ? AND cohort_id = ? AND used_at IS NULL')

  /**
   * Invites addresses, each for seven days; an earlier invitation of the same address is void.
   * @returns their tokens in the same order, once
   */
  function makeMany({ emails, ...invite }: Invite & { emails: string[] }): string[] {
    const now = clock.now()
    const facts = { ...invite, now: instantText(now), expires_at: instantText(now.add(INVITATION_LIFETIME)) }
    const { by, cohort_id, role } = invite
    return transaction(db, () => {
      dropEarlier.run(cohort_id, JSON.stringify(emails))
      return emails.map((email) => {
        const token = newToken()
        insert.run({ ...facts, email, token_hash: tokenHash(token) })
        activity.record('invitation.made', { person_id: by, cohort_id, detail: { role } })
        return token
      })
    })
  }

  return {
    /** Invites an address. @returns the token, once */
    make: ({ email, ...facts }: Invite & { email: string }): string => makeMany({ ...facts, emails: [email] })[0] ?? '',

    makeMany,

    /** Looking does not use it up; null for one that is unknown, used or too old. */
    find: (token: string): Invitation | null => find.get({ token_hash: tokenHash(token), now: nowText(clock) }) ?? null,

    /** Adds a link to a valid invitation, for an email. @returns its token; null when the invitation is not valid */
    addLink(token_hash: string): string | null {
      const token = newToken()
      const row = { token_hash, link_hash: tokenHash(token), now: nowText(clock) }
      return transaction(db, () => addLink.run(row).changes) > 0 ? token : null
    },

    /**
     * Uses an invitation and enrols with its role, or adds to the waiting list of a full cohort; of two at the
     * same time one succeeds.
     * @param personOf finds or makes the account of the address, in the same transaction
     * @returns the person's id, or null where the invitation is used or too old by now
     */
    accept(id: number, personOf: (email: string) => number): number | null {
      return transaction(db, () => {
        const now = nowText(clock)
        const taken = take.get(now, id, now)
        if (!taken) return null
        const { email, role, cohort_id, pod_id } = taken
        const person_id = personOf(email)
        takenBy.run(person_id, id)
        if (cohort_id !== null) waitingList.joinInvited({ cohort_id, person_id, role, pod_id })
        return person_id
      })
    },

    /** The unused invitations of a cohort, newest first. @param before the last one of the page before */
    listOpen: (
      cohort_id: number,
      { before = null, limit = 50 }: { before?: number | null; limit?: number } = {},
    ): OpenInvitation[] => open.all({ cohort_id, before, limit, now: nowText(clock) }),

    /** An unused invitation of a cohort; null where there is none. */
    findOpen: (cohort_id: number, id: number): OpenInvitation | null =>
      openById.get({ cohort_id, id, now: nowText(clock) }) ?? null,

    /** The invitations behind tokens, where they still open the cohort's door. */
    findByTokens(cohort_id: number, tokens: string[]): Map<string, OpenInvitation> {
      const byHash = new Map(tokens.map((token) => [tokenHash(token), token]))
      const rows = stillOpen.all({ cohort_id, hashes: JSON.stringify([...byHash.keys()]), now: nowText(clock) })
      return new Map(rows.map((invitation) => [byHash.get(invitation.token_hash) ?? '', invitation]))
    },

    /** Deletes an unused invitation. */
    withdraw(cohort_id: number, id: number): void {
      drop.run(id, cohort_id)
    },
  }
}

export type Invitations = ReturnType<typeof createInvitations>
