import type { Activity } from '../activity/activity.ts'
import type { Database } from '../db/open.ts'

/** A person who has just been notified. */
interface NotifiedPerson {
  person_id: number
  /** True for a reply or mention, false for followers of the reflection. */
  personally: 0 | 1
}

/** The recipients of an activity, without its actor; each once, with the most personal reason. */
export function createRecipients(db: Database) {
  const INTO =
    'INSERT INTO notice (person_id, kind, key, cohort_id, reflection_id, comment_id, actor_id, detail, told_at)'
  const ONCE = `ON CONFLICT (person_id, key) DO NOTHING RETURNING person_id, detail = '{}' AS personally`
  const FOLLOWS = `'{"follows":1}'`
  // of several reasons for the same person min() keeps the first, with the other columns of its row
  const ofComment = db.prepare<object, NotifiedPerson>(`
    ${INTO}
    SELECT whom.person_id, whom.kind, 'comment ' || k.id, r.cohort_id, r.id, k.id, NULL, whom.detail, :now
      FROM comment AS k
      JOIN reflection AS r ON r.id = k.reflection_id
      JOIN (SELECT person_id, kind, detail, min(rank) FROM (
              SELECT person_id, 'mention' AS kind, '{}' AS detail, 1 AS rank FROM mention WHERE comment_id = :comment_id
              UNION ALL
              SELECT above.person_id, 'reply', '{}', 2
                FROM comment AS this JOIN comment AS above ON above.id = this.parent_id WHERE this.id = :comment_id
              UNION ALL
              SELECT author.person_id, 'answer', '{}', 3
                FROM comment AS this JOIN reflection AS author ON author.id = this.reflection_id WHERE this.id = :comment_id
              UNION ALL
              SELECT following.person_id, 'answer', ${FOLLOWS}, 4
                FROM comment AS this JOIN following ON following.reflection_id = this.reflection_id
               WHERE this.id = :comment_id)
            WHERE person_id IS NOT NULL
            GROUP BY person_id) AS whom
     WHERE k.id = :comment_id AND whom.person_id <> k.person_id
    ${ONCE}`)
  const mentionsInComment = db.prepare<object, NotifiedPerson>(`
    ${INTO}
    SELECT mention.person_id, 'mention', 'comment ' || k.id, r.cohort_id, r.id, k.id, NULL, '{}', :now
      FROM mention JOIN comment AS k ON k.id = mention.comment_id JOIN reflection AS r ON r.id = k.reflection_id
     WHERE mention.comment_id = :comment_id AND mention.person_id <> k.person_id
    ${ONCE}`)
  const mentionsInReflection = db.prepare<object, NotifiedPerson>(`
    ${INTO}
    SELECT mention.person_id, 'mention', 'reflection ' || r.id, r.cohort_id, r.id, NULL, r.person_id, '{}', :now
      FROM mention JOIN reflection AS r ON r.id = mention.reflection_id
     WHERE mention.reflection_id = :reflection_id AND mention.person_id <> r.person_id
    ${ONCE}`)
  const ofAward = db.prepare<object, NotifiedPerson>(`
    INSERT INTO notice (person_id, kind, key, cohort_id, award_id, told_at)
    SELECT person_id, 'award', 'award ' || badge_id || ' ' || cohort_id, cohort_id, id, :now
      FROM award WHERE badge_id = :badge_id AND person_id = :person_id AND cohort_id = :cohort_id
    ${ONCE}`)

  return {
    /** Inserts the notices of an activity. @returns the people notified of a comment or mention */
    notify({ kind, subject_id, person_id, cohort_id, happened_at: now }: Activity): NotifiedPerson[] {
      switch (kind) {
        case 'comment.written':
          return ofComment.all({ comment_id: subject_id, now })
        case 'comment.edited':
          return mentionsInComment.all({ comment_id: subject_id, now })
        case 'reflection.published':
        case 'reflection.edited':
          return mentionsInReflection.all({ reflection_id: subject_id, now })
        case 'award.earned':
          ofAward.all({ badge_id: subject_id, person_id, cohort_id, now })
          return []
        default:
          return []
      }
    },
  }
}
