import { randomUUID } from 'node:crypto'
import type { ActivityLog } from '../activity/activity.ts'
import { type Clock, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import { MAY_ADMINISTER } from './policy.ts'

/** What becomes of the posts of somebody who leaves: they stay under the name, or go. */
type Posts = 'stay' | 'go'

/** What is about a person and no post of hers: nobody is left to read it. */
const PRIVATE_TABLES = [
  'feed_look',
  'following',
  'mention',
  'mention_hour',
  'no_letters',
  'notice',
  'reading',
  'waiting',
  'dismissal',
  'no_announcement_letters',
  'saved_answer',
  'unfollowed',
]

/** SQL: may this person be let go? By herself, where she is not the last admin; by an admin, where she is none. */
const MAY_GO = `CASE WHEN :by IS NULL
  THEN role <> 'admin' OR (SELECT count(*) FROM person WHERE role = 'admin') > 1
  ELSE ${MAY_ADMINISTER} END`

/**
 * Leaving for good. With `go` the person's row is deleted and everything hangs on it: posts, the answers under them,
 * comments (where others answered one, an empty place stays), awards. With `stay` the row keeps name and handle for
 * the posts' sake and loses what made it an account: address (an unguessable word without @ instead), password (empty:
 * fits nothing), role, workplace, sessions, notices, the way to her blog. Drafts and what only the author could read go
 * in either case, since nobody is left to read them.
 */
export function createDeleteAccount(db: Database, clock: Clock, activity: ActivityLog) {
  const erase = db.prepare(`DELETE FROM person WHERE id = :id AND ${MAY_GO}`)
  const keepPlaces = db.prepare(`
    UPDATE comment SET person_id = NULL, body = '', html = '', edited_at = NULL, deleted_at = :now
     WHERE person_id = :id
       AND EXISTS (SELECT 1 FROM comment AS other WHERE other.parent_id = comment.id AND other.person_id <> :id)
       AND EXISTS (SELECT 1 FROM person WHERE id = :id AND ${MAY_GO})`)
  const close = db.prepare(`
    UPDATE person SET email = :nowhere, password_hash = '', role = 'member', workplace = NULL, sort_workplace = NULL,
           scheme = 'system', language = NULL, deactivated_at = NULL
     WHERE id = :id AND ${MAY_GO}`)
  const tidy = [
    'DELETE FROM session WHERE person_id = :id',
    'DELETE FROM password_reset WHERE person_id = :id',
    'DELETE FROM reset_request WHERE person_id = :id',
    'DELETE FROM once WHERE person_id = :id',
    ...['draft', 'feed', 'feed_address'].map(
      (table) => `DELETE FROM ${table} WHERE enrolment_id IN (SELECT id FROM enrolment WHERE person_id = :id)`,
    ),
    "DELETE FROM reflection WHERE person_id = :id AND audience = 'me'",
    ...PRIVATE_TABLES.map((table) => `DELETE FROM ${table} WHERE person_id = :id`),
    'UPDATE enrolment SET left_at = :now WHERE person_id = :id AND left_at IS NULL',
  ].map((sql) => db.prepare(sql))

  function closeAccount(id: number, by: number | null): boolean {
    if (close.run({ id, by, nowhere: `left-${randomUUID()}` }).changes === 0) return false
    const now = nowText(clock)
    for (const statement of tidy) statement.run({ id, now })
    return true
  }

  /**
   * @param by the admin who deletes the account; null where the person goes by herself
   * @returns false for the last admin, who has to make another one first, and for whom this admin may not delete
   */
  return function deleteAccount(id: number, posts: Posts, by: number | null = null): boolean {
    return transaction(db, () => {
      if (posts === 'go') keepPlaces.run({ id, by, now: nowText(clock) })
      const gone = posts === 'go' ? erase.run({ id, by }).changes > 0 : closeAccount(id, by)
      if (gone) activity.record('person.deleted', { person_id: by, subject_id: id, detail: { posts } })
      return gone
    })
  }
}
