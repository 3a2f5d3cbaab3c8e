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
import { eventsOf, isOfPod } from './rules.ts'
import { type Badge, isIn, type Reach, type Standing } from './standing.ts'
import { createStandings } from './standings.ts'
import { createVersionLooks } from './version-looks.ts'
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
  'cheer.given',
  'step.ticked',
  'pulse.given',
  'thing.reported',
])

const HOLDERS = 24

interface Giving {
  /** What earned it. */
  activity_id: number
  /** When it was earned, where that is not now. */
  at?: string
  given_by?: number | null
  evidence?: string | null
}

export function createBadges(
  db: Database,
  clock: Clock,
  {
    activity,
    calendarOf,
    courses,
  }: { activity: ActivityLog; calendarOf: CalendarOf; courses: Pick<Courses, 'content'> },
) {
  const standings = createStandings(db, clock, { calendarOf, courses })
  const asAwarded = createVersionLooks(db)
  const cohortOfAward = db
    .prepare<{ person_id: number; award_id: string }, number>(
      'SELECT cohort_id FROM award WHERE id = :award_id AND person_id = :person_id AND revoked_at IS NULL',
    )
    .pluck()
  const award = db.prepare<object, { id: string }>(`
    INSERT INTO award (id, badge_id, badge_version, person_id, cohort_id, activity_id, awarded_at, given_by, evidence)
    SELECT :id, id, version, :person_id, :cohort_id, :activity_id, :at, :given_by, :evidence FROM badge WHERE id = :badge_id
    ON CONFLICT (badge_id, person_id, cohort_id) DO NOTHING RETURNING id`)
  const slugOf = db.prepare<[number], string>('SELECT slug FROM badge WHERE id = ?').pluck()
  const earnedBy = db
    .prepare<[number], string>(`
      SELECT award.id FROM award JOIN badge ON badge.id = badge_id
       WHERE activity_id = ? AND revoked_at IS NULL ORDER BY badge.position`)
    .pluck()
  // in this one statement, so that what is hidden takes no longer to be not found than what never was
  const bySlug = db.prepare<{ slug: string; viewer: number }, Facing>(`
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

  const held = db.prepare<
    { person_id: number; cohort_id: number },
    { course_id: number; revision: number; held: string }
  >(`
    SELECT cohort.course_id, course.revision,
           (SELECT json_group_array(badge_id) FROM award WHERE person_id = :person_id AND cohort_id = :cohort_id) AS held
      FROM cohort JOIN course ON course.id = cohort.course_id
     WHERE cohort.id = :cohort_id`)

  const podOf = db
    .prepare<{ person_id: number; cohort_id: number }, number>(`
    SELECT theirs.person_id FROM enrolment AS mine
      JOIN enrolment AS theirs ON theirs.pod_id = mine.pod_id AND theirs.left_at IS NULL AND theirs.role = 'learner'
     WHERE mine.cohort_id = :cohort_id AND mine.person_id = :person_id`)
    .pluck()

  const watched = new Map<number, { revision: number; by_kind: Map<ActivityKind, Badge[]> }>()

  /** The badges that such an act may earn, in any cohort of the course. */
  function watching(course_id: number, revision: number, kind: ActivityKind): readonly Badge[] {
    const known = watched.get(course_id)
    if (known?.revision === revision) return known.by_kind.get(kind) ?? []
    const by_kind = new Map<ActivityKind, Badge[]>()
    for (const badge of standings.badgesIn(course_id, revision)) {
      if (badge.position === 0) continue
      for (const event of eventsOf(badge.rule)) by_kind.set(event, [...(by_kind.get(event) ?? []), badge])
    }
    watched.set(course_id, { revision, by_kind })
    return by_kind.get(kind) ?? []
  }

  /** The badges that such an act may earn in the cohort, and which of them somebody never had: most acts stop here. */
  function open(kind: ActivityKind, person_id: number, cohort_id: number): { all: Badge[]; left: Badge[] } {
    const row = held.get({ person_id, cohort_id })
    if (!row) return { all: [], left: [] }
    const all = watching(row.course_id, row.revision, kind).filter((badge) => isIn(badge, cohort_id))
    const has = new Set<number>(JSON.parse(row.held))
    return { all, left: all.filter(({ id }) => !has.has(id)) }
  }

  function standingIn({ person_id, cohort }: Pick<Enrolment, 'person_id' | 'cohort'>): Standing {
    const badges = standings.badgesIn(cohort.course_id, cohort.course_revision)
    const found = standings.of(person_id, cohort.id, badges)
    if (!found) throw new Error(`Person ${person_id} is not in cohort ${cohort.id}`)
    return found
  }

  /** Gives what holds now and was not given. */
  function awardTo(badges: Badge[], person_id: number, cohort_id: number, activity_id: number): void {
    if (badges.length === 0) return
    for (const { badge, held_at, award: had, revoked } of standings.of(person_id, cohort_id, badges)?.reaches ?? [])
      if (!had && !revoked && held_at !== null) give(badge.id, person_id, cohort_id, { activity_id })
  }

  /** The one way in which an award comes into being, in its caller's transaction. @returns null where it was given before */
  function give(
    badge_id: number,
    person_id: number,
    cohort_id: number,
    { activity_id, at = nowText(clock), given_by = null, evidence = null }: Giving,
  ): string | null {
    const id = randomBytes(16).toString('base64url')
    const given = award.get({ id, badge_id, person_id, cohort_id, activity_id, at, given_by, evidence })
    if (!given) return null
    const detail = { badge: slugOf.get(badge_id) ?? '' }
    activity.record('award.earned', { person_id, cohort_id, subject_id: badge_id, detail })
    return id
  }

  /** The local date of a cohort. */
  function today({ time_zone }: Enrolment['cohort']): string {
    return clock.now().toZonedDateTimeISO(time_zone).toPlainDate().toString()
  }

  function learnersWith(badge_id: number, viewer: number): Learners {
    const rows = holders.all({ badge_id, viewer, limit: HOLDERS })
    return { count: rows[0]?.total ?? 0, people: rows.map(({ total, ...person }) => person) }
  }

  return {
    /** Subscriber: gives what this act has earned, in the act's own transaction. */
    onActivity({ id: activity_id, kind, person_id: by, cohort_id, detail }: Activity): void {
      if (!EARNING.has(kind) || by === null || cohort_id === null) return
      const person_id = typeof detail['for'] === 'number' ? detail['for'] : by
      const { all, left } = open(kind, person_id, cohort_id)
      const of_pods = all.some(({ rule }) => isOfPod(rule))
      if (left.length === 0 && !of_pods) return
      transaction(db, () => {
        awardTo(left, person_id, cohort_id, activity_id)
        const others = of_pods ? podOf.all({ person_id, cohort_id }).filter((other) => other !== person_id) : []
        for (const other of others) {
          const theirs = open(kind, other, cohort_id).left.filter(({ rule }) => isOfPod(rule))
          awardTo(theirs, other, cohort_id, activity_id)
        }
      })
    },

    give,

    /** Where somebody stands with one badge, as it is now: also with a draft, and whatever she has. */
    reach(badge: Badge, person_id: number, cohort_id: number): Reach | null {
      return standings.of(person_id, cohort_id, [badge])?.reaches[0] ?? null
    },

    /** A badge as it is kept, drafts too. */
    badge: standings.badge,

    /** The awards that an act earned. */
    earnedBy: (activity_id: number): string[] => earnedBy.all(activity_id),

    /** What is shown once of an award that has just been earned; null for anybody else's. */
    moment(award_id: string, person_id: number, voice: Voice): Moment | null {
      const cohort_id = cohortOfAward.get({ award_id, person_id })
      const row = cohort_id === undefined ? undefined : held.get({ person_id, cohort_id })
      if (cohort_id === undefined || !row) return null
      const found = standings.of(person_id, cohort_id, standings.badgesIn(row.course_id, row.revision))
      const reach = found && asAwarded(found).reaches.find(({ award }) => award?.id === award_id)
      if (!found || !reach) return null
      const { title, meaning } = reach.badge
      return { award_id, title, text: meaning, drawing_html: drawReach(voice, reach), ...wayOn(voice, found, reach) }
    },

    /** Three for the map: what was earned last, and what is closest. */
    few: (enrolment: Enrolment, voice: Voice): BadgeItem[] =>
      makeFew(voice, asAwarded(standingIn(enrolment)), today(enrolment.cohort)),

    wall: (enrolment: Enrolment, voice: Voice): Wall =>
      makeWall(voice, asAwarded(standingIn(enrolment)), today(enrolment.cohort)),

    /** Which badge an address means to somebody; a treasure only to those who found it. @param viewer 0 for a guest */
    find: (slug: string, viewer: number): Facing | null => bySlug.get({ slug, viewer }) ?? null,

    /**
     * The page of one badge.
     * @param enrolment of who looks in a cohort of this course; null for a guest
     * @returns null where there is nothing for her: a course that is neither public nor hers
     */
    page(facing: Facing, enrolment: Enrolment | null, voice: Voice): BadgePage | null {
      if (!enrolment && !facing.public && facing.held_in === null) return null
      const badge = standings.badgesIn(facing.course_id, facing.course_revision).find(({ id }) => id === facing.id)
      if (!badge) return null
      const content = courses.content(facing.course_id, facing.course_revision, enrolment?.language)
      if (!enrolment) return makePage(voice, badge, content, null, null)
      return makePage(voice, badge, content, standingIn(enrolment), learnersWith(badge.id, enrolment.person_id))
    },
  }
}
