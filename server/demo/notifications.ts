import type { Database } from '../db/open.ts'

/**
 * Marks notifications as read that people have seen by their last visit. Those of comments stay unread as long as the
 * comment is new on the map.
 */
export function markSeenNotificationsRead(db: Database): void {
  db.prepare(`
    UPDATE notice SET read_at = told_at
     WHERE read_at IS NULL
       AND told_at <= (SELECT max(seen_at) FROM enrolment WHERE enrolment.person_id = notice.person_id)
       AND (comment_id IS NULL OR detail <> '{}'
            OR comment_id <= coalesce((SELECT read_to FROM reading
                                        WHERE reading.person_id = notice.person_id
                                          AND reading.reflection_id = notice.reflection_id), 0))`).run()
}
