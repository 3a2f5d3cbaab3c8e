import type { Database } from '../db/open.ts'
import { pageOf } from '../db/page.ts'
import type { EnrolmentRole } from '../enrolments/enrolments.ts'
import type { PersonName } from '../people/person.ts'
import type { Hours } from './grouping.ts'

/** A small group in a cohort. */
export interface Pod {
  id: number
  name: string
}

/** A pod in a list. */
export interface PodLine extends Pod {
  people: number
  /** The first of them, for their faces. */
  some: { id: number; name: string }[]
  guides: string[]
}

/** A person in a pod, or a candidate for it. */
export interface PodMember extends PersonName {
  enrolment_id: number
  role: EnrolmentRole
  interest: string | null
  hours: Hours | null
}

/** A person who may guide a pod. */
export interface PodGuide extends PersonName {
  enrolment_id: number
  /** How many pods the person guides. */
  pods: number
  /** Is this one of them? */
  here: 0 | 1
}

const PER_PAGE = 60
/** As many people of a pod as anybody wants to see on one page. */
const SHOWN = 200
const FACES = 8
const MOST = 200

const MEMBER = `
  SELECT enrolment.id AS enrolment_id, person.id, person.name, person.handle, person.workplace, enrolment.role,
         enrolment.interest, enrolment.hours
    FROM enrolment JOIN person ON person.id = enrolment.person_id`

/** Who is in the pods of a cohort, and who looks after them. */
export function createPodQueries(db: Database) {
  const names = db.prepare<[number, number], Pod>('SELECT id, name FROM pod WHERE cohort_id = ? ORDER BY id LIMIT ?')
  const name = db.prepare<[number, number], Pod>('SELECT id, name FROM pod WHERE cohort_id = ? AND id = ?')
  const find = db.prepare<[number, number], Pod & { people: number }>(`
    SELECT id, name, (SELECT count(*) FROM enrolment WHERE pod_id = pod.id) AS people
      FROM pod WHERE cohort_id = ? AND id = ?`)
  const page = db.prepare<
    { cohort_id: number; after: number },
    Pod & { people: number; some: string; guides: string }
  >(`
    SELECT pod.id, pod.name,
           (SELECT count(*) FROM enrolment WHERE pod_id = pod.id) AS people,
           (SELECT json_group_array(json_object('id', id, 'name', name)) FROM (
             SELECT person.id, person.name FROM enrolment JOIN person ON person.id = enrolment.person_id
              WHERE enrolment.pod_id = pod.id ORDER BY enrolment.id LIMIT ${FACES})) AS some,
           (SELECT json_group_array(person.name ORDER BY person.name)
              FROM pod_guide JOIN enrolment ON enrolment.id = pod_guide.enrolment_id
              JOIN person ON person.id = enrolment.person_id
             WHERE pod_guide.pod_id = pod.id) AS guides
      FROM pod WHERE pod.cohort_id = :cohort_id AND pod.id > :after ORDER BY pod.id LIMIT ${PER_PAGE + 1}`)
  const members = db.prepare<[number], PodMember>(
    `${MEMBER} WHERE enrolment.pod_id = ? ORDER BY enrolment.sort_name, person.id LIMIT ${SHOWN}`,
  )
  const without = db.prepare<{ cohort_id: number; q: string }, PodMember>(`
    ${MEMBER} WHERE enrolment.cohort_id = :cohort_id AND enrolment.left_at IS NULL AND enrolment.role = 'learner'
       AND enrolment.pod_id IS NULL AND (:q = '' OR instr(enrolment.sort_name, folded(:q)))
     ORDER BY enrolment.sort_name, person.id LIMIT ${PER_PAGE}`)
  const countWithout = db
    .prepare<[number], number>(`
      SELECT count(*) FROM enrolment WHERE cohort_id = ? AND left_at IS NULL AND role = 'learner' AND pod_id IS NULL`)
    .pluck()
  const guides = db.prepare<{ cohort_id: number; pod_id: number }, PodGuide>(`
    SELECT enrolment.id AS enrolment_id, person.id, person.name, person.handle, person.workplace,
           (SELECT count(*) FROM pod_guide WHERE enrolment_id = enrolment.id) AS pods,
           EXISTS (SELECT 1 FROM pod_guide WHERE enrolment_id = enrolment.id AND pod_id = :pod_id) AS here
      FROM enrolment JOIN person ON person.id = enrolment.person_id
     WHERE enrolment.cohort_id = :cohort_id AND enrolment.role <> 'learner' AND enrolment.left_at IS NULL
     ORDER BY enrolment.role, enrolment.sort_name, person.id LIMIT ${SHOWN}`)
  const shared = db.prepare<{ viewer: number; person_id: number }, Pod & { slug: string }>(`
    SELECT pod.id, pod.name, cohort.slug
      FROM enrolment AS hers
      JOIN pod ON pod.id = hers.pod_id
      JOIN cohort ON cohort.id = hers.cohort_id
      JOIN enrolment AS mine ON mine.cohort_id = hers.cohort_id AND mine.person_id = :viewer AND mine.left_at IS NULL
     WHERE hers.person_id = :person_id ORDER BY hers.id DESC`)
  const together = db
    .prepare<[number], number>(`
      SELECT count(*) FROM enrolment JOIN completion ON completion.enrolment_id = enrolment.id
       WHERE enrolment.pod_id = ? AND enrolment.role = 'learner' AND enrolment.left_at IS NULL`)
    .pluck()
  const own = db.prepare<[number], { interest: string | null; hours: Hours | null }>(
    'SELECT interest, hours FROM enrolment WHERE id = ?',
  )
  const interests = db
    .prepare<[number], string>(`
      SELECT interest FROM enrolment WHERE cohort_id = ? AND interest IS NOT NULL AND left_at IS NULL
       GROUP BY folded(interest) HAVING count(*) > 1 ORDER BY count(*) DESC, interest LIMIT 12`)
    .pluck()

  return {
    /**
     * The cohort's pods to choose from, by the order in which they were made.
     * @param first ids of pods to list first; unknown ones are left out
     * @param most the length of the list
     */
    list(cohort_id: number, { first = [], most = MOST }: { first?: (number | null)[]; most?: number } = {}): Pod[] {
      const before = [...new Set(first)].flatMap((id) => (id === null ? [] : (name.get(cohort_id, id) ?? [])))
      const others = names.all(cohort_id, most).filter(({ id }) => !before.some((pod) => pod.id === id))
      return [...before, ...others].slice(0, most)
    },

    find: (cohort_id: number, pod_id: number) => find.get(cohort_id, pod_id) ?? null,

    /** So many pods at a time, with who is in them. @param after the last one of the page before */
    page(cohort_id: number, after = 0): { pods: PodLine[]; next: number | null } {
      const { items, next } = pageOf(page.all({ cohort_id, after }), PER_PAGE)
      const pods = items.map((row) => ({ ...row, some: JSON.parse(row.some), guides: JSON.parse(row.guides) }))
      return { pods, next: next?.id ?? null }
    },

    /** The people of a pod by name. */
    members: (pod_id: number): PodMember[] => members.all(pod_id),

    /** Learners who are in no pod, the first by name. @param q a part of the name */
    listWithoutPod: (cohort_id: number, q = ''): PodMember[] => without.all({ cohort_id, q }),

    countWithoutPod: (cohort_id: number): number => countWithout.get(cohort_id) ?? 0,

    /** Those who may look after a pod, with how many they look after. */
    guides: (cohort_id: number, pod_id: number): PodGuide[] => guides.all({ cohort_id, pod_id }),

    /** The pods of a person in the cohorts that the viewer is in, too. */
    listShared: (viewer: number, person_id: number) => shared.all({ viewer, person_id }),

    /** How many things the pod's learners did, all together. */
    countThingsDone: (pod_id: number): number => together.get(pod_id) ?? 0,

    /** The interest and hours that a learner gave. */
    preferences: (enrolment_id: number) => own.get(enrolment_id) ?? { interest: null, hours: null },

    /** Interests that more than one person gave, to choose from. */
    interests: (cohort_id: number): string[] => interests.all(cohort_id),
  }
}
