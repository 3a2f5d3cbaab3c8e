import { IS_OPEN, MAY_READ, MAY_READ_COMMENT } from '../reflections/policy.ts'

/** SQL: may `:viewer` be told the notice `n`? Only while she may read what it is about, and it is open to her. */
export const MAY_BE_TOLD = `(
  n.reflection_id IS NULL
  OR EXISTS (
      SELECT 1 FROM reflection AS r
       WHERE r.id = n.reflection_id AND ${MAY_READ} AND ${IS_OPEN}
         AND (n.comment_id IS NULL
              OR EXISTS (SELECT 1 FROM comment AS k
                          WHERE k.id = n.comment_id AND k.deleted_at IS NULL AND ${MAY_READ_COMMENT})))
)`

/** SQL: how many notices are new to the person of the row `person`, for the bell on every page. */
export const NEW_TO_PERSON = `(
  SELECT count(*) FROM notice AS n
   WHERE n.person_id = person.id AND n.read_at IS NULL AND ${MAY_BE_TOLD.replaceAll(':viewer', 'person.id')})`
