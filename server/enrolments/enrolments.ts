import { type Clock, nowText } from '../db/clock.ts'
import type { Database } from '../db/open.ts'
import { writeIfPossible } from '../db/write-lock.ts'

export type EnrolmentRole = 'learner' | 'guide' | 'organiser'
export type Joining = 'code' | 'open' | 'invitation'

export interface Cohort {
  id: number
  slug: string
  title: string
  course_id: number
  /** The course's revision now: what is kept of it in memory is good for this number. */
  course_revision: number
  starts_on: string
  ends_on: string
  time_zone: string
  /** The instant from which nobody can join; null when none is set. */
  closed_at: string | null
  joining: Joining
  join_code: string
  world_allowed: 0 | 1
  /** Leaves out badges and other game elements. */
  calm: 0 | 1
}

/** A cohort as those see it who are in it. */
interface OwnCohort extends Cohort {
  /** May learners choose their pod themselves? */
  pods_open: 0 | 1
  /** Are learners asked what would suit them? */
  pods_ask: 0 | 1
  /** Do others' words about a thing open only once one has written about it? */
  write_first: 0 | 1
}

/** A person in a cohort, with the cohort. */
export interface Enrolment {
  id: number
  person_id: number
  role: EnrolmentRole
  goal: number
  joined_at: string
  seen_at: string
  pod: { id: number; name: string } | null
  /** The language in which the person reads the course. */
  language: string | null
  /** The start of the current pause; null without one. */
  paused_since: string | null
  cohort: OwnCohort
}

declare global {
  namespace Express {
    interface Request {
      /** Put here by a cohort's policy. */
      enrolment?: Enrolment
    }
  }
}

type EnrolmentRow = Omit<Enrolment, 'cohort' | 'id' | 'pod'> &
  OwnCohort & { enrolment_id: number; pod_id: number | null; pod_name: string | null }

const SELECT_ENROLMENT = `
  SELECT enrolment.id AS enrolment_id, enrolment.person_id, enrolment.role, enrolment.goal, enrolment.joined_at, enrolment.seen_at,
         person.language, (SELECT since FROM pause WHERE enrolment_id = enrolment.id AND until IS NULL) AS paused_since,
         cohort.id, cohort.slug, cohort.title, cohort.course_id, course.revision AS course_revision, cohort.starts_on,
         cohort.ends_on, cohort.time_zone, cohort.closed_at, cohort.joining, cohort.join_code, cohort.world_allowed, cohort.calm, cohort.pods_open,
         cohort.pods_ask, course.write_first, pod.id AS pod_id, pod.name AS pod_name
    FROM enrolment
    JOIN person ON person.id = enrolment.person_id
    JOIN cohort ON cohort.id = enrolment.cohort_id
    JOIN course ON course.id = cohort.course_id
    LEFT JOIN pod ON pod.id = enrolment.pod_id
   WHERE enrolment.person_id = :person_id AND enrolment.left_at IS NULL`

function fromRow(row: EnrolmentRow): Enrolment {
  const {
    enrolment_id,
    person_id,
    role,
    goal,
    joined_at,
    seen_at,
    language,
    paused_since,
    pod_id,
    pod_name,
    ...cohort
  } = row
  const pod = pod_id === null || pod_name === null ? null : { id: pod_id, name: pod_name }
  return { id: enrolment_id, person_id, role, goal, joined_at, seen_at, language, paused_since, pod, cohort }
}

/** How long "last seen" may be behind, so that reading a page rarely writes. */
const SEEN_EVERY = Temporal.Duration.from({ minutes: 10 })

export function createEnrolments(db: Database, clock: Clock) {
  const bySlug = db.prepare<{ person_id: number; slug: string }, EnrolmentRow>(
    `${SELECT_ENROLMENT} AND cohort.slug = :slug`,
  )
  const all = db.prepare<{ person_id: number }, EnrolmentRow>(`${SELECT_ENROLMENT} ORDER BY enrolment.seen_at DESC`)
  const setSeenAt = db.prepare('UPDATE enrolment SET seen_at = ? WHERE id = ?')

  return {
    /** The person's enrolment in a cohort; null for strangers and for those who left. */
    find(person_id: number, slug: string): Enrolment | null {
      const row = bySlug.get({ person_id, slug })
      return row ? fromRow(row) : null
    },

    /** All of a person's enrolments, the one visited last first. */
    listOfPerson: (person_id: number): Enrolment[] => all.all({ person_id }).map(fromRow),

    /** Notes that the person is here, at most every ten minutes unless another cohort was visited in between. */
    markVisited(enrolment: Enrolment, last_cohort: string | null): void {
      const due = clock.now().subtract(SEEN_EVERY)
      if (last_cohort === enrolment.cohort.slug && Temporal.Instant.compare(enrolment.seen_at, due) > 0) return
      writeIfPossible(db, () => setSeenAt.run(nowText(clock), enrolment.id))
    },
  }
}

export type Enrolments = ReturnType<typeof createEnrolments>
