import type { ActivityLog } from '../activity/activity.ts'
import type { CalendarOf } from '../calendar/calendar-cache.ts'
import type { Courses } from '../courses/courses.ts'
import { type Clock, localDate } from '../db/clock.ts'
import type { Database } from '../db/open.ts'
import type { Enrolment } from '../enrolments/enrolments.ts'
import type { PersonName } from '../people/person.ts'
import type { LocaleContext } from '../web/render/page-context.ts'
import { createVersionSnapshots } from './authoring/version-snapshots.ts'
import { createAwarder } from './awards/award-badge.ts'
import type { Badge } from './badge.ts'
import { type AddressedBadge, type BadgeHolders, type BadgePage, badgePage } from './badge-page.ts'
import { type BadgeWall, badgeWall, mapBadges } from './badge-wall.ts'
import { type BadgeItem, drawProgress, nextStep } from './presenter.ts'
import type { BadgeProgress, LearnerProgress } from './rules/rule-progress.ts'
import { createLearnerProgressQuery } from './rules/rule-progress-query.ts'

/** An award's moment on the page after the act that earned it. */
interface AwardMoment {
  award_id: string
  title: string
  text: string
  drawing_html: string
  href: string
  button: string
}

const HOLDERS = 24

export function createBadges(
  db: Database,
  clock: Clock,
  {
    activity,
    calendarOf,
    courses,
  }: { activity: ActivityLog; calendarOf: CalendarOf; courses: Pick<Courses, 'content'> },
) {
  const learnerProgress = createLearnerProgressQuery(db, clock, { calendarOf, courses })
  const asAwarded = createVersionSnapshots(db)
  const cohortOfAward = db.prepare<
    { person_id: number; award_id: string },
    { cohort_id: number; course_id: number; revision: number }
  >(`
      SELECT cohort_id, course_id, revision
        FROM award JOIN cohort ON cohort.id = cohort_id JOIN course ON course.id = course_id
       WHERE award.id = :award_id AND person_id = :person_id AND revoked_at IS NULL`)
  const earnedBy = db
    .prepare<[number], string>(`
      SELECT award.id FROM award JOIN badge ON badge.id = badge_id
       WHERE activity_id = ? AND revoked_at IS NULL ORDER BY badge.position`)
    .pluck()
  // in this one statement, so that what is hidden takes no longer to be not found than what never was
  const bySlug = db.prepare<{ slug: string; viewer: number }, AddressedBadge>(`
    SELECT badge.id, badge.cohort_id, course.id AS course_id, course.revision AS course_revision, course.public,
           (SELECT award.cohort_id FROM award
             WHERE badge_id = badge.id AND person_id = :viewer AND revoked_at IS NULL
             ORDER BY awarded_at DESC LIMIT 1) AS held_in
      FROM badge JOIN course ON course.id = badge.course_id
     WHERE badge.slug = :slug AND draft = 0
       AND (held_in IS NOT NULL
            OR (shape <> 'gem'
                AND (badge.cohort_id IS NULL
                     OR EXISTS (SELECT 1 FROM enrolment
                                 WHERE cohort_id = badge.cohort_id AND person_id = :viewer AND left_at IS NULL))))`)
  // from the viewer's own cohorts outwards, never over everybody who has the badge
  const holders = db.prepare<{ badge_id: number; viewer: number; limit: number }, PersonName & { total: number }>(`
    SELECT person.id, person.name, person.handle, person.workplace, count(*) OVER () AS total
      FROM enrolment AS mine
      CROSS JOIN enrolment AS theirs ON theirs.cohort_id = mine.cohort_id AND theirs.left_at IS NULL AND theirs.role = 'learner'
      CROSS JOIN award ON award.badge_id = :badge_id AND award.person_id = theirs.person_id AND award.cohort_id = theirs.cohort_id AND award.revoked_at IS NULL
      CROSS JOIN person ON person.id = theirs.person_id
     WHERE mine.person_id = :viewer AND mine.left_at IS NULL
     GROUP BY person.id ORDER BY max(award.awarded_at) DESC, person.id LIMIT :limit`)

  function standingIn({ person_id, cohort }: Pick<Enrolment, 'person_id' | 'cohort'>): LearnerProgress {
    const badges = learnerProgress.badgesIn(cohort.course_id, cohort.course_revision)
    const found = learnerProgress.progressOf(person_id, cohort.id, badges)
    if (!found) throw new Error(`Person ${person_id} is not in cohort ${cohort.id}`)
    return found
  }

  /** The local date of a cohort. */
  function today({ time_zone }: Enrolment['cohort']): string {
    return localDate(clock.now(), time_zone)
  }

  function learnersWith(badge_id: number, viewer: number): BadgeHolders {
    const rows = holders.all({ badge_id, viewer, limit: HOLDERS })
    return { count: rows[0]?.total ?? 0, people: rows.map(({ total, ...person }) => person) }
  }

  return {
    ...createAwarder(db, clock, { activity, learnerProgress }),

    /** The progress of a person with one badge, a draft too; null for who never was in the cohort. */
    progress(badge: Badge, person_id: number, cohort_id: number): BadgeProgress | null {
      return learnerProgress.progressOf(person_id, cohort_id, [badge])?.badges[0] ?? null
    },

    /** A badge as it is kept, drafts too. */
    badge: learnerProgress.badge,

    /** The awards that an act earned. */
    earnedBy: (activity_id: number): string[] => earnedBy.all(activity_id),

    /** What is shown once of an award that has just been earned; null for anybody else's. */
    moment(award_id: string, person_id: number, voice: LocaleContext): AwardMoment | null {
      const row = cohortOfAward.get({ award_id, person_id })
      if (!row) return null
      const found = learnerProgress.progressOf(
        person_id,
        row.cohort_id,
        learnerProgress.badgesIn(row.course_id, row.revision),
      )
      const progress = found && asAwarded(found).badges.find(({ award }) => award?.id === award_id)
      if (!found || !progress) return null
      const { title, meaning } = progress.badge
      return {
        award_id,
        title,
        text: meaning,
        drawing_html: drawProgress(voice, progress),
        ...nextStep(voice, found, progress),
      }
    },

    /** Three for the map: what was earned last, and what is closest. */
    forMap: (enrolment: Enrolment, voice: LocaleContext): BadgeItem[] =>
      mapBadges(voice, asAwarded(standingIn(enrolment)), today(enrolment.cohort)),

    wall: (enrolment: Enrolment, voice: LocaleContext): BadgeWall =>
      badgeWall(voice, asAwarded(standingIn(enrolment)), today(enrolment.cohort)),

    /** The badge of a slug; a treasure only for those who found it. @param viewer a person's id, 0 for a guest */
    find: (slug: string, viewer: number): AddressedBadge | null => bySlug.get({ slug, viewer }) ?? null,

    /**
     * The page of one badge.
     * @param enrolment of who looks in a cohort of this course; null for a guest
     * @returns null for a badge of a course that is neither public nor the viewer's own
     */
    page(facing: AddressedBadge, enrolment: Enrolment | null, voice: LocaleContext): BadgePage | null {
      if (!enrolment && !facing.public && facing.held_in === null) return null
      const badge = learnerProgress
        .badgesIn(facing.course_id, facing.course_revision)
        .find(({ id }) => id === facing.id)
      if (!badge) return null
      const content = courses.content(facing.course_id, facing.course_revision, enrolment?.language)
      if (!enrolment) return badgePage(voice, badge, content, null, null)
      return badgePage(voice, badge, content, standingIn(enrolment), learnersWith(badge.id, enrolment.person_id))
    },
  }
}

export type Badges = ReturnType<typeof createBadges>
