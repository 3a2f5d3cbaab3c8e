import type { ActivityLog } from '../activity/activity.ts'
import { type Clock, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import { NEW_TO_PERSON } from '../notifications/policy.ts'
import { createDeactivation } from './deactivation.ts'
import { createDeleteAccount } from './delete-account.ts'
import { createDirectory } from './directory.ts'
import { handleFrom, randomHandle } from './handle.ts'
import { type Weakness, weaknessOf } from './password-rules.ts'
import { hashPassword } from './passwords.ts'
import type { Person, Settings, SiteRole } from './person.ts'
import { MAY_SIGN_IN } from './policy.ts'
import { createRoles } from './roles.ts'
import { sortNames } from './sort-names.ts'

declare global {
  namespace Express {
    /** Who is signed in, with the cohort visited last, for the navigation. */
    interface User extends Person {
      last_cohort: { slug: string; title: string; time_zone: string; calm: 0 | 1 } | null
      /** Number of unread notifications. */
      news: number
    }
  }
}

/** A new password: its stored form, or why it is refused. */
type NewPassword =
  | { ok: true; password_hash: string }
  | { ok: false; problem: { key: `problems.password.${Weakness}` } }

type AccountRow = Person & {
  news: number
  slug: string | null
  title: string
  time_zone: string
  cohort_calm: 0 | 1
}

function fromRow({ slug, title, time_zone, cohort_calm, ...person }: AccountRow): Express.User {
  return { ...person, last_cohort: slug === null ? null : { slug, title, time_zone, calm: cohort_calm } }
}

const COLUMNS = 'id, email, name, handle, role, workplace, scheme, language, calm'

interface PeopleDeps {
  activity: ActivityLog
  siteName: () => string
}

export function createPeople(db: Database, clock: Clock, { activity, siteName }: PeopleDeps) {
  // Triggers copy sort names to enrolments: enrolment_copies_sort_name, person_changes_sort_name.
  // a deleted account has no password
  const ACCOUNT = `person.id, email, name, handle, person.role, workplace, scheme, person.language, person.calm,
      cohort.slug, cohort.title, cohort.time_zone, cohort.calm AS cohort_calm,
      ${NEW_TO_PERSON} AS news`
  const LAST_COHORT = `
      LEFT JOIN cohort ON cohort.id = (
        SELECT cohort_id FROM enrolment WHERE person_id = person.id AND left_at IS NULL ORDER BY seen_at DESC LIMIT 1)`
  const signedIn = db.prepare<[number], AccountRow>(`
    SELECT ${ACCOUNT} FROM person ${LAST_COHORT} WHERE person.id = ? AND ${MAY_SIGN_IN}`)
  const inSession = db.prepare<[string, string], (AccountRow | { id: null }) & { data: string; touched_at: string }>(`
    SELECT session.data, session.touched_at, ${ACCOUNT}
      FROM session
      LEFT JOIN person ON person.id = session.person_id AND ${MAY_SIGN_IN} ${LAST_COHORT}
     WHERE session.id_hash = ? AND session.expires_at > ?`)
  const personOfSession = db
    .prepare<[string], number>('SELECT person_id FROM session WHERE id_hash = ? AND person_id IS NOT NULL')
    .pluck()
  const roleNow = db
    .prepare<object, SiteRole>(`
      SELECT role FROM person
       WHERE id = :id AND ${MAY_SIGN_IN}
         AND (:id_hash IS NULL
              OR EXISTS (SELECT 1 FROM session WHERE id_hash = :id_hash AND person_id = person.id AND expires_at > :now))`)
    .pluck()
  const withPassword = db.prepare<[string], { id: number; password_hash: string }>(
    'SELECT id, password_hash FROM person WHERE email = ?',
  )
  const byId = db.prepare<[number], Person>(`SELECT ${COLUMNS} FROM person WHERE id = ?`)
  const byHandle = db.prepare<[string], Person>(`SELECT ${COLUMNS} FROM person WHERE handle = ?`)
  const accountByHandle = db.prepare<[string], Person>(
    `SELECT ${COLUMNS} FROM person WHERE handle = ? AND password_hash <> ''`,
  )
  const byFormerHandle = db.prepare<[string], Person>(
    `SELECT ${COLUMNS} FROM person WHERE id = (SELECT person_id FROM former_handle WHERE handle = ?)`,
  )
  const handleTaken = db
    .prepare<[string, string], 1>(
      'SELECT 1 FROM person WHERE handle = ? UNION ALL SELECT 1 FROM former_handle WHERE handle = ?',
    )
    .pluck()
  const insert = db.prepare(`
    INSERT INTO person (email, name, sort_name, handle, password_hash, role, workplace, sort_workplace, created_at)
    VALUES (:email, :name, :sort_name, :handle, :password_hash, :role, :workplace, :sort_workplace, :now)`)
  const anyAdmin = db.prepare<[], number>("SELECT EXISTS (SELECT 1 FROM person WHERE role = 'admin')").pluck()
  const setPassword = db.prepare('UPDATE person SET password_hash = ? WHERE id = ?')
  const endSessions = db.prepare('DELETE FROM session WHERE person_id = ? AND id_hash <> ?')
  const voidResetLinks = db.prepare('UPDATE password_reset SET used_at = ? WHERE person_id = ? AND used_at IS NULL')
  const voidEmailChange = db.prepare(
    "UPDATE email_change SET ended_at = ?, outcome = 'stopped' WHERE person_id = ? AND ended_at IS NULL",
  )
  const dropRequest = db.prepare('DELETE FROM reset_request WHERE person_id = ?')
  const takenByOthers = db
    .prepare<{ handle: string; id: number }, 1>(`
      SELECT 1 FROM person WHERE handle = :handle AND id <> :id
      UNION ALL SELECT 1 FROM former_handle WHERE handle = :handle AND person_id <> :id`)
    .pluck()
  const keepFormer = db.prepare(
    'INSERT INTO former_handle (handle, person_id) SELECT handle, id FROM person WHERE id = ?',
  )
  const dropFormer = db.prepare('DELETE FROM former_handle WHERE handle = ?')
  const saveSettings = db.prepare(
    `UPDATE person SET name = :name, sort_name = :sort_name, workplace = :workplace, sort_workplace = :sort_workplace,
                       handle = :handle, scheme = :scheme, language = :language,
                       calm = :calm
      WHERE id = :id`,
  )
  const workplaces = db
    .prepare<[], string>(
      'SELECT workplace FROM person WHERE workplace IS NOT NULL GROUP BY workplace ORDER BY count(*) DESC LIMIT 50',
    )
    .pluck()

  function freeHandle(name: string): string {
    const wanted = handleFrom(name)
    for (let number = 1; ; number++) {
      const handle = wanted && number < 100 ? wanted + (number === 1 ? '' : `-${number}`) : randomHandle()
      if (!handleTaken.get(handle, handle)) return handle
    }
  }

  return {
    findSignedIn(id: number): Express.User | null {
      const row = signedIn.get(id)
      return row ? fromRow(row) : null
    },
    /** A session that has not expired at the instant `now`, with its person; a guest's has none. */
    inSession(id_hash: string, now: string) {
      const row = inSession.get(id_hash, now)
      if (!row) return null
      const { data, touched_at, ...account } = row
      return { id_hash, data, touched_at, person: account.id === null ? null : fromRow(account) }
    },
    /** The person of a session that may have expired; null where it was deleted, and for a guest's. */
    personOfSession: (id_hash: string): number | null => personOfSession.get(id_hash) ?? null,
    /** The role of a person who may sign in and whose session, where one is given, has not expired; else null. */
    roleNow: (who: { id: number; id_hash: string | null; now: string }): SiteRole | null => roleNow.get(who) ?? null,
    /**
     * Checks and hashes a new password; the only source of a stored password. Call it before a transaction: hashing
     * takes some 50 ms. Passwords that were set before a rule was added stay valid.
     */
    async newPassword(password: string, { name, email }: { name: string; email: string }): Promise<NewPassword> {
      const weakness = weaknessOf(password, { name, email, site_name: siteName() })
      if (weakness) return { ok: false, problem: { key: `problems.password.${weakness}` } }
      return { ok: true, password_hash: await hashPassword(password) }
    },
    credentials: (email: string) => withPassword.get(email) ?? null,
    find: (id: number) => byId.get(id) ?? null,
    findByHandle: (handle: string) => byHandle.get(handle) ?? null,
    /** As findByHandle, without deleted accounts whose posts stayed. */
    findAccount: (handle: string) => accountByHandle.get(handle) ?? null,
    /** The person who had this handle before. */
    findByFormerHandle: (handle: string) => byFormerHandle.get(handle) ?? null,
    hasAdmin: () => anyAdmin.get() === 1,
    /** The 50 most frequent workplaces, as suggestions. */
    workplaces: () => workplaces.all(),

    /**
     * Creates an account with a free handle.
     * @param password_hash from newPassword
     * @throws SqliteError (UNIQUE) where the email address has an account
     */
    create(facts: {
      email: string
      name: string
      password_hash: string
      role?: SiteRole
      workplace?: string | null
    }): number {
      return transaction(db, () => {
        const { email, name, password_hash, role = 'member', workplace = null } = facts
        const handle = freeHandle(name)
        return Number(
          insert.run({
            ...{ email, name, handle, password_hash, role, workplace, now: nowText(clock) },
            ...sortNames({ name, workplace }),
          }).lastInsertRowid,
        )
      })
    },

    /**
     * Sets a password, ends every other session and voids open reset links and an email change that waits.
     * @param keep hash of the session that stays; '' for none
     */
    changePassword(id: number, password_hash: string, keep: string): void {
      transaction(db, () => {
        setPassword.run(password_hash, id)
        endSessions.run(id, keep)
        voidResetLinks.run(nowText(clock), id)
        voidEmailChange.run(nowText(clock), id)
        dropRequest.run(id)
        activity.record('password.changed', { person_id: id, subject_id: id })
      })
    },

    /**
     * Saves a person's settings. A changed handle leaves the old one as an address that redirects.
     * @returns false, without a change, where another person has or had the handle
     */
    saveSettings(person: Person, settings: Settings): boolean {
      return transaction(db, () => {
        const { id } = person
        const { handle } = settings
        if (takenByOthers.get({ handle, id })) return false
        if (handle !== person.handle) {
          dropFormer.run(handle)
          keepFormer.run(id)
        }
        saveSettings.run({ ...settings, ...sortNames(settings), id })
        return true
      })
    },

    ...createDirectory(db, clock),
    setRole: createRoles(db, activity),
    deleteAccount: createDeleteAccount(db, clock, activity),
    ...createDeactivation(db, clock, activity),
  }
}

export type People = ReturnType<typeof createPeople>
