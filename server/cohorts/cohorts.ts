import type { ActivityLog } from '../activity/activity.ts'
import type { Calendar } from '../calendar/calendar.ts'
import { type Holiday, lastDay, type PlannedEntry, planCalendar, type Rhythm } from '../calendar/plan.ts'
import type { Courses } from '../courses/courses.ts'
import { type Clock, localDate, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import type { Cohort, Joining } from '../enrolments/enrolments.ts'
import { countLearnersSql } from '../enrolments/policy.ts'
import { newJoinCode } from './join-code.ts'
import type { Members } from './members.ts'
import { freeCohortSlug } from './slug.ts'

/** A cohort that anybody may join with its code or without one. */
export interface OpenCohort {
  id: number
  slug: string
  title: string
  course_id: number
  starts_on: string
  ends_on: string
  joining: Joining
}

/** A cohort as the page to join it shows it. */
export interface JoinableCohort extends Cohort {
  rhythm: Rhythm
  learners: number
  /** How many learners there is room for; null for any number. */
  capacity: number | null
  /** How many people are on the waiting list. */
  waiting: number
  organisers: string[]
  guides: string[]
}

interface CohortPlan {
  title: string
  slug?: string
  course_id: number
  starts_on: string
  time_zone: string
  rhythm: Rhythm
  holidays: readonly Holiday[]
  /** Its calendar, where it is not to be made from the rhythm. */
  calendar?: readonly PlannedEntry[]
  joining: Joining
  /** Becomes the organiser. */
  by: number
}

interface CohortDeps {
  activity: ActivityLog
  calendar: Pick<Calendar, 'insert'>
  courses: Pick<Courses, 'content'>
  members: Pick<Members, 'enrol'>
}

export function createCohorts(db: Database, clock: Clock, { activity, calendar, courses, members }: CohortDeps) {
  const taken = db.prepare<[string], 1>('SELECT 1 FROM cohort WHERE slug = ?').pluck()
  const courseRevision = db.prepare<[number], number>('SELECT revision FROM course WHERE id = ?').pluck()
  const insert = db.prepare(`
    INSERT INTO cohort (slug, title, course_id, starts_on, ends_on, time_zone, rhythm, joining, join_code, world_allowed, made_by, made_at)
    VALUES (:slug, :title, :course_id, :starts_on, :ends_on, :time_zone, :rhythm, :joining, :join_code, :world_allowed, :by, :now)`)
  const open = db.prepare<{ day: string; now: string }, OpenCohort>(`
    SELECT id, slug, title, course_id, starts_on, ends_on, joining
      FROM cohort
     WHERE joining <> 'invitation' AND ends_on >= :day AND (closed_at IS NULL OR closed_at > :now)
     ORDER BY starts_on, id`)
  const joinable = db.prepare<
    [string],
    Cohort & { rhythm: string; learners: number; capacity: number | null; waiting: number }
  >(`
    SELECT cohort.id, cohort.slug, cohort.title, course_id, course.revision AS course_revision, starts_on, ends_on, time_zone,
           closed_at, joining, join_code, world_allowed, cohort.rhythm, capacity,
           (SELECT count(*) FROM waiting WHERE cohort_id = cohort.id) AS waiting,
           ${countLearnersSql('cohort.id')} AS learners
      FROM cohort JOIN course ON course.id = course_id
     WHERE cohort.slug = ?`)
  const leads = db.prepare<[number], { name: string; role: 'guide' | 'organiser' }>(`
    SELECT name, enrolment.role FROM enrolment JOIN person ON person.id = person_id
     WHERE cohort_id = ? AND enrolment.role <> 'learner' AND left_at IS NULL ORDER BY joined_at, enrolment.id LIMIT 8`)
  const counts = db.prepare<[number], { learners: number; guides: number; organisers: number }>(`
    SELECT count(*) FILTER (WHERE role = 'learner') AS learners, count(*) FILTER (WHERE role = 'guide') AS guides,
           count(*) FILTER (WHERE role = 'organiser') AS organisers
      FROM enrolment WHERE cohort_id = ? AND left_at IS NULL`)
  const any = db.prepare<[], number>('SELECT EXISTS (SELECT 1 FROM cohort)').pluck()

  return {
    /** Makes a cohort with its calendar; its maker becomes the organiser. @returns its slug */
    make(plan: CohortPlan): string {
      const { title, course_id, starts_on, time_zone, rhythm, holidays, joining, by } = plan
      return transaction(db, () => {
        const { things } = courses.content(course_id, courseRevision.get(course_id) ?? 0)
        const planned = plan.calendar ?? planCalendar({ starts_on, time_zone, rhythm, holidays, things: things.length })
        const slug = freeCohortSlug(plan.slug ?? title, (wanted) => taken.get(wanted) === 1)
        const row = {
          slug,
          title,
          course_id,
          starts_on,
          ends_on: lastDay(planned),
          time_zone,
          joining,
          by,
          now: nowText(clock),
        }
        const kept = { rhythm: JSON.stringify({ ...rhythm, holidays }), join_code: newJoinCode() }
        const world_allowed = joining === 'invitation' ? 0 : 1
        const cohort_id = Number(insert.run({ ...row, ...kept, world_allowed }).lastInsertRowid)
        const entries = planned.map((entry) => {
          const number = entry.kind === 'thing' ? entry.number : null
          return { ...entry, number, thing_id: number === null ? null : (things[number - 1]?.id ?? null) }
        })
        calendar.insert(cohort_id, entries)
        activity.record('cohort.made', { person_id: by, cohort_id, subject_id: cohort_id })
        members.enrol({ cohort_id, person_id: by, role: 'organiser' })
        return slug
      })
    },

    hasAny: () => any.get() === 1,

    /** Cohorts that anybody may join, until a day after they end or are closed. */
    listOpen: (): OpenCohort[] =>
      open.all({
        day: localDate(clock.now().subtract({ hours: 24 }), 'UTC'),
        now: nowText(clock),
      }),

    findJoinable(slug: string): JoinableCohort | null {
      const row = joinable.get(slug)
      if (!row) return null
      const names = leads.all(row.id)
      const ofRole = (role: string) => names.filter((lead) => lead.role === role).map(({ name }) => name)
      return { ...row, rhythm: JSON.parse(row.rhythm), organisers: ofRole('organiser'), guides: ofRole('guide') }
    },

    counts: (cohort_id: number) => counts.get(cohort_id) ?? { learners: 0, guides: 0, organisers: 0 },
  }
}

export type Cohorts = ReturnType<typeof createCohorts>
