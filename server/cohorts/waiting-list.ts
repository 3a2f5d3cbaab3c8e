import type { Activity } from '../activity/activity.ts'
import { type Clock, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import type { EnrolmentRole } from '../enrolments/enrolments.ts'
import type { Notices } from '../notifications/notices.ts'
import { MAY_SIGN_IN } from '../people/policy.ts'
import type { Pods } from '../pods/pods.ts'
import type { Cohorts } from './cohorts.ts'
import { HAS_ROOM } from './members.ts'

/** Somebody who waits for a place, as organisers see her. */
export interface WaitingPerson {
  person_id: number
  name: string
  handle: string
  email: string
  invited: 0 | 1
  since: string
}

/** A cohort somebody waits for. */
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
  cohorts: Pick<Cohorts, 'enrol' | 'enrolIfRoom'>
  pods: Pick<Pods, 'move'>
  notices: Pick<Notices, 'notify'>
  /** Puts the letter that tells of a place into the outbox. */
  writeTo: (cohort_id: number, person_id: number) => void
}

/** What may make a place free. */
const FREES: Activity['kind'][] = [
  'person.left',
  'person.removed',
  'person.deleted',
  'enrolment.role_changed',
  'cohort.reopened',
]
/** A longer list helps nobody. */
const SHOWN = 100

/** Who comes when every place of a cohort is taken stands in line, and is enrolled in the act that makes a place free. */
export function createWaiting(db: Database, clock: Clock, { cohorts, pods, notices, writeTo }: WaitingListDeps) {
  const put = db.prepare(`
    INSERT INTO waiting (cohort_id, person_id, invited, pod_id, since)
    SELECT :cohort_id, :person_id, :invited, :pod_id, :now
     WHERE NOT EXISTS (SELECT 1 FROM block WHERE cohort_id = :cohort_id AND person_id = :person_id)
       AND NOT EXISTS (
         SELECT 1 FROM enrolment WHERE cohort_id = :cohort_id AND person_id = :person_id AND left_at IS NULL)
    ON CONFLICT (cohort_id, person_id) DO UPDATE
      SET invited = max(invited, excluded.invited), pod_id = coalesce(excluded.pod_id, pod_id)`)
  const drop = db.prepare('DELETE FROM waiting WHERE cohort_id = ? AND person_id = ?')
  const hasRoom = db.prepare<{ cohort_id: number; now: string }, number>(`SELECT ${HAS_ROOM}`).pluck()
  const first = db.prepare<[number], { person_id: number; pod_id: number | null; title: string; slug: string }>(`
    SELECT person_id, pod_id, cohort.title, cohort.slug
      FROM waiting JOIN cohort ON cohort.id = cohort_id
      JOIN person ON person.id = person_id AND ${MAY_SIGN_IN}
     WHERE cohort_id = ? ORDER BY invited DESC, waiting.id LIMIT 1`)
  const one = db.prepare<[number, number], { person_id: number; pod_id: number | null; title: string; slug: string }>(`
    SELECT person_id, pod_id, cohort.title, cohort.slug
      FROM waiting JOIN cohort ON cohort.id = cohort_id WHERE cohort_id = ? AND person_id = ?`)
  const lines = db.prepare<[number], WaitingListPlace & { cohort_id: number }>(`
    SELECT cohort_id, cohort.slug, cohort.title,
           (SELECT count(*) FROM waiting AS before
             WHERE before.cohort_id = mine.cohort_id AND (-before.invited, before.id) <= (-mine.invited, mine.id)) AS place
      FROM waiting AS mine JOIN cohort ON cohort.id = cohort_id
     WHERE person_id = ? ORDER BY mine.id`)
  const list = db.prepare<[number], WaitingPerson>(`
    SELECT person_id, name, handle, email, invited, since
      FROM waiting JOIN person ON person.id = person_id
     WHERE cohort_id = ? ORDER BY invited DESC, waiting.id LIMIT ${SHOWN}`)
  const enrolmentOf = db
    .prepare<[number, number], number>('SELECT id FROM enrolment WHERE cohort_id = ? AND person_id = ?')
    .pluck()
  const withLines = db.prepare<[], number>('SELECT DISTINCT cohort_id FROM waiting').pluck()

  function intoPod(cohort_id: number, person_id: number, pod_id: number | null): void {
    const enrolment_id = pod_id === null ? undefined : enrolmentOf.get(cohort_id, person_id)
    if (enrolment_id !== undefined) pods.move(cohort_id, [enrolment_id], pod_id, null)
  }

  /** Somebody from the line comes in. @returns false where she may not */
  function comesIn(cohort_id: number, who: NonNullable<ReturnType<typeof first.get>>, enrols: () => boolean): boolean {
    const { person_id, pod_id, title, slug } = who
    drop.run(cohort_id, person_id)
    if (!enrols()) return false
    intoPod(cohort_id, person_id, pod_id)
    const detail = { cohort: title, href: `/cohorts/${slug}` }
    notices.notify({ person_id, kind: 'place', key: `place ${cohort_id} ${nowText(clock)}`, cohort_id, detail })
    writeTo(cohort_id, person_id)
    return true
  }

  /** Enrols from the line as long as there are places; in the transaction of the act that made them. */
  function fill(cohort_id: number): void {
    transaction(db, () => {
      for (let next = first.get(cohort_id); next; next = first.get(cohort_id)) {
        if (hasRoom.get({ cohort_id, now: nowText(clock) }) !== 1) return
        const { person_id } = next
        comesIn(cohort_id, next, () => cohorts.enrolIfRoom({ cohort_id, person_id }))
      }
    })
  }

  return {
    fill,

    /** Subscriber: places become free where people go, and nobody waits for what she has. */
    onActivity({ kind, cohort_id, subject_id }: Activity): void {
      if (kind === 'person.joined' && cohort_id !== null && subject_id !== null) drop.run(cohort_id, subject_id)
      if (!FREES.includes(kind)) return
      for (const id of cohort_id === null ? withLines.all() : [cohort_id]) fill(id)
    },

    /** Comes in by an invitation of her own; where all places are taken she stands before those without one. */
    comeInvited({ pod_id = null, ...facts }: Joiner): void {
      transaction(db, () => {
        const { cohort_id, person_id } = facts
        if (cohorts.enrolIfRoom(facts)) intoPod(cohort_id, person_id, pod_id)
        else put.run({ cohort_id, person_id, pod_id, invited: 1, now: nowText(clock) })
      })
    },

    /** Comes in, or stands in line from now on where every place is taken and she would like to. */
    come({ cohort_id, person_id, wait }: { cohort_id: number; person_id: number; wait: boolean }): boolean {
      return transaction(db, () => {
        if (cohorts.enrolIfRoom({ cohort_id, person_id })) return true
        if (wait) put.run({ cohort_id, person_id, pod_id: null, invited: 0, now: nowText(clock) })
        return false
      })
    },

    stepBack(cohort_id: number, person_id: number): void {
      drop.run(cohort_id, person_id)
    },

    /** An organiser lets somebody in, though there is no place. @returns false where she does not wait, or may not */
    letIn(cohort_id: number, person_id: number): boolean {
      return transaction(db, () => {
        const who = one.get(cohort_id, person_id)
        // whoever cannot come in now keeps her place in line
        return who !== undefined && cohorts.enrol({ cohort_id, person_id }) > 0 && comesIn(cohort_id, who, () => true)
      })
    },

    /** Where somebody stands in line, beginning with 1; null where she does not. */
    placeOf: (cohort_id: number, person_id: number): number | null =>
      lines.all(person_id).find((line) => line.cohort_id === cohort_id)?.place ?? null,

    /** The cohorts somebody waits for. */
    linesOf: (person_id: number): WaitingListPlace[] => lines.all(person_id),

    /** The first of the line. */
    of: (cohort_id: number): WaitingPerson[] => list.all(cohort_id),
  }
}

export type WaitingList = ReturnType<typeof createWaiting>
