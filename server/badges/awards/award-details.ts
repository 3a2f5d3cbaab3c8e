import type { Courses } from '../../courses/courses.ts'
import type { Database } from '../../db/open.ts'
import { timeZoneAtSql } from '../../enrolments/time-zone-sql.ts'
import { MAY_READ } from '../../reflections/policy.ts'
import { pictureData } from '../authoring/pictures.ts'
import { type Badge, type BadgeLook, lookColumns, lookOf } from '../badge.ts'
import { inCourse } from '../badge-page.ts'
import { parseRule } from '../rules/rules.ts'

/** What a version keeps, beside which badge it is of. */
type AwardedBadge = BadgeLook & Pick<Badge, 'id' | 'slug' | 'version' | 'rule'>

/** A badge in one of its versions, and the course that has it. */
export type BadgeDetails = Pick<AwardDetails, 'badge' | 'course'>

/** Everything that can be said of one award, with the badge in the version it was made with. */
export interface AwardDetails {
  id: string
  badge: AwardedBadge & { treasure: boolean /** Its picture itself, for a file. */; picture_data: string | null }
  person: { id: number; name: string; handle: string; email: string }
  cohort: { id: number; slug: string; title: string; time_zone: string }
  course: { id: number; slug: string; title: string; language: string; revision: number }
  awarded_at: string
  /** The reflection that earned it, where one did and it may be read by everybody. */
  reflection: { id: number; title: string } | null
  /** Its holder shows it to everybody; and what it was earned with. */
  shared: boolean
  evidence_shared: boolean
  /** What a guide wrote who gave it. */
  evidence: string | null
  given_by: string | null
  revoked_at: string | null
  revoked_why: string | null
}

interface BadgeVersionRow extends Omit<AwardedBadge, 'rule'> {
  rule: string
  picture_bytes: Buffer | null
  course_id: number
  course_slug: string
  course_title: string
  language: string
  revision: number
}

interface AwardRow extends BadgeVersionRow {
  award_id: string
  person_id: number
  name: string
  handle: string
  email: string
  cohort_id: number
  cohort_slug: string
  cohort_title: string
  time_zone: string
  awarded_at: string
  reflection_id: number | null
  reflection_title: string | null
  shared: 0 | 1
  evidence_shared: 0 | 1
  evidence: string | null
  given_by: string | null
  revoked_at: string | null
  revoked_why: string | null
}

const GUEST = 0

/** SQL: a BadgeVersionRow of `badge`, its version `was` and its `course`. */
const VERSION_COLUMNS = `
  badge.id, badge.slug, was.version, ${lookColumns('was')}, was.rule,
  (SELECT bytes FROM badge_picture WHERE hash = was.picture) AS picture_bytes,
  course.id AS course_id, course.slug AS course_slug, course.title AS course_title, course.language, course.revision`

export function createAwardDetails(db: Database, { courses }: { courses: Pick<Courses, 'content'> }) {
  const find = db.prepare<{ id: string; viewer: number }, AwardRow>(`
    SELECT award.id AS award_id, ${VERSION_COLUMNS},
           person.id AS person_id, person.name, person.handle, person.email,
           cohort.id AS cohort_id, cohort.slug AS cohort_slug, cohort.title AS cohort_title,
           ${timeZoneAtSql('award.awarded_at')} AS time_zone,
           award.awarded_at, r.id AS reflection_id, r.title AS reflection_title,
           award.shared, award.evidence_shared, award.evidence, giver.name AS given_by, award.revoked_at, award.revoked_why
      FROM award
      JOIN badge ON badge.id = award.badge_id
      JOIN badge_version AS was ON was.badge_id = award.badge_id AND was.version = award.badge_version
      JOIN person ON person.id = award.person_id
      JOIN cohort ON cohort.id = award.cohort_id
      JOIN course ON course.id = cohort.course_id
      JOIN activity ON activity.id = award.activity_id
      LEFT JOIN reflection AS r ON activity.kind = 'reflection.published' AND r.id = activity.subject_id
                               AND r.person_id = award.person_id AND ${MAY_READ}
      LEFT JOIN person AS giver ON giver.id = award.given_by
     WHERE award.id = :id`)

  const version = db.prepare<{ slug: string; version: number }, BadgeVersionRow>(`
    SELECT ${VERSION_COLUMNS}
      FROM badge
      JOIN badge_version AS was ON was.badge_id = badge.id AND was.version = :version
      JOIN course ON course.id = badge.course_id
     WHERE badge.slug = :slug AND badge.draft = 0 AND badge.shape <> 'gem' AND was.shape <> 'gem'
       AND (course.public = 1 OR EXISTS (SELECT 1 FROM award WHERE award.badge_id = badge.id AND award.shared = 1))`)

  function detailsOf(row: BadgeVersionRow): BadgeDetails {
    const { id, slug, version, picture_bytes, shape, language, revision } = row
    const rule = inCourse(
      parseRule(row.rule, () => []),
      courses.content(row.course_id, revision),
    )
    const picture_data = picture_bytes && pictureData(picture_bytes)
    return {
      badge: { id, slug, version, ...lookOf(row), picture_data, rule, treasure: shape === 'gem' },
      course: { id: row.course_id, slug: row.course_slug, title: row.course_title, language, revision },
    }
  }

  return {
    /** A badge as it was, for everybody; none for treasures, and for those of closed courses that nobody shows. */
    version(slug: string, number: number): BadgeDetails | null {
      const row = version.get({ slug, version: number })
      return row ? detailsOf(row) : null
    },

    /** Null where there is no such award. Who may see it is a question of its own: `mayReadAward`. */
    find(id: string): AwardDetails | null {
      const row = find.get({ id, viewer: GUEST })
      if (!row) return null
      return {
        id: row.award_id,
        ...detailsOf(row),
        person: { id: row.person_id, name: row.name, handle: row.handle, email: row.email },
        cohort: { id: row.cohort_id, slug: row.cohort_slug, title: row.cohort_title, time_zone: row.time_zone },
        awarded_at: row.awarded_at,
        reflection: row.reflection_id === null ? null : { id: row.reflection_id, title: row.reflection_title ?? '' },
        shared: row.shared === 1,
        evidence_shared: row.evidence_shared === 1,
        evidence: row.evidence,
        given_by: row.given_by,
        revoked_at: row.revoked_at,
        revoked_why: row.revoked_why,
      }
    },
  }
}
