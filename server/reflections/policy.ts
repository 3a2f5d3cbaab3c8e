import { access } from '../web/access.ts'

/** From the smallest circle to the largest; each reads what the ones before it read, and more. */
export const AUDIENCES = ['me', 'guides', 'pod', 'cohort', 'world'] as const
export type Audience = (typeof AUDIENCES)[number]

/** The audiences that may be chosen in a cohort. */
export function audiencesIn(cohort: { world_allowed: 0 | 1 }): Audience[] {
  return cohort.world_allowed ? ['me', 'guides', 'cohort', 'world'] : ['me', 'guides', 'cohort']
}

/**
 * SQL: may the person `:viewer` (0 for a guest) read the reflection `r`? The only place that says so: page, stream,
 * count, people's pages and everything to come ask it.
 */
export const MAY_READ = `(
  r.person_id = :viewer
  OR (r.audience = 'world' AND r.state = 'published'
      AND (SELECT world_allowed FROM cohort WHERE cohort.id = r.cohort_id) = 1)
  OR (r.audience <> 'me' AND EXISTS (
      SELECT 1 FROM enrolment AS v
       WHERE v.cohort_id = r.cohort_id AND v.person_id = :viewer AND v.left_at IS NULL
         AND (v.role IN ('guide', 'organiser')
              OR (r.state = 'published' AND r.audience IN ('cohort', 'world')))))
)`

/**
 * SQL: may `:viewer`, who may read the reflection `r`, read the comment `k` under it? People of the cohort only, also
 * under a world post; and a comment written for a smaller circle stays in it when the reflection is widened.
 */
export const MAY_READ_COMMENT = `(
  r.person_id = :viewer
  OR EXISTS (
      SELECT 1 FROM enrolment AS v
       WHERE v.cohort_id = r.cohort_id AND v.person_id = :viewer AND v.left_at IS NULL
         AND (k.audience IN ('cohort', 'world') OR k.person_id = :viewer
              OR (k.audience <> 'me' AND v.role IN ('guide', 'organiser'))))
)`

/** The route loads through the viewer: what she may not read is not found. */
export const byAudience = access('by audience', (_req, _res, next) => next())
