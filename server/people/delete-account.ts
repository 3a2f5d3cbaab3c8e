import { randomUUID } from 'node:crypto'
import type { ActivityLog } from '../activity/activity.ts'
import { type Clock, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import { MAY_ADMINISTER } from './policy.ts'

/** Whether the posts of a deleted account stay under the person's name. */
type Posts = 'stay' | 'go'

/** Tables with data about a person that only this person reads. */
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

/** SQL: may the account be deleted? By its person unless they are the last admin; by an admin unless it is an admin's. */
const MAY_DELETE = `CASE WHEN :by IS NULL
  THEN role <> 'admin' OR (SELECT count(*) FROM person WHERE role = 'admin') > 1
  ELSE ${MAY_ADMINISTER} END`

/**
 * Deletes an account. With `go` the person's row is deleted, and with it posts, the comments under them, comments
 * (where others replied to one, an empty one stays) and awards. With `stay` the row keeps name and handle for the posts
 * and loses what makes it an account: email address (replaced by a random text without @), password (empty, matches
 * nothing), role, workplace, sessions, notifications, blog address. Drafts and private posts are deleted in both cases.
 */
export function createDeleteAccount(db: Database, clock: Clock, activity: ActivityLog) {
  const erase = db.prepare(`DELETE FROM person WHERE id = :id AND ${MAY_DELETE}`)
  const emptyCommentsWithReplies = db.prepare(`
    UPDATE comment SET person_id = NULL, body = '', html = '', edited_at = NULL, deleted_at = :now
     WHERE person_id = :id
       AND EXISTS (SELECT 1 FROM comment AS other WHERE other.parent_id = comment.id AND other.person_id <> :id)
       AND EXISTS (SELECT 1 FROM person WHERE id = :id AND ${MAY_DELETE})`)
  const close = db.prepare(`
    UPDATE person SET email = :nowhere, password_hash = '', role = 'member', workplace = NULL, sort_workplace = NULL,
           scheme = 'system', language = NULL, deactivated_at = NULL
     WHERE id = :id AND ${MAY_DELETE}`)
  const deletePrivateData = [
    'DELETE FROM session WHERE person_id = :id',
    'DELETE FROM password_reset WHERE person_id = :id',
    'DELETE FROM email_change WHERE person_id = :id',
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
    for (const statement of deletePrivateData) statement.run({ id, now })
    return true
  }

  /**
   * @param by the admin who deletes the account; null where its person does
   * @returns false for the last admin, and for an account that this admin may not delete
   */
  return function deleteAccount(id: number, posts: Posts, by: number | null = null): boolean {
    return transaction(db, () => {
      if (posts === 'go') emptyCommentsWithReplies.run({ id, by, now: nowText(clock) })
      const gone = posts === 'go' ? erase.run({ id, by }).changes > 0 : closeAccount(id, by)
      if (gone) activity.record('person.deleted', { person_id: by, subject_id: id, detail: { posts } })
      return gone
    })
  }
}
