import { randomBytes } from 'node:crypto'
import type { Activity, ActivityKind, ActivityLog } from '../activity/activity.ts'
import type { Enrolment } from '../cohorts/enrolments.ts'
import type { CalendarOf } from '../cohorts/kept-calendars.ts'
import type { Courses } from '../courses/courses.ts'
import { type Clock, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import type { PersonName } from '../people/people.ts'
import { type BadgePage, type Facing, type Learners, makePage } from './badge-page.ts'
import { type BadgeItem, drawReach, type Voice, wayOn } from './badge-words.ts'
import { eventsOf } from './rules.ts'
import { type Badge, type BadgeRow, readBadge, readStanding, type Standing, type StandingRow } from './standing.ts'
import { makeFew, makeWall, type Wall } from './wall.ts'

/** An award's moment on the page after the act that earned it. */
interface Moment {
  award_id: string
  title: string
  text: string
  drawing_html: string
  href: string
  button: string
}

/** The acts that any rule looks at; everything else passes without a statement. */
const EARNING: ReadonlySet<ActivityKind> = new Set([
  'reflection.published',
  'reflection.edited',
  'thing.completed',
  'comment.written',
])

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
  const STANDING = `
    SELECT cohort.id AS cohort_id, cohort.slug, cohort.course_id, course.revision AS course_revision, enrolment.goal,
           (SELECT language FROM person WHERE person.id = enrolment.person_id) AS language,
           cohort.calendar_version,
           (SELECT json_group_array(thing_id) FROM completion WHERE enrolment_id = enrolment.id) AS done,
           (SELECT json_group_array(thing_id) FROM skip WHERE enrolment_id = enrolment.id) AS skipped,
           (SELECT count(DISTINCT thing_id) FROM reflection WHERE enrolment_id = enrolment.id) AS reflections,
           (SELECT count(*) FROM comment JOIN reflection ON reflection.id = comment.reflection_id
             WHERE comment.person_id = enrolment.person_id AND reflection.person_id <> enrolment.person_id
               AND reflection.cohort_id = cohort.id) AS answers_given,
           (SELECT json_group_object(badge_id, json_array(id, awarded_at)) FROM award
             WHERE person_id = enrolment.person_id AND cohort_id = cohort.id) AS awards
      FROM enrolment
      JOIN cohort ON cohort.id = enrolment.cohort_id
      JOIN course ON course.id = cohort.course_id`
  const standing = db.prepare<{ person_id: number; cohort_id: number }, StandingRow>(
    `${STANDING} WHERE enrolment.cohort_id = :cohort_id AND enrolment.person_id = :person_id`,
  )
  const standingOfAward = db.prepare<{ person_id: number; award_id: string }, StandingRow>(`
    ${STANDING}
     WHERE enrolment.cohort_id = (SELECT cohort_id FROM award WHERE id = :award_id AND person_id = :person_id)
       AND enrolment.person_id = :person_id`)
  const badgesOf = db.prepare<[number], BadgeRow>(`
    SELECT id, slug, position, title, meaning, shape, hue, icon, number, rule FROM badge WHERE course_id = ? ORDER BY position`)
  const award = db.prepare<object, { id: string }>(`
    INSERT INTO award (id, badge_id, badge_version, person_id, cohort_id, activity_id, awarded_at)
    VALUES (:id, :badge_id, (SELECT version FROM badge WHERE id = :badge_id), :person_id, :cohort_id, :activity_id, :now)
    ON CONFLICT (badge_id, person_id, cohort_id) DO NOTHING RETURNING id`)
  const earnedBy = db
    .prepare<[number], string>(`
      SELECT award.id FROM award JOIN badge ON badge.id = badge_id WHERE activity_id = ? ORDER BY badge.position`)
    .pluck()
  const bySlug = db.prepare<[string], Facing>(`
    SELECT badge.id, course.id AS course_id, course.revision AS course_revision, course.public
      FROM badge JOIN course ON course.id = badge.course_id WHERE badge.slug = ?`)
  // from the viewer's own cohorts outwards, never over everybody who has the badge
  const holders = db.prepare<{ badge_id: number; viewer: number; limit: number }, PersonName & { total: number }>(`
    SELECT person.id, person.name, person.handle, person.workplace, count(*) OVER () AS total
      FROM enrolment AS mine
      CROSS JOIN enrolment AS theirs ON theirs.cohort_id = mine.cohort_id AND theirs.left_at IS NULL AND theirs.role = 'learner'
      CROSS JOIN award ON award.badge_id = :badge_id AND award.person_id = theirs.person_id AND award.cohort_id = theirs.cohort_id
      CROSS JOIN person ON person.id = theirs.person_id
     WHERE mine.person_id = :viewer AND mine.left_at IS NULL
     GROUP BY person.id ORDER BY max(award.awarded_at) DESC, person.id LIMIT :limit`)

  const held = db.prepare<
    { person_id: number; cohort_id: number },
    { course_id: number; revision: number; held: string }
  >(`
    SELECT cohort.course_id, course.revision,
           (SELECT json_group_array(badge_id) FROM award WHERE person_id = :person_id AND cohort_id = :cohort_id) AS held
      FROM cohort JOIN course ON course.id = cohort.course_id
     WHERE cohort.id = :cohort_id`)

  const kept = new Map<number, { revision: number; badges: Badge[] }>()

  /** A course's badges, in memory for as long as its revision is this one. */
  function badgesIn(course_id: number, revision: number): Badge[] {
    const known = kept.get(course_id)
    if (known?.revision === revision) return known.badges
    const badges = badgesOf.all(course_id).map(readBadge)
    kept.set(course_id, { revision, badges })
    return badges
  }

  /** Whether there is a badge that such an act may earn and the person does not have: most acts stop here. */
  function canEarn(kind: ActivityKind, person_id: number, cohort_id: number): boolean {
    const row = held.get({ person_id, cohort_id })
    if (!row) return false
    const has: number[] = JSON.parse(row.held)
    return badgesIn(row.course_id, row.revision).some(
      ({ id, position, rule }) => position > 0 && eventsOf(rule).includes(kind) && !has.includes(id),
    )
  }

  function read(row: StandingRow | undefined): Standing | null {
    if (!row) return null
    const badges = badgesIn(row.course_id, row.course_revision)
    const calendar = calendarOf(row.cohort_id, row.calendar_version)
    const content = courses.content(row.course_id, row.course_revision, row.language)
    return readStanding(row, badges, calendar, content, nowText(clock))
  }

  function standingIn({ person_id, cohort }: Enrolment): Standing {
    const found = read(standing.get({ person_id, cohort_id: cohort.id }))
    if (!found) throw new Error(`Person ${person_id} is not in cohort ${cohort.id}`)
    return found
  }

  function learnersWith(badge_id: number, viewer: number): Learners {
    const rows = holders.all({ badge_id, viewer, limit: HOLDERS })
    return { count: rows[0]?.total ?? 0, people: rows.map(({ total, ...person }) => person) }
  }

  return {
    /** Subscriber: gives what this act has earned, in the act's own transaction. */
    onActivity({ id: activity_id, kind, person_id, cohort_id }: Activity): void {
      if (!EARNING.has(kind) || person_id === null || cohort_id === null) return
      if (!canEarn(kind, person_id, cohort_id)) return
      const now = nowText(clock)
      transaction(db, () => {
        for (const { badge, rule, missing, award: had } of read(standing.get({ person_id, cohort_id }))?.reaches ??
          []) {
          if (had || badge.position === 0 || missing > 0 || !eventsOf(rule).includes(kind)) continue
          const id = randomBytes(16).toString('base64url')
          const given = award.get({ id, badge_id: badge.id, person_id, cohort_id, activity_id, now })
          if (given)
            activity.record('award.earned', {
              person_id,
              cohort_id,
              subject_id: badge.id,
              detail: { badge: badge.slug },
            })
        }
      })
    },

    /** The awards that an act earned. */
    earnedBy: (activity_id: number): string[] => earnedBy.all(activity_id),

    /** What is shown once of an award that has just been earned; null for anybody else's. */
    moment(award_id: string, person_id: number, voice: Voice): Moment | null {
      const found = read(standingOfAward.get({ award_id, person_id }))
      const reach = found?.reaches.find(({ award }) => award?.id === award_id)
      if (!found || !reach) return null
      const { title, meaning } = reach.badge
      return { award_id, title, text: meaning, drawing_html: drawReach(voice, reach), ...wayOn(voice, found, reach) }
    },

    /** Three for the map: what was earned last, and what is closest. */
    few: (enrolment: Enrolment, voice: Voice): BadgeItem[] => makeFew(voice, standingIn(enrolment)),

    wall: (enrolment: Enrolment, voice: Voice): Wall => makeWall(voice, standingIn(enrolment)),

    /** Which badge an address means. */
    find: (slug: string): Facing | null => bySlug.get(slug) ?? null,

    /**
     * The page of one badge.
     * @param enrolment of who looks in a cohort of this course; null for a guest
     * @returns null where there is nothing for her: a course that is neither public nor hers, a treasure not found
     */
    page(facing: Facing, enrolment: Enrolment | null, voice: Voice): BadgePage | null {
      if (!enrolment && !facing.public) return null
      const badge = badgesIn(facing.course_id, facing.course_revision).find(({ id }) => id === facing.id)
      if (!badge) return null
      const content = courses.content(facing.course_id, facing.course_revision, enrolment?.language)
      if (!enrolment) return makePage(voice, badge, content, null, null)
      return makePage(voice, badge, content, standingIn(enrolment), learnersWith(badge.id, enrolment.person_id))
    },
  }
}
