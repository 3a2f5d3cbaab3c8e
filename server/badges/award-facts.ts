import type { Courses } from '../courses/courses.ts'
import type { Hue, Shape } from '../courses/outline.ts'
import type { Database } from '../db/open.ts'
import { MAY_READ } from '../reflections/policy.ts'
import { inCourse } from './badge-page.ts'
import { parseRule, type Rule } from './rules.ts'

/** A badge in one of its versions, and the course that has it. */
export type BadgeFacts = Pick<AwardFacts, 'badge' | 'course'>

/** Everything that can be said of one award, in the words and the look under which it was given. */
export interface AwardFacts {
  id: string
  badge: {
    id: number
    slug: string
    version: number
    title: string
    meaning: string
    shape: Shape
    hue: Hue | 'plain'
    icon: string | null
    number: number | null
    ring_text: string | null
    picture: string | null
    rule: Rule
    treasure: boolean
  }
  person: { id: number; name: string; handle: string; email: string }
  cohort: { id: number; slug: string; title: string; time_zone: string }
  course: { id: number; slug: string; title: string; language: string; revision: number }
  awarded_at: string
  /** The reflection that earned it, where one did and it may be read by everybody. */
  reflection: { id: number; title: string } | null
  /** She shows it to everybody, and names what it was earned with. */
  shared: boolean
  evidence_shared: boolean
  /** What a guide wrote who gave it. */
  evidence: string | null
  given_by: string | null
  revoked_at: string | null
  revoked_why: string | null
}

interface BadgeVersionRow {
  badge_id: number
  badge_slug: string
  version: number
  badge_title: string
  meaning: string
  shape: Shape
  hue: Hue | 'plain'
  icon: string | null
  number: number | null
  ring_text: string | null
  picture: string | null
  rule: string
  course_id: number
  course_slug: string
  course_title: string
  language: string
  revision: number
}

interface Row extends BadgeVersionRow {
  id: string
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

export function createAwardFacts(db: Database, { courses }: { courses: Pick<Courses, 'content'> }) {
  const find = db.prepare<{ id: string; viewer: number }, Row>(`
    SELECT award.id, badge.id AS badge_id, badge.slug AS badge_slug, award.badge_version AS version,
           was.title AS badge_title, was.meaning, was.shape, was.hue, was.icon, was.number, was.ring_text, was.picture, was.rule,
           person.id AS person_id, person.name, person.handle, person.email,
           cohort.id AS cohort_id, cohort.slug AS cohort_slug, cohort.title AS cohort_title, cohort.time_zone,
           course.id AS course_id, course.slug AS course_slug, course.title AS course_title, course.language, course.revision,
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
    SELECT badge.id AS badge_id, badge.slug AS badge_slug, was.version, was.title AS badge_title, was.meaning, was.shape, was.hue,
           was.icon, was.number, was.ring_text, was.picture, was.rule,
           course.id AS course_id, course.slug AS course_slug, course.title AS course_title, course.language, course.revision
      FROM badge
      JOIN badge_version AS was ON was.badge_id = badge.id AND was.version = :version
      JOIN course ON course.id = badge.course_id
     WHERE badge.slug = :slug AND badge.draft = 0 AND badge.shape <> 'gem' AND was.shape <> 'gem'
       AND (course.public = 1 OR EXISTS (SELECT 1 FROM award WHERE award.badge_id = badge.id AND award.shared = 1))`)

  function factsOf(row: BadgeVersionRow): BadgeFacts {
    const content = courses.content(row.course_id, row.revision)
    return {
      badge: {
        id: row.badge_id,
        slug: row.badge_slug,
        version: row.version,
        title: row.badge_title,
        meaning: row.meaning,
        shape: row.shape,
        hue: row.hue,
        icon: row.icon,
        number: row.number,
        ring_text: row.ring_text,
        picture: row.picture,
        rule: inCourse(
          parseRule(row.rule, () => []),
          content,
        ),
        treasure: row.shape === 'gem',
      },
      course: {
        id: row.course_id,
        slug: row.course_slug,
        title: row.course_title,
        language: row.language,
        revision: row.revision,
      },
    }
  }

  return {
    /** A badge as it was, for everybody; none for treasures, and for those of closed courses that nobody shows. */
    version(slug: string, number: number): BadgeFacts | null {
      const row = version.get({ slug, version: number })
      return row ? factsOf(row) : null
    },

    /** Null where there is no such award. Who may see it is a question of its own: `mayReadAward`. */
    of(id: string): AwardFacts | null {
      const row = find.get({ id, viewer: GUEST })
      if (!row) return null
      return {
        id: row.id,
        ...factsOf(row),
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
