import type { ActivityLog } from '../activity/activity.ts'
import { type Clock, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import { pageOf } from '../db/page.ts'
import type { EnrolmentRole } from '../enrolments/enrolments.ts'
import { COUNT_THINGS_SQL, FREE_PLACES_SQL } from '../enrolments/policy.ts'
import type { SiteRole } from '../people/person.ts'

/** Whether the posts of a person who leaves stay under their name or are deleted. */
export type PostsChoice = 'stay' | 'go'

/** A person enrolled in a cohort, as its organisers see them. */
export interface Member {
  enrolment_id: number
  person_id: number
  name: string
  handle: string
  email: string
  workplace: string | null
  site_role: SiteRole
  role: EnrolmentRole
  joined_at: string
  seen_at: string
}

const PER_PAGE = 100

/** True for everyone but the last organiser of a cohort: there is always one. */
const NOT_THE_LAST = `(
  role <> 'organiser' OR 1 < (
    SELECT count(*) FROM enrolment AS other
     WHERE other.cohort_id = enrolment.cohort_id AND other.role = 'organiser' AND other.left_at IS NULL))`

/** True while the cohort is open and has a place for one more learner; the statement that asks also takes the place. */
export const HAS_ROOM = `EXISTS (
  SELECT 1 FROM cohort
   WHERE cohort.id = :cohort_id AND (closed_at IS NULL OR closed_at > :now)
     AND (capacity IS NULL OR ${FREE_PLACES_SQL} > 0))`

const MEMBER_COLUMNS = `
  enrolment.id AS enrolment_id, person_id, name, handle, email, workplace, person.role AS site_role,
  enrolment.role, joined_at, seen_at`

const SELECT_MEMBER = `
  SELECT ${MEMBER_COLUMNS}
    FROM enrolment JOIN person ON person.id = person_id
   WHERE cohort_id = :cohort_id AND left_at IS NULL`

interface Joiner {
  cohort_id: number
  person_id: number
  role?: EnrolmentRole
  /** How many things the person plans to do; all of them by default. */
  goal?: number
}

/** Joining, leaving and the roles of people in a cohort. */
export function createMembers(db: Database, clock: Clock, { activity }: { activity: ActivityLog }) {
  const insert = db
    .prepare<object, number>(`
      INSERT INTO enrolment (cohort_id, person_id, role, goal, joined_at, seen_at)
      SELECT :cohort_id, :person_id, :role,
             coalesce(:goal, ${COUNT_THINGS_SQL}), :now, :now
       WHERE NOT EXISTS (SELECT 1 FROM block WHERE cohort_id = :cohort_id AND person_id = :person_id)
         AND NOT EXISTS (SELECT 1 FROM cohort WHERE cohort.id = :cohort_id AND closed_at <= :now)
         AND (:limited = 0 OR :role <> 'learner' OR ${HAS_ROOM})
      ON CONFLICT (cohort_id, person_id) DO UPDATE
        SET left_at = NULL, role = excluded.role, seen_at = excluded.seen_at WHERE left_at IS NOT NULL
      RETURNING id`)
    .pluck()
  const findEnrolled = db
    .prepare<[number, number], number>(
      'SELECT id FROM enrolment WHERE cohort_id = ? AND person_id = ? AND left_at IS NULL',
    )
    .pluck()
  const raiseRole = db.prepare(`
    UPDATE enrolment SET role = :role
     WHERE id = :id AND left_at IS NULL AND ((role = 'learner' AND :role <> 'learner') OR (role = 'guide' AND :role = 'organiser'))`)
  const end = db.prepare(
    `UPDATE enrolment SET left_at = :now WHERE id = :enrolment_id AND left_at IS NULL AND ${NOT_THE_LAST}`,
  )
  const deletePosts = [
    'DELETE FROM reflection WHERE enrolment_id = :enrolment_id',
    'DELETE FROM completion WHERE enrolment_id = :enrolment_id',
    'DELETE FROM draft WHERE enrolment_id = :enrolment_id',
    'DELETE FROM later_thing WHERE cohort_id = :cohort_id AND person_id = :person_id',
    `UPDATE comment SET person_id = NULL, body = '', html = '', edited_at = NULL, deleted_at = :now
      WHERE person_id = :person_id AND reflection_id IN (SELECT id FROM reflection WHERE cohort_id = :cohort_id)
        AND EXISTS (SELECT 1 FROM comment AS other WHERE other.parent_id = comment.id AND other.person_id <> :person_id)`,
    ...['comment', 'cheer'].map(
      (table) => `
      DELETE FROM ${table}
       WHERE person_id = :person_id AND reflection_id IN (SELECT id FROM reflection WHERE cohort_id = :cohort_id)`,
    ),
  ].map((sql) => db.prepare(sql))
  const setGoal = db.prepare('UPDATE enrolment SET goal = ? WHERE id = ?')
  const setRole = db.prepare(`
    UPDATE enrolment SET role = :role
     WHERE id = :enrolment_id AND left_at IS NULL AND role <> :role AND (:role = 'organiser' OR ${NOT_THE_LAST})`)
  const page = db.prepare<object, Member>(`
    SELECT ${MEMBER_COLUMNS}
      FROM enrolment INDEXED BY enrolment_by_name CROSS JOIN person ON person.id = person_id
     WHERE cohort_id = :cohort_id AND left_at IS NULL
       AND (enrolment.sort_name, person_id)
           > (CASE WHEN :after IS NULL THEN '' ELSE (SELECT coalesce(sort_name, '') FROM person WHERE id = :after) END,
              coalesce(:after, 0))
       AND (:q = '' OR instr(enrolment.sort_name, folded(:q)) OR instr(email, lower(:q)))
     ORDER BY enrolment.sort_name, person_id LIMIT :limit`)
  const addresses = db
    .prepare<[string, number], string>(`
      SELECT wanted.value
        FROM json_each(?) AS wanted
        CROSS JOIN person ON person.email = wanted.value
        CROSS JOIN enrolment ON enrolment.cohort_id = ? AND enrolment.person_id = person.id AND left_at IS NULL`)
    .pluck()
  const byHandle = db.prepare<object, Member>(`${SELECT_MEMBER} AND handle = :handle`)

  /** @returns false for the last organiser, who cannot go */
  function endEnrolment(
    kind: 'person.left' | 'person.removed',
    {
      cohort_id,
      posts,
      by,
      ...who
    }: { enrolment_id: number; person_id: number; cohort_id: number; posts: PostsChoice; by: number },
  ): boolean {
    return transaction(db, () => {
      const now = nowText(clock)
      if (end.run({ enrolment_id: who.enrolment_id, now }).changes === 0) return false
      if (posts === 'go') for (const take of deletePosts) take.run({ ...who, cohort_id, now })
      activity.record(kind, { person_id: by, cohort_id, subject_id: who.person_id, detail: { posts } })
      return true
    })
  }

  /** @returns the id of the enrolment; 0 when the person may not join */
  function enrol({ limited, ...facts }: Joiner & { limited: 0 | 1 }): number {
    return transaction(db, () => {
      const { cohort_id, person_id, role = 'learner', goal = null } = facts
      const joined = insert.get({ cohort_id, person_id, role, goal, limited, now: nowText(clock) })
      const id = joined ?? findEnrolled.get(cohort_id, person_id) ?? 0
      const happened =
        joined !== undefined
          ? 'person.joined'
          : raiseRole.run({ id, role }).changes > 0
            ? 'enrolment.role_changed'
            : null
      if (happened) activity.record(happened, { person_id, cohort_id, subject_id: person_id, detail: { role } })
      return id
    })
  }

  return {
    /**
     * Enrols a person whether or not there is a free place. An enrolled person keeps everything and their role is only
     * raised; one who left before gets their old enrolment back, with the new role.
     * @returns the id of the enrolment; 0 when the person is blocked or the cohort closed
     */
    enrol: (facts: Joiner): number => enrol({ ...facts, limited: 0 }),

    /** Enrols where there is room: of many at the same time as many as there are places. @returns false where not */
    enrolIfRoom: (facts: Joiner): boolean => enrol({ ...facts, limited: 1 }) > 0,

    /** @returns false for the last organiser, who cannot leave */
    leave(enrolment: { id: number; person_id: number; cohort: { id: number } }, posts: PostsChoice): boolean {
      const { id: enrolment_id, person_id, cohort } = enrolment
      return endEnrolment('person.left', { enrolment_id, person_id, cohort_id: cohort.id, posts, by: person_id })
    },

    /** @returns false for the last organiser, who cannot be removed */
    remove(cohort_id: number, { enrolment_id, person_id }: Member, posts: PostsChoice, by: number): boolean {
      return endEnrolment('person.removed', { enrolment_id, person_id, cohort_id, posts, by })
    },

    setGoal(enrolment_id: number, goal: number): void {
      setGoal.run(goal, enrolment_id)
    },

    /** @returns false when nothing changed: the same role, or the last organiser */
    setRole(
      cohort_id: number,
      { enrolment_id, person_id, role: before }: Pick<Member, 'enrolment_id' | 'person_id' | 'role'>,
      role: EnrolmentRole,
      by: number,
    ): boolean {
      return transaction(db, () => {
        if (setRole.run({ enrolment_id, role }).changes === 0) return false
        const detail = { role, role_before: before }
        activity.record('enrolment.role_changed', { person_id: by, cohort_id, subject_id: person_id, detail })
        return true
      })
    },

    /**
     * The people of a cohort by name, so many at a time.
     * @param q a part of the name or address
     * @param after the last person of the page before
     */
    page(
      cohort_id: number,
      { q, after }: { q: string; after: number | null },
    ): { people: Member[]; next: number | null } {
      const { items, next } = pageOf(page.all({ cohort_id, q, after, limit: PER_PAGE + 1 }), PER_PAGE)
      return { people: items, next: next?.person_id ?? null }
    },

    /** Those of the addresses that belong to enrolled people. */
    enrolledAmong: (cohort_id: number, emails: string[]): Set<string> =>
      new Set(addresses.all(JSON.stringify(emails), cohort_id)),

    findByHandle: (cohort_id: number, handle: string) => byHandle.get({ cohort_id, handle }) ?? null,
  }
}

export type Members = ReturnType<typeof createMembers>
