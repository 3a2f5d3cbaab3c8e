import { type Clock, nowText } from '../db/clock.ts'
import type { Database } from '../db/open.ts'
import type { EnrolmentRole } from '../enrolments/enrolments.ts'
import type { DirectoryEntry } from './directory.ts'

/** What admins see of an account; nothing that the person wrote. */
export interface AccountDetails extends DirectoryEntry {
  created_at: string
  /** Number of sessions that have not expired. */
  sessions: number
  /** When the person asked for a password reset link; null where none is open. */
  asked_at: string | null
}

export interface AccountEnrolment {
  slug: string
  title: string
  role: EnrolmentRole
  joined_at: string
  seen_at: string
  left_at: string | null
}

/** What would be deleted with an account. */
export interface AccountContents {
  reflections: number
  comments: number
  awards: number
}

export function createAccountDetails(db: Database, clock: Clock) {
  const find = db.prepare<{ handle: string; now: string }, AccountDetails>(`
    SELECT person.id, name, email, handle, role, workplace, created_at, deactivated_at,
           (SELECT count(*) FROM session WHERE session.person_id = person.id AND expires_at > :now) AS sessions,
           (SELECT asked_at FROM reset_request WHERE reset_request.person_id = person.id) AS asked_at
      FROM person WHERE handle = :handle AND password_hash <> ''`)
  const enrolments = db.prepare<[number], AccountEnrolment>(`
    SELECT slug, title, role, joined_at, seen_at, left_at
      FROM enrolment JOIN cohort ON cohort.id = cohort_id WHERE person_id = ?
     ORDER BY left_at IS NOT NULL, joined_at DESC LIMIT 50`)
  const contents = db.prepare<{ id: number }, AccountContents>(`
    SELECT (SELECT count(*) FROM reflection WHERE person_id = :id AND audience <> 'me') AS reflections,
           (SELECT count(*) FROM comment WHERE person_id = :id AND deleted_at IS NULL) AS comments,
           (SELECT count(*) FROM award WHERE person_id = :id AND revoked_at IS NULL) AS awards`)

  return {
    /** An account by its handle, with what admins see of it. */
    find: (handle: string): AccountDetails | null => find.get({ handle, now: nowText(clock) }) ?? null,
    enrolmentsOf: (id: number): AccountEnrolment[] => enrolments.all(id),
    contentsOf: (id: number): AccountContents => contents.get({ id }) ?? { reflections: 0, comments: 0, awards: 0 },
  }
}
