import type { ActivityLog } from '../activity/activity.ts'
import { type Clock, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import type { Member, Members, PostsChoice } from './members.ts'

/** A person who may not join a cohort again. */
interface BlockedPerson {
  person_id: number
  name: string
  handle: string
  blocked_at: string
}

/** As many as one page shows. */
const SHOWN = 100

/** Keeps people out of a cohort; signed in, they still read what is open to others. */
export function createBlocks(
  db: Database,
  clock: Clock,
  { activity, members }: { activity: ActivityLog; members: Pick<Members, 'remove'> },
) {
  const insert = db.prepare(`
    INSERT INTO block (cohort_id, person_id, blocked_by, blocked_at) VALUES (:cohort_id, :person_id, :by, :now)
    ON CONFLICT DO NOTHING`)
  const dropInvitations = db.prepare(
    'DELETE FROM invitation WHERE cohort_id = :cohort_id AND email = :email AND used_at IS NULL',
  )
  const drop = db.prepare('DELETE FROM block WHERE cohort_id = ? AND person_id = ?')
  const has = db.prepare<[number, number], 1>('SELECT 1 FROM block WHERE cohort_id = ? AND person_id = ?').pluck()
  const list = db.prepare<[number], BlockedPerson>(`
    SELECT person_id, name, handle, blocked_at FROM block JOIN person ON person.id = person_id
     WHERE cohort_id = ? ORDER BY blocked_at DESC, person_id LIMIT ${SHOWN}`)

  return {
    isBlocked: (cohort_id: number, person_id: number): boolean => has.get(cohort_id, person_id) === 1,

    /** The latest first. */
    list: (cohort_id: number): BlockedPerson[] => list.all(cohort_id),

    /** Removes a person who may not come back. @returns false for organisers and for oneself */
    block(cohort_id: number, member: Member, posts: PostsChoice, by: number): boolean {
      const { email, person_id, role } = member
      if (role === 'organiser' || person_id === by) return false
      return transaction(db, () => {
        if (!members.remove(cohort_id, member, posts, by)) return false
        insert.run({ cohort_id, person_id, by, now: nowText(clock) })
        dropInvitations.run({ cohort_id, email })
        activity.record('person.blocked', { person_id: by, cohort_id, subject_id: person_id })
        return true
      })
    },

    /** Lets a person join again. */
    unblock(cohort_id: number, person_id: number, by: number): void {
      transaction(db, () => {
        if (drop.run(cohort_id, person_id).changes === 0) return
        activity.record('person.unblocked', { person_id: by, cohort_id, subject_id: person_id })
      })
    },
  }
}
