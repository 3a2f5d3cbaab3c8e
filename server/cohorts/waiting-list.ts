import type { Activity } from '../activity/activity.ts'
import { type Clock, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import type { EnrolmentRole } from '../enrolments/enrolments.ts'
import type { Notices } from '../notifications/notices.ts'
import { MAY_SIGN_IN } from '../people/policy.ts'
import type { Pods } from '../pods/pods.ts'
import { HAS_ROOM, type Members } from './members.ts'

/** A person on the waiting list, as organisers see them. */
export interface WaitingPerson {
  person_id: number
  name: string
  handle: string
  email: string
  invited: 0 | 1
  since: string
}

/** A person's place on the waiting list of a cohort, from 1. */
export interface WaitingListPlace {
  slug: string
  title: string
  place: number
}

interface Joiner {
  cohort_id: number
  person_id: number
  role?: EnrolmentRole
  pod_id?: number | null
}

interface WaitingListDeps {
  members: Pick<Members, 'enrol' | 'enrolIfRoom'>
  pods: Pick<Pods, 'move'>
  notices: Pick<Notices, 'notify'>
  /** Queues the email about the free place. */
  sendPlaceEmail: (cohort_id: number, person_id: number) => void
}

/** What may make a place free. */
const FREES_A_PLACE: Activity['kind'][] = [
  'person.left',
  'person.removed',
  'person.deleted',
  'enrolment.role_changed',
  'cohort.reopened',
]
/** As many as one page shows. */
const MOST_SHOWN = 100

/** The waiting lists of full cohorts. People are enrolled in the transaction that frees a place. */
export function createWaitingList(
  db: Database,
  clock: Clock,
  { members, pods, notices, sendPlaceEmail }: WaitingListDeps,
) {
  const insert = db.prepare(`
    INSERT INTO waiting (cohort_id, person_id, invited, pod_id, since)
    SELECT :cohort_id, :person_id, :invited, :pod_id, :now
     WHERE NOT EXISTS (SELECT 1 FROM block WHERE cohort_id = :cohort_id AND person_id = :person_id)
       AND NOT EXISTS (
         SELECT 1 FROM enrolment WHERE cohort_id = :cohort_id AND person_id = :person_id AND left_at IS NULL)
    ON CONFLICT (cohort_id, person_id) DO UPDATE
      SET invited = max(invited, excluded.invited), pod_id = coalesce(excluded.pod_id, pod_id)`)
  const remove = db.prepare('DELETE FROM waiting WHERE cohort_id = ? AND person_id = ?')
  const hasRoom = db.prepare<{ cohort_id: number; now: string }, number>(`SELECT ${HAS_ROOM}`).pluck()
  const findFirst = db.prepare<[number], { person_id: number; pod_id: number | null; title: string; slug: string }>(`
    SELECT person_id, pod_id, cohort.title, cohort.slug
      FROM waiting JOIN cohort ON cohort.id = cohort_id
      JOIN person ON person.id = person_id AND ${MAY_SIGN_IN}
     WHERE cohort_id = ? ORDER BY invited DESC, waiting.id LIMIT 1`)
  const findOne = db.prepare<
    [number, number],
    { person_id: number; pod_id: number | null; title: string; slug: string }
  >(`
    SELECT person_id, pod_id, cohort.title, cohort.slug
      FROM waiting JOIN cohort ON cohort.id = cohort_id WHERE cohort_id = ? AND person_id = ?`)
  const placesOfPerson = db.prepare<[number], WaitingListPlace & { cohort_id: number }>(`
    SELECT cohort_id, cohort.slug, cohort.title,
           (SELECT count(*) FROM waiting AS before
             WHERE before.cohort_id = mine.cohort_id AND (-before.invited, before.id) <= (-mine.invited, mine.id)) AS place
      FROM waiting AS mine JOIN cohort ON cohort.id = cohort_id
     WHERE person_id = ? ORDER BY mine.id`)
  const listFirst = db.prepare<[number], WaitingPerson>(`
    SELECT person_id, name, handle, email, invited, since
      FROM waiting JOIN person ON person.id = person_id
     WHERE cohort_id = ? ORDER BY invited DESC, waiting.id LIMIT ${MOST_SHOWN}`)
  const enrolmentOf = db
    .prepare<[number, number], number>('SELECT id FROM enrolment WHERE cohort_id = ? AND person_id = ?')
    .pluck()
  const cohortsWithWaiting = db.prepare<[], number>('SELECT DISTINCT cohort_id FROM waiting').pluck()

  function assignPod(cohort_id: number, person_id: number, pod_id: number | null): void {
    const enrolment_id = pod_id === null ? undefined : enrolmentOf.get(cohort_id, person_id)
    if (enrolment_id !== undefined) pods.move(cohort_id, [enrolment_id], pod_id, null)
  }

  /** Takes a person off the list, enrols and notifies them. @returns false when they may not be enrolled */
  function promote(
    cohort_id: number,
    who: NonNullable<ReturnType<typeof findFirst.get>>,
    enrols: () => boolean,
  ): boolean {
    const { person_id, pod_id, title, slug } = who
    remove.run(cohort_id, person_id)
    if (!enrols()) return false
    assignPod(cohort_id, person_id, pod_id)
    const detail = { cohort: title, href: `/cohorts/${slug}` }
    notices.notify({ person_id, kind: 'place', key: `place ${cohort_id} ${nowText(clock)}`, cohort_id, detail })
    sendPlaceEmail(cohort_id, person_id)
    return true
  }

  /** Enrols from the waiting list while there are free places, in the caller's transaction. */
  function promoteWaiting(cohort_id: number): void {
    transaction(db, () => {
      for (let next = findFirst.get(cohort_id); next; next = findFirst.get(cohort_id)) {
        if (hasRoom.get({ cohort_id, now: nowText(clock) }) !== 1) return
        const { person_id } = next
        promote(cohort_id, next, () => members.enrolIfRoom({ cohort_id, person_id }))
      }
    })
  }

  return {
    promoteWaiting,

    /** Subscriber: removes people who joined from the list, and fills places that became free. */
    onActivity({ kind, cohort_id, subject_id }: Activity): void {
      if (kind === 'person.joined' && cohort_id !== null && subject_id !== null) remove.run(cohort_id, subject_id)
      if (!FREES_A_PLACE.includes(kind)) return
      for (const id of cohort_id === null ? cohortsWithWaiting.all() : [cohort_id]) promoteWaiting(id)
    },

    /** Enrols an invited person; in a full cohort they wait before those without an invitation. */
    joinInvited({ pod_id = null, ...facts }: Joiner): void {
      transaction(db, () => {
        const { cohort_id, person_id } = facts
        if (members.enrolIfRoom(facts)) assignPod(cohort_id, person_id, pod_id)
        else insert.run({ cohort_id, person_id, pod_id, invited: 1, now: nowText(clock) })
      })
    },

    /** Enrols a person, or puts them on the waiting list if they want to. @returns whether they were enrolled */
    joinOrWait({ cohort_id, person_id, wait }: { cohort_id: number; person_id: number; wait: boolean }): boolean {
      return transaction(db, () => {
        if (members.enrolIfRoom({ cohort_id, person_id })) return true
        if (wait) insert.run({ cohort_id, person_id, pod_id: null, invited: 0, now: nowText(clock) })
        return false
      })
    },

    leave(cohort_id: number, person_id: number): void {
      remove.run(cohort_id, person_id)
    },

    /** An organiser enrols a waiting person beyond the capacity. @returns false when not on the list, or not allowed */
    admit(cohort_id: number, person_id: number): boolean {
      return transaction(db, () => {
        const who = findOne.get(cohort_id, person_id)
        // a person who cannot be enrolled keeps their place on the list
        return who !== undefined && members.enrol({ cohort_id, person_id }) > 0 && promote(cohort_id, who, () => true)
      })
    },

    /** A person's place on the list, from 1; null when not on it. */
    placeOfPerson: (cohort_id: number, person_id: number): number | null =>
      placesOfPerson.all(person_id).find((line) => line.cohort_id === cohort_id)?.place ?? null,

    /** The cohorts that a person waits for, with their place. */
    listOfPerson: (person_id: number): WaitingListPlace[] => placesOfPerson.all(person_id),

    /** The first people on the list. */
    listOfCohort: (cohort_id: number): WaitingPerson[] => listFirst.all(cohort_id),
  }
}

export type WaitingList = ReturnType<typeof createWaitingList>
