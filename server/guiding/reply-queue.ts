import { type Clock, instantText, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import type { Enrolment, EnrolmentRole } from '../enrolments/enrolments.ts'
import type { StreamItem } from '../reflections/stream-item.ts'
import { assignQueue, type QueueGuide, type WaitingReflection } from './assign-queue.ts'

/** A guide's workload. */
interface GuideLoad extends QueueGuide {
  person_id: number
  name: string
  handle: string
  role: EnrolmentRole
  /** Reflections of others answered within the last seven days. */
  answered: number
  /** Reflections assigned to the guide, and how many of them the guide has claimed. */
  waiting: number
  taken: number
}

/** The author's first reflection, or the first after fourteen days without one. */
type Arrival = 'new' | 'back'

/** A reflection without an answer, as shown in the queue. */
interface QueueItem {
  item: StreamItem
  arrival: Arrival | null
  /** The guide who claimed it, and when. */
  taken: { name: string; at: string; mine: boolean } | null
  /** True for the viewer's own reflection, which others have to answer. */
  mine: boolean
}

/** Response times of reflections older than three days. */
export interface ReplyPace {
  posts: number
  in_time: number
  /** The median time to the first answer, in hours. */
  median_hours: number | null
}

/** The queue of a cohort, as seen by one of its guides. */
export interface ReplyQueuePage {
  total: number
  /** Reflections assigned to the guide. */
  share: number
  /** Reflections of the guide's pods, and those that every guide may answer. */
  within: number
  shown: QueueItem[]
  /** Cursor of the next page. */
  next: string | null
  loads: GuideLoad[]
  /** True when reflections are assigned to the viewer. */
  has_share: boolean
}

/** What the page lists: reflections assigned to the viewer, or all that the viewer may answer. */
export type QueueScope = 'share' | 'all'

interface WaitingRow extends WaitingReflection {
  arrival: Arrival | null
  taken_at: string | null
}

interface ReplyQueueDeps {
  items: (viewer: number, ids: number[]) => Map<number, StreamItem>
}

const PAGE = 20
/** How long a claim lasts. */
const HELD = Temporal.Duration.from({ hours: 48 })
const A_WEEK = Temporal.Duration.from({ hours: 24 * 7 })
/** The target: a human reply to every post within three days. */
const TARGET = Temporal.Duration.from({ hours: 24 * 3 })

/** Unanswered reflections of a cohort, the guides they are assigned to, and response times. */
export function createReplyQueue(db: Database, clock: Clock, { items }: ReplyQueueDeps) {
  // Triggers keep the table unanswered (reflection_waits, reflection_waits_for_others, reflection_is_answered,
  // reflection_waits_again, reflection_waits_as_it_is_hidden, reflection_waits_without_it) and first_answer, the
  // minutes to the first answer (reflection_asks, reflection_asks_others, reflection_has_answer,
  // reflection_has_answer_still, reflection_has_answer_no_more). enrolment_takes_no_more and enrolment_leaves_takings
  // release the claims of a former guide.
  const waiting = db.prepare<{ cohort_id: number; held_since: string }, WaitingRow>(`
    SELECT w.reflection_id AS id, w.enrolment_id, author.pod_id, w.arrival, taking.enrolment_id AS taken_by, taking.taken_at
      FROM first_answer AS w INDEXED BY first_answer_waiting
      CROSS JOIN enrolment AS author ON author.id = w.enrolment_id
      LEFT JOIN taking ON taking.reflection_id = w.reflection_id AND taking.taken_at > :held_since
     WHERE w.cohort_id = :cohort_id AND w.minutes IS NULL AND w.is_asked = 1
     ORDER BY w.reflection_id`)
  const guides = db.prepare<object, Omit<GuideLoad, 'pods' | 'waiting' | 'taken'> & { pods: string }>(`
    SELECT e.id AS enrolment_id, e.person_id, e.role, person.name, person.handle,
           (SELECT json_group_array(pod_id) FROM pod_guide WHERE enrolment_id = e.id) AS pods,
           (SELECT count(DISTINCT k.reflection_id) FROM comment AS k
             WHERE k.person_id = e.person_id AND k.reflection_cohort_id = e.cohort_id AND k.is_answer = 1
               AND k.written_at >= :week) AS answered
      FROM enrolment AS e JOIN person ON person.id = e.person_id
     WHERE e.cohort_id = :cohort_id AND e.role <> 'learner' AND e.left_at IS NULL
     ORDER BY e.sort_name, e.id`)
  const pace = db.prepare<
    { cohort_id: number; due: string },
    Omit<ReplyPace, 'median_hours'> & { median: number | null }
  >(`
    WITH due AS MATERIALIZED (
      SELECT count(*) AS posts, count(minutes) AS answered,
             count(*) FILTER (WHERE minutes <= ${TARGET.total('minutes')}) AS in_time
        FROM first_answer INDEXED BY first_answer_speed
       WHERE cohort_id = :cohort_id AND is_asked = 1 AND published_at <= :due)
    SELECT posts, in_time,
           (SELECT minutes FROM first_answer INDEXED BY first_answer_speed
             WHERE cohort_id = :cohort_id AND is_asked = 1 AND minutes IS NOT NULL AND published_at <= :due
             ORDER BY minutes LIMIT 1 OFFSET (SELECT max(0, answered - 1) / 2 FROM due)) AS median
      FROM due`)
  // of two concurrent claims one wins; an existing claim stays
  const take = db.prepare(`
    INSERT INTO taking (reflection_id, enrolment_id, taken_at)
    SELECT reflection_id, :enrolment_id, :now FROM first_answer
     WHERE reflection_id = :id AND cohort_id = :cohort_id AND minutes IS NULL AND is_asked = 1
       AND enrolment_id <> :enrolment_id
    ON CONFLICT (reflection_id) DO UPDATE SET enrolment_id = excluded.enrolment_id, taken_at = excluded.taken_at
     WHERE taking.taken_at <= :held_since OR taking.enrolment_id = excluded.enrolment_id`)
  const release = db.prepare('DELETE FROM taking WHERE reflection_id = ? AND enrolment_id = ?')

  const heldSince = () => instantText(clock.now().subtract(HELD))

  function loadsOf(cohort_id: number): GuideLoad[] {
    const week = instantText(clock.now().subtract(A_WEEK))
    return guides.all({ cohort_id, week }).map((row) => ({ ...row, pods: JSON.parse(row.pods), waiting: 0, taken: 0 }))
  }

  return {
    /** @param after cursor of the previous page */
    page(enrolment: Enrolment, { whose, after }: { whose: QueueScope | null; after: string | null }): ReplyQueuePage {
      const { cohort, person_id } = enrolment
      const rows = waiting.all({ cohort_id: cohort.id, held_since: heldSince() })
      const everybody = loadsOf(cohort.id)
      const answering = answeringGuides(everybody)
      const owners = assignQueue(rows, answering)
      const byEnrolment = new Map(everybody.map((guide) => [guide.enrolment_id, guide]))
      for (const { id, taken_by } of rows) {
        const owner = byEnrolment.get(owners.get(id) ?? 0)
        if (owner) owner.waiting += 1
        if (owner && taken_by !== null) owner.taken += 1
      }
      const has_share = answering.some(({ enrolment_id }) => enrolment_id === enrolment.id)
      const share = rows.filter(({ id }) => owners.get(id) === enrolment.id)
      const within = reflectionsOf(enrolment, answering, rows)
      const list = inOrder((whose ?? (has_share ? 'share' : 'all')) === 'share' ? share : within)
      const from = after === null ? 0 : list.findIndex((row) => isAfter(row, after))
      const shown = from === -1 ? [] : list.slice(from, from + PAGE)
      const found = items(
        person_id,
        shown.map(({ id }) => id),
      )
      return {
        total: rows.length,
        share: share.length,
        within: within.length,
        shown: shown.flatMap((row) => {
          const item = found.get(row.id)
          const { arrival, enrolment_id } = row
          const taken = takenOf(row, byEnrolment, enrolment.id)
          return item ? [{ item, arrival, taken, mine: enrolment_id === enrolment.id }] : []
        }),
        next: from !== -1 && list.length > from + PAGE ? cursorOf(shown.at(-1)) : null,
        loads: everybody.filter((guide) => answering.includes(guide) || guide.answered > 0 || guide.taken > 0),
        has_share,
      }
    },

    /** Of posts older than three days, how many got a human reply within three. */
    pace(cohort_id: number): ReplyPace {
      const row = pace.get({ cohort_id, due: instantText(clock.now().subtract(TARGET)) })
      const { posts = 0, in_time = 0, median = null } = row ?? {}
      return { posts, in_time, median_hours: median === null ? null : Math.round(median / 60) }
    },

    /** Claims a reflection. @returns false when another guide has claimed it, or it is answered */
    take({ id: enrolment_id, cohort }: Enrolment, id: number): boolean {
      const row = { id, enrolment_id, cohort_id: cohort.id, now: nowText(clock), held_since: heldSince() }
      return transaction(db, () => take.run(row).changes > 0)
    },

    release(enrolment: Enrolment, id: number): void {
      transaction(db, () => release.run(id, enrolment.id))
    },
  }
}

/** Guides, and organisers with a pod; without any, all organisers. */
function answeringGuides(everybody: GuideLoad[]): GuideLoad[] {
  const guiding = everybody.filter(({ role, pods }) => role === 'guide' || pods.length > 0)
  return guiding.length > 0 ? guiding : everybody
}

/** Organisers and guides without a pod cover all reflections; others their pods and those open to every guide. */
function reflectionsOf({ id, role }: Enrolment, answering: GuideLoad[], rows: WaitingRow[]): WaitingRow[] {
  const own = answering.find(({ enrolment_id }) => enrolment_id === id)
  if (role === 'organiser' || !own || own.pods.length === 0) return rows
  const hers = new Set(own.pods)
  const looked_after = new Set(answering.flatMap(({ pods }) => pods))
  return rows.filter(
    ({ pod_id, taken_by }) => pod_id === null || hers.has(pod_id) || !looked_after.has(pod_id) || taken_by === id,
  )
}

/** Sorts new and returning authors first, then the oldest reflections. */
function inOrder(rows: WaitingRow[]): WaitingRow[] {
  return [...rows.filter(({ arrival }) => arrival), ...rows.filter(({ arrival }) => !arrival)]
}

/** A position in that order for the URL; the reflection there may be answered by then. */
function cursorOf(row: WaitingRow | undefined): string | null {
  return row ? `${row.arrival ? 'first' : 'then'}-${row.id}` : null
}

function isAfter(row: WaitingRow, mark: string): boolean {
  const [place, id] = mark.split('-')
  if (place === 'first' && !row.arrival) return true
  return (place === 'first') === (row.arrival !== null) && row.id > Number(id)
}

function takenOf(
  { taken_by, taken_at }: WaitingRow,
  everybody: ReadonlyMap<number, GuideLoad>,
  viewer: number,
): QueueItem['taken'] {
  const taker = everybody.get(taken_by ?? 0)
  return taker && taken_at !== null ? { name: taker.name, at: taken_at, mine: taker.enrolment_id === viewer } : null
}
