import { createHash } from 'node:crypto'
import { type Database, transaction } from '../db/open.ts'
import type { Translate } from '../web/text/i18n.ts'
import { assignGuides, dealPeople, groupByAnswer, type Hours, podNames } from './grouping.ts'

export const GROUPING_METHODS = ['size', 'interest', 'hours'] as const
type GroupingMethod = (typeof GROUPING_METHODS)[number]

/** What an organiser asks for: how to put together those who are in no pod yet. */
export interface GroupingRequest {
  by: GroupingMethod
  size: number
  /** Give the new pods to the guides in turn? */
  with_guides: boolean
}

interface Candidate {
  enrolment_id: number
  name: string
  workplace: string | null
  interest: string | null
  hours: Hours | null
}

interface PlannedPod {
  name: string
  /** What its people have in common, as they said it. */
  answer: string | null
  /** Do all of them have it in common, most, or none? */
  alike: 'alike' | 'mostly' | 'mixed'
  people: Candidate[]
  guide: { enrolment_id: number; name: string } | null
}

/** What would be made. Nothing is written yet. */
export interface PodPlan {
  pods: PlannedPod[]
  people: number
  /** Names this very plan: carried out only as it was seen. */
  hash: string
}

interface PodPlanDeps {
  make(cohort_id: number, name: string, by: number | null): number | null
  move(cohort_id: number, enrolment_ids: number[], pod_id: number | null, by: number | null): number
  setGuides(cohort_id: number, pod_id: number, enrolment_ids: number[], by: number | null): void
}

const LONGEST_LABEL = 70

/** Making many pods at once, to be looked at before anything is written. */
export function createPodPlans(db: Database, { make, move, setGuides }: PodPlanDeps) {
  // ordered by workplace, so that dealing puts colleagues into different pods
  const candidates = db.prepare<[number], Candidate>(`
    SELECT enrolment.id AS enrolment_id, person.name, person.workplace, enrolment.interest, enrolment.hours
      FROM enrolment JOIN person ON person.id = enrolment.person_id
     WHERE enrolment.cohort_id = ? AND enrolment.left_at IS NULL AND enrolment.role = 'learner' AND enrolment.pod_id IS NULL
     ORDER BY enrolment.sort_workplace IS NULL, enrolment.sort_workplace, enrolment.id`)
  const guides = db.prepare<[number], { enrolment_id: number; name: string; pods: number }>(`
    SELECT enrolment.id AS enrolment_id, person.name,
           (SELECT count(*) FROM pod_guide WHERE enrolment_id = enrolment.id) AS pods
      FROM enrolment JOIN person ON person.id = enrolment.person_id
     WHERE enrolment.cohort_id = ? AND enrolment.role = 'guide' AND enrolment.left_at IS NULL ORDER BY enrolment.id`)
  const taken = db.prepare<[number], string>('SELECT name FROM pod WHERE cohort_id = ?').pluck()

  function plan(cohort_id: number, { by, size, with_guides }: GroupingRequest, t: Translate): PodPlan {
    const pod = t('cohorts.pods.one')
    const people = candidates.all(cohort_id)
    const kinds = groupsOf(people, by, size)
    const labels = kinds.map(({ answer, people: [first] }) => {
      if (answer === null) return pod
      return by === 'hours' ? t(`cohorts.pods.hours_name.${answer}`) : (first?.interest ?? pod).slice(0, LONGEST_LABEL)
    })
    const names = podNames(labels, taken.all(cohort_id), { numbered: pod })
    const leading = with_guides ? guides.all(cohort_id) : []
    const turns = assignGuides(
      kinds.length,
      leading.map(({ pods }) => pods),
    )
    const pods = kinds.map((kind, index) => ({
      name: names[index] ?? pod,
      answer: kind.answer === null ? null : (labels[index] ?? null),
      alike: likenessOf(kind, by),
      people: kind.people,
      guide: leading[turns[index] ?? -1] ?? null,
    }))
    return { pods, people: people.length, hash: hashOf(pods) }
  }

  return {
    plan,

    /** Makes the pods of the plan that was seen. @returns null, and nothing is made, where the plan would differ by now */
    makePlanned(
      cohort_id: number,
      wish: GroupingRequest,
      t: Translate,
      seen: string,
      by: number | null,
    ): number | null {
      return transaction(db, () => {
        const { pods, hash } = plan(cohort_id, wish, t)
        if (hash !== seen) return null
        for (const { name, people, guide } of pods) {
          const pod_id = make(cohort_id, name, by)
          if (pod_id === null) throw new Error(`There is a pod ${name} already`)
          move(
            cohort_id,
            people.map(({ enrolment_id }) => enrolment_id),
            pod_id,
            by,
          )
          if (guide) setGuides(cohort_id, pod_id, [guide.enrolment_id], by)
        }
        return pods.length
      })
    },
  }
}

function groupsOf(
  people: Candidate[],
  by: GroupingMethod,
  size: number,
): { answer: string | null; people: Candidate[] }[] {
  if (by === 'size') return dealPeople(people, size).map((people) => ({ answer: null, people }))
  return groupByAnswer(people, size, (one) => answerOf(one, by))
}

function answerOf({ interest, hours }: Candidate, by: GroupingMethod): string | null {
  return by === 'hours' ? hours : normaliseInterest(interest)
}

function likenessOf({ answer, people }: ReturnType<typeof groupsOf>[number], by: GroupingMethod): PlannedPod['alike'] {
  if (answer === null) return 'mixed'
  return people.every((one) => answerOf(one, by) === answer) ? 'alike' : 'mostly'
}

/** "Photos", "photos" and "Photos " are one interest. */
function normaliseInterest(interest: string | null): string | null {
  return interest === null ? null : interest.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim() || null
}

function hashOf(pods: PlannedPod[]): string {
  const facts = pods.map(({ name, people, guide }) => [
    name,
    guide?.enrolment_id ?? 0,
    ...people.map(({ enrolment_id }) => enrolment_id),
  ])
  return createHash('sha256').update(JSON.stringify(facts)).digest('base64url').slice(0, 22)
}
