import type { Database } from '../db/open.ts'

/**
 * Who was here since has seen what she was told, but for answers that her own posts still have for her: those are as
 * new under the bell as on the map.
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
