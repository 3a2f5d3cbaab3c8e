import type { Database } from '../db/open.ts'

interface ClassifyParameters {
  id: number
  cohort_id: number | null
  now: string
  /** The first line and the last one. */
  from: number
  to: number
}

/**
 * Sets the outcome of each row. A person who is enrolled already, or has an open invitation,
 * is left alone, so that the same list again changes nothing; who went is not brought back by a list.
 */
export function prepareClassify(db: Database) {
  return db.prepare<ClassifyParameters>(`
    UPDATE people_import_row AS row
       SET verdict = coalesce(
         (SELECT CASE
                   WHEN :cohort_id IS NULL THEN 'here'
                   WHEN EXISTS (SELECT 1 FROM block WHERE cohort_id = :cohort_id AND person_id = person.id) THEN 'blocked'
                   WHEN EXISTS (SELECT 1 FROM enrolment
                                 WHERE cohort_id = :cohort_id AND person_id = person.id AND left_at IS NULL) THEN 'here'
                   WHEN EXISTS (SELECT 1 FROM enrolment WHERE cohort_id = :cohort_id AND person_id = person.id) THEN 'left'
                   WHEN EXISTS (SELECT 1 FROM waiting WHERE cohort_id = :cohort_id AND person_id = person.id) THEN 'waiting'
                   ELSE 'known'
                 END
            FROM person WHERE person.email = row.email),
         CASE WHEN EXISTS (SELECT 1 FROM invitation
                            WHERE invitation.email = row.email AND invitation.cohort_id IS :cohort_id
                              AND used_at IS NULL AND expires_at > :now)
              THEN 'invited' ELSE 'new' END)
     WHERE import_id = :id AND problem IS NULL AND line BETWEEN :from AND :to`)
}
