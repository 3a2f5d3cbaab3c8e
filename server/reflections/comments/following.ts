import { type Clock, nowText } from '../../db/clock.ts'
import { type Database, transaction } from '../../db/open.ts'
import { writeIfPossible } from '../../db/write-lock.ts'
import type { Enrolment } from '../../enrolments/enrolments.ts'
import { IS_OPEN, MAY_READ, MAY_READ_COMMENT } from '../policy.ts'

/** New comments under a followed reflection since the last visit. */
export interface NewAnswers {
  reflection_id: number
  title: string
  mine: 0 | 1
  count: number
  people: string
  latest_at: string
}

/** SQL: the comments `k` under the reflection `r`, followed by `:viewer`, that are newer than their last visit. */
const UNREAD = `
  following AS f
  CROSS JOIN comment AS k ON k.reflection_id = f.reflection_id AND k.person_id <> f.person_id
   AND k.id > coalesce(
         (SELECT read_to FROM reading AS n WHERE n.person_id = f.person_id AND n.reflection_id = f.reflection_id), 0)`

/** SQL: how many comments under the reflection `r` are new to `:viewer`; 0 when they do not follow it. */
export const NEW_ANSWERS = `(
  SELECT count(*) FROM ${UNREAD}
   WHERE f.person_id = :viewer AND f.reflection_id = r.id AND ${MAY_READ_COMMENT})`

/**
 * Followers of a reflection's comments, and the last comment each person has read. The author and commenters follow
 * automatically (by triggers, since rows come from several places); a person who unfollowed is not re-added.
 */
export function createFollowing(db: Database, clock: Clock) {
  // Triggers make authors and commenters follow: author_follows, answerer_follows.
  const follow = db.prepare(`
    INSERT INTO following (person_id, reflection_id, since) VALUES (:person_id, :reflection_id, :now)
    ON CONFLICT DO NOTHING`)
  const forget = db.prepare('DELETE FROM unfollowed WHERE person_id = :person_id AND reflection_id = :reflection_id')
  const unfollow = db.prepare('DELETE FROM following WHERE person_id = :person_id AND reflection_id = :reflection_id')
  const note = db.prepare(`
    INSERT INTO unfollowed (person_id, reflection_id, since) VALUES (:person_id, :reflection_id, :now)
    ON CONFLICT DO NOTHING`)
  const readTo = db.prepare(`
    INSERT INTO reading (person_id, reflection_id, read_to) VALUES (:person_id, :reflection_id, :comment_id)
    ON CONFLICT DO UPDATE SET read_to = excluded.read_to WHERE excluded.read_to > read_to`)
  const newAnswers = db.prepare<{ viewer: number; cohort_id: number }, NewAnswers>(`
    SELECT r.id AS reflection_id, r.title, r.person_id = :viewer AS mine, count(*) AS count,
           max(k.written_at) AS latest_at, json_group_array(DISTINCT person.name) AS people
      FROM ${UNREAD}
      CROSS JOIN reflection AS r ON r.id = f.reflection_id
      JOIN person ON person.id = k.person_id
     WHERE f.person_id = :viewer AND r.cohort_id = :cohort_id
       AND ${MAY_READ} AND ${IS_OPEN} AND ${MAY_READ_COMMENT}
     GROUP BY r.id ORDER BY max(k.id) DESC LIMIT 5`)

  return {
    /** Follows or unfollows a reflection. */
    set(reflection_id: number, person_id: number, on: boolean): void {
      const row = { reflection_id, person_id, now: nowText(clock) }
      transaction(db, () => {
        for (const statement of on ? [forget, follow] : [unfollow, note]) statement.run(row)
      })
    },

    /** Stores the last comment that the person has read; later ones are new. */
    readTo(reflection_id: number, person_id: number, comment_id: number): void {
      writeIfPossible(db, () => readTo.run({ reflection_id, person_id, comment_id }))
    },

    /** New comments since the person's last visit, under the reflections they follow in the cohort. */
    newAnswers: (enrolment: Enrolment): NewAnswers[] =>
      newAnswers
        .all({ viewer: enrolment.person_id, cohort_id: enrolment.cohort.id })
        .map((row) => ({ ...row, people: JSON.parse(row.people).join(', ') })),
  }
}
