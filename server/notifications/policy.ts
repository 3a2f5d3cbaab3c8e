import { IS_OPEN, MAY_READ, MAY_READ_COMMENT } from '../reflections/policy.ts'

/** SQL: is calm mode on for `:viewer`, where the notice `n` comes from, or on the whole site? */
const IS_CALM = `(
  EXISTS (SELECT 1 FROM setting WHERE name = 'calm' AND value = '1')
  OR EXISTS (SELECT 1 FROM person AS whose WHERE whose.id = :viewer AND whose.calm = 1)
  OR EXISTS (SELECT 1 FROM cohort AS whence WHERE whence.id = n.cohort_id AND whence.calm = 1))`

/**
 * SQL: may `:viewer` be told the notice `n`? Only while they may read its subject, and it is open to them; of badges
 * none in calm mode, and no notice of earning a revoked one.
 */
export const MAY_BE_TOLD = `(
  (n.award_id IS NULL OR NOT ${IS_CALM})
  AND (n.kind <> 'award' OR EXISTS (SELECT 1 FROM award AS had WHERE had.id = n.award_id AND had.revoked_at IS NULL))
  AND (n.reflection_id IS NULL
  OR EXISTS (
      SELECT 1 FROM reflection AS r
       WHERE r.id = n.reflection_id AND ${MAY_READ} AND ${IS_OPEN}
         AND (n.comment_id IS NULL
              OR EXISTS (SELECT 1 FROM comment AS k
                          WHERE k.id = n.comment_id AND k.deleted_at IS NULL AND ${MAY_READ_COMMENT}))))
)`

/** SQL: the actor of the notice `n`; for a comment (`said`), its author. */
export const ACTOR = "iif(n.kind IN ('answer', 'reply', 'mention'), coalesce(n.actor_id, said.person_id), n.actor_id)"

/** From this count on the bell shows "99+". */
const MOST_COUNTED = 100

/**
 * SQL: how many of the newest hundred unread notices of the row `person` they may read. Limited because the number is
 * on every page and the policy is evaluated for each counted notice.
 */
export const NEW_TO_PERSON = `(
  SELECT count(*) FROM notice AS n
   WHERE n.id IN (
         SELECT id FROM notice WHERE person_id = person.id AND read_at IS NULL ORDER BY id DESC LIMIT ${MOST_COUNTED})
     AND ${MAY_BE_TOLD.replaceAll(':viewer', 'person.id')})`
