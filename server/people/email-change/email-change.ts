import type { ActivityLog } from '../../activity/activity.ts'
import { type Clock, instantText, nowText } from '../../db/clock.ts'
import { type Database, transaction } from '../../db/open.ts'
import { newToken, tokenHash } from '../../web/http/token.ts'
import { MAY_ADMINISTER, MAY_SIGN_IN } from '../policy.ts'

const LIFETIME = Temporal.Duration.from({ hours: 24 })
/** Changes that a person may ask for in a day: each sends an email to an address that may be somebody else's. */
const MOST_A_DAY = 5

type Side = 'old' | 'new'

/** A change that waits for its links. */
export interface PendingEmailChange {
  id: number
  new_email: string
  expires_at: string
  old_confirmed: 0 | 1
  /** 1 where an admin asked for it: only the new address confirms. */
  by_admin: 0 | 1
}

/** What an open link leads to. */
export interface EmailChangeLink extends PendingEmailChange {
  side: Side
  person_id: number
  old_email: string
}

interface EmailChangeEmails {
  /** A link to each address. */
  ask: (change_id: number) => void
  /** The address has changed, to both addresses. */
  tell: (change_id: number) => void
}

type AskResult = 'asked' | 'too_many' | 'refused'
type ConfirmResult = 'waiting' | 'changed' | 'taken' | 'over'

/** SQL: the change may still come about: its asker may, and the person's account is open and has the address of then. */
const OPEN = `(
  ended_at IS NULL AND expires_at > :now
  AND EXISTS (
    SELECT 1 FROM person
     WHERE person.id = email_change.person_id AND person.email = old_email AND ${MAY_SIGN_IN}
       AND (asked_by = person.id
            OR (person.role <> 'admin' AND EXISTS (
                 SELECT 1 FROM person AS asking
                  WHERE asking.id = asked_by AND asking.role = 'admin' AND asking.deactivated_at IS NULL)))))`

const PENDING = `email_change.id, new_email, expires_at, old_confirmed_at IS NOT NULL AS old_confirmed,
  asked_by IS NOT person_id AS by_admin`

/**
 * Changes of the email address with which somebody signs in. The person asks with their password and confirms at both
 * addresses; an admin may ask for somebody who cannot read the old one any more, which then can only stop the change.
 * Links work once and for a day, are made when their email goes, and are stored as hashes.
 */
export function createEmailChanges(db: Database, clock: Clock, { activity }: { activity: ActivityLog }) {
  const askedLately = db
    .prepare<{ person_id: number; since: string }, number>(
      'SELECT count(*) FROM email_change WHERE person_id = :person_id AND asked_at > :since',
    )
    .pluck()
  const endOpen = db.prepare<{ person_id: number; now: string; outcome: string }>(
    'UPDATE email_change SET ended_at = :now, outcome = :outcome WHERE person_id = :person_id AND ended_at IS NULL',
  )
  const insert = db.prepare(`
    INSERT INTO email_change (person_id, old_email, new_email, asked_by, session_hash, asked_at, expires_at)
    SELECT id, email, :new_email, :by, :session_hash, :now, :expires_at FROM person
     WHERE id = :id AND ${MAY_SIGN_IN} AND (id = :by OR ${MAY_ADMINISTER})`)
  const pending = db.prepare<{ person_id: number; now: string }, PendingEmailChange>(
    `SELECT ${PENDING} FROM email_change WHERE person_id = :person_id AND ${OPEN}`,
  )
  const insertLink = db.prepare(`
    INSERT INTO email_change_link (token_hash, email_change_id, side)
    SELECT :token_hash, id, :side FROM email_change WHERE id = :id AND ${OPEN}`)
  const byLink = db.prepare<{ token_hash: string; now: string }, EmailChangeLink>(`
    SELECT ${PENDING}, side, person_id, old_email
      FROM email_change_link JOIN email_change ON email_change.id = email_change_id
     WHERE token_hash = :token_hash AND ${OPEN}
       AND CASE side WHEN 'old' THEN old_confirmed_at ELSE new_confirmed_at END IS NULL`)
  const confirmSide = {
    old: db.prepare('UPDATE email_change SET old_confirmed_at = :now WHERE id = :id'),
    new: db.prepare('UPDATE email_change SET new_confirmed_at = :now WHERE id = :id'),
  }
  const confirmed = db.prepare<[number], { id: number; person_id: number; new_email: string; session_hash: string }>(`
    SELECT id, person_id, new_email, coalesce(session_hash, '') AS session_hash FROM email_change
     WHERE id = ? AND new_confirmed_at IS NOT NULL AND (old_confirmed_at IS NOT NULL OR asked_by IS NOT person_id)`)
  const end = db.prepare(
    'UPDATE email_change SET ended_at = :now, outcome = :outcome WHERE id = :id AND ended_at IS NULL',
  )
  const find = db.prepare<
    [number],
    Pick<EmailChangeLink, 'person_id' | 'old_email' | 'new_email' | 'by_admin'> & { outcome: string | null }
  >(
    'SELECT person_id, old_email, new_email, asked_by IS NOT person_id AS by_admin, outcome FROM email_change WHERE id = ?',
  )
  const taken = db.prepare<[string], 1>('SELECT 1 FROM person WHERE email = ?').pluck()
  const setEmail = db.prepare('UPDATE person SET email = :new_email, email_changed_at = :now WHERE id = :id')
  const mayAdminister = db
    .prepare<{ id: number; by: number | null }, 1>(
      `SELECT 1 FROM person WHERE id = :id AND password_hash <> '' AND (:by IS NULL OR ${MAY_ADMINISTER})`,
    )
    .pluck()
  const emailOf = db.prepare<[number], string>('SELECT email FROM person WHERE id = ?').pluck()
  const afterwards = [
    'DELETE FROM session WHERE person_id = :id AND id_hash <> :keep',
    'UPDATE password_reset SET used_at = :now WHERE person_id = :id AND used_at IS NULL',
    'DELETE FROM reset_request WHERE person_id = :id',
    // their links are in the mailbox of before
    'DELETE FROM invitation WHERE email = :old_email AND used_at IS NULL',
  ].map((sql) => db.prepare(sql))

  let emails: EmailChangeEmails = { ask: () => {}, tell: () => {} }

  /** The address is free. Ends other sessions and voids what was sent to the old address. */
  function setAddress(id: number, new_email: string, keep: string): void {
    const now = nowText(clock)
    const old_email = emailOf.get(id) ?? ''
    setEmail.run({ id, new_email, now })
    for (const statement of afterwards) statement.run({ id, keep, now, old_email })
  }

  function finish(change_id: number): ConfirmResult {
    const change = confirmed.get(change_id)
    if (!change) return 'waiting'
    const { id, person_id, new_email, session_hash } = change
    const now = nowText(clock)
    if (taken.get(new_email)) {
      end.run({ id, now, outcome: 'taken' })
      return 'taken'
    }
    setAddress(person_id, new_email, session_hash)
    end.run({ id, now, outcome: 'changed' })
    activity.record('email.changed', { person_id, subject_id: person_id })
    emails.tell(id)
    return 'changed'
  }

  return {
    /** How the emails go, which need these changes themselves. */
    sendBy(all: EmailChangeEmails): void {
      emails = all
    },

    /**
     * Begins a change, in the place of one that waits. Whether the new address is free does not matter, and does not show.
     * @param by the person, or an admin who may administer the account
     * @param session_hash the session that stays signed in
     */
    ask(id: number, new_email: string, by: number, session_hash: string | null): AskResult {
      const now = clock.now()
      return transaction(db, () => {
        const since = instantText(now.subtract({ hours: 24 }))
        if (by === id && (askedLately.get({ person_id: id, since }) ?? 0) >= MOST_A_DAY) return 'too_many'
        endOpen.run({ person_id: id, now: instantText(now), outcome: 'replaced' })
        const times = { now: instantText(now), expires_at: instantText(now.add(LIFETIME)) }
        const made = insert.run({ id, new_email, by, session_hash, ...times })
        if (made.changes === 0) return 'refused'
        const kind = by === id ? 'email.change_asked' : 'person.email_change_asked'
        activity.record(kind, { person_id: by, subject_id: id })
        emails.ask(Number(made.lastInsertRowid))
        return 'asked'
      })
    },

    /** The change of a person that waits for its links. */
    pending: (person_id: number): PendingEmailChange | null => pending.get({ person_id, now: nowText(clock) }) ?? null,

    /** @returns the token of a link that is sent to this address only; null where the change is over */
    makeLink(id: number, side: Side): string | null {
      const token = newToken()
      const row = { id, side, token_hash: tokenHash(token), now: nowText(clock) }
      return insertLink.run(row).changes === 0 ? null : token
    },

    /** A change by its number, also one that is over. */
    find: (id: number) => find.get(id) ?? null,
    isTaken: (email: string): boolean => taken.get(email) === 1,

    /** The change of an open link; does not use the link up. */
    findByLink: (token: string): EmailChangeLink | null =>
      byLink.get({ token_hash: tokenHash(token), now: nowText(clock) }) ?? null,

    /** Confirms at one address. With the last one that is needed the address changes, unless somebody has it by now. */
    confirm(token: string): ConfirmResult {
      return transaction(db, () => {
        const now = nowText(clock)
        const link = byLink.get({ token_hash: tokenHash(token), now })
        if (!link || (link.side === 'old' && link.by_admin)) return 'over'
        confirmSide[link.side].run({ id: link.id, now })
        return finish(link.id)
      })
    },

    /** Stops a change by the link that the old address got. @returns false where it is over */
    stopByLink(token: string): boolean {
      return transaction(db, () => {
        const now = nowText(clock)
        const link = byLink.get({ token_hash: tokenHash(token), now })
        if (link?.side !== 'old') return false
        end.run({ id: link.id, now, outcome: 'stopped' })
        activity.record('person.email_change_stopped', { subject_id: link.person_id })
        return true
      })
    },

    /** Stops the change that waits: by the person or an admin. @returns false where none waits, or this admin may not */
    stop(person_id: number, by: number): boolean {
      return transaction(db, () => {
        if (by !== person_id && !mayAdminister.get({ id: person_id, by })) return false
        return endOpen.run({ person_id, now: nowText(clock), outcome: 'stopped' }).changes > 0
      })
    },

    /**
     * Changes an address at once: by an admin of a site without a mail server, where no link can be sent, or on the command
     * line.
     * @param by null on the command line
     */
    changeNow(id: number, new_email: string, by: number | null): 'changed' | 'taken' | 'refused' {
      return transaction(db, () => {
        if (!mayAdminister.get({ id, by })) return 'refused'
        if (taken.get(new_email)) return 'taken'
        endOpen.run({ person_id: id, now: nowText(clock), outcome: 'replaced' })
        setAddress(id, new_email, '')
        activity.record('person.email_changed', { person_id: by, subject_id: id })
        return 'changed'
      })
    },
  }
}

export type EmailChanges = ReturnType<typeof createEmailChanges>
