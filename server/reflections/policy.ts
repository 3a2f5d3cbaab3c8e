import { access } from '../web/http/access.ts'

/** Audiences from the smallest to the largest; each includes the ones before it. */
export const AUDIENCES = ['me', 'guides', 'pod', 'cohort', 'world'] as const
export type Audience = (typeof AUDIENCES)[number]

/** The audiences a person may choose: the world only if their cohort allows it, a pod only if they are in one. */
export function audiencesIn({ cohort, pod }: { cohort: { world_allowed: 0 | 1 }; pod: object | null }): Audience[] {
  return AUDIENCES.filter((audience) => (audience !== 'pod' || pod) && (audience !== 'world' || cohort.world_allowed))
}

/** The requested audience, or the next smaller one that may be chosen. */
export function audienceWithin(enrolment: Parameters<typeof audiencesIn>[0], wished: Audience): Audience {
  const upTo = AUDIENCES.indexOf(wished)
  return audiencesIn(enrolment).findLast((audience) => AUDIENCES.indexOf(audience) <= upTo) ?? 'me'
}

/** SQL: is the enrolment `v` in the pod of the author of `r`? False when either has no pod. */
const SAME_POD = 'v.pod_id = (SELECT pod_id FROM enrolment WHERE enrolment.id = r.enrolment_id)'

/** SQL: is `:viewer` a site admin? Admins read reported texts until the report is settled, but never those for `me`. */
export const IS_ADMIN = `EXISTS (SELECT 1 FROM person AS reader WHERE reader.id = :viewer AND reader.role = 'admin')`

/** SQL: is the reflection or comment visible while an admin views as another person? True for everybody else. */
export function hiddenWhileImpersonating(row: 'r' | 'k'): string {
  return `(${row}.audience NOT IN ('me', 'guides') OR (SELECT is_impersonated()) = 0)`
}

/**
 * SQL: may the person `:viewer` (0 for a guest) read the reflection `r`? The only definition of it: page, stream,
 * counts, people's pages and all other surfaces use it.
 */
export const MAY_READ = `(${hiddenWhileImpersonating('r')} AND (
  r.person_id = :viewer
  OR (r.audience = 'world' AND r.state = 'published'
      AND (SELECT world_allowed FROM cohort WHERE cohort.id = r.cohort_id) = 1)
  OR (r.audience <> 'me' AND EXISTS (
      SELECT 1 FROM enrolment AS v
       WHERE v.cohort_id = r.cohort_id AND v.person_id = :viewer AND v.left_at IS NULL
         AND (v.role IN ('guide', 'organiser')
              OR (r.state = 'published'
                  AND (r.audience IN ('cohort', 'world') OR (r.audience = 'pod' AND ${SAME_POD}))))))
  OR (r.audience <> 'me' AND r.state = 'published' AND ${IS_ADMIN} AND EXISTS (
      SELECT 1 FROM report WHERE report.reflection_id = r.id AND report.comment_id IS NULL AND settled_at IS NULL))
))`

/** Words of an own draft that open others' reflections, where the course requires writing first. */
export const WRITE_FIRST_WORDS = 30

/**
 * SQL: is the reflection `r`, which `:viewer` may read, open to them in full? Where the course says "write first, then
 * read", others' reflections about a thing are closed to a learner until they publish one or their draft has thirty
 * words. Until then no surface shows or searches title, text, excerpt, pictures or answers of it.
 */
export const IS_OPEN = `(
  r.person_id = :viewer
  OR (SELECT write_first FROM cohort JOIN course ON course.id = cohort.course_id WHERE cohort.id = r.cohort_id) = 0
  OR NOT EXISTS (
      SELECT 1 FROM enrolment AS v
       WHERE v.cohort_id = r.cohort_id AND v.person_id = :viewer AND v.left_at IS NULL AND v.role = 'learner'
         AND NOT EXISTS (SELECT 1 FROM reflection AS own WHERE own.enrolment_id = v.id AND own.thing_id = r.thing_id)
         AND NOT EXISTS (
             SELECT 1 FROM draft
              WHERE draft.enrolment_id = v.id AND draft.thing_id = r.thing_id AND draft.open = 1
                AND draft.words >= ${WRITE_FIRST_WORDS}))
)`

/** SQL: has the comment `k` an open report and is `:viewer` a site admin? They read that comment, not its thread. */
export const MAY_READ_REPORTED = `(
  k.deleted_at IS NULL AND k.hidden_at IS NULL AND k.audience <> 'me' AND r.audience <> 'me' AND ${IS_ADMIN} AND EXISTS (
      SELECT 1 FROM report WHERE report.comment_id = k.id AND settled_at IS NULL)
)`

/**
 * SQL: may `:viewer`, who may read the reflection `r`, read the comment `k` under it? People of the cohort only, also
 * under a world post and under one's own: people who left do not read later comments. A comment written
 * for a smaller circle stays in it when the reflection is widened. A hidden one is read by its author, guides and
 * organisers. Of a deleted comment nothing is left to read.
 */
export const MAY_READ_COMMENT = `(
  k.deleted_at IS NULL AND ${hiddenWhileImpersonating('k')}
  AND (EXISTS (
           SELECT 1 FROM enrolment AS v
            WHERE v.cohort_id = r.cohort_id AND v.person_id = :viewer AND v.left_at IS NULL
              AND (k.hidden_at IS NULL OR k.person_id = :viewer OR v.role IN ('guide', 'organiser'))
              AND (r.person_id = :viewer OR k.audience IN ('cohort', 'world') OR k.person_id = :viewer
                   OR (k.audience = 'pod' AND ${SAME_POD})
                   OR (k.audience <> 'me' AND v.role IN ('guide', 'organiser'))))
       OR ${MAY_READ_REPORTED})
)`

/** SQL: may anybody but its author comment on the reflection `r`? */
export const CAN_BE_ANSWERED = `(r.audience <> 'me' AND r.state = 'published')`

/** SQL: has anybody else commented on the reflection `r`, readable by `:viewer`? Hidden comments do not count. */
export const ANSWERED = `EXISTS (
  SELECT 1 FROM comment AS k
   WHERE k.reflection_id = r.id AND k.person_id <> r.person_id AND k.hidden_at IS NULL AND ${MAY_READ_COMMENT})`

/** One of the rules above, with `:viewer` replaced by a column of person ids. */
export function bindViewer(column: string, rule: string): string {
  return rule.replaceAll(':viewer', column)
}

/** Loads a reflection for the viewer; one that they may not read is a 404. */
export const byAudience = access('by audience', () => {})
