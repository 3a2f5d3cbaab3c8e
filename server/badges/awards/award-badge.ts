import { randomBytes } from 'node:crypto'
import type { Activity, ActivityLog } from '../../activity/activity.ts'
import type { ActivityKind } from '../../activity/categories.ts'
import { type Clock, nowText } from '../../db/clock.ts'
import { type Database, transaction } from '../../db/open.ts'
import { type Badge, isIn } from '../badge.ts'
import type { LearnerProgressQuery } from '../rules/rule-progress-query.ts'
import { EARNING, eventsOf, isOfPod } from '../rules/rules.ts'

interface AwardReason {
  /** What earned it. */
  activity_id: number
  given_by?: number | null
  evidence?: string | null
}

/** Turns activity into awards: only rules that an activity can satisfy are judged. */
export function createAwarder(
  db: Database,
  clock: Clock,
  { activity, learnerProgress }: { activity: ActivityLog; learnerProgress: LearnerProgressQuery },
) {
  const held = db.prepare<
    { person_id: number; cohort_id: number },
    { course_id: number; revision: number; held: string }
  >(`
    SELECT cohort.course_id, course.revision,
           (SELECT json_group_array(badge_id) FROM award WHERE person_id = :person_id AND cohort_id = :cohort_id) AS held
      FROM cohort JOIN course ON course.id = cohort.course_id
     WHERE cohort.id = :cohort_id`)

  const award = db.prepare<object, { id: string }>(`
    INSERT INTO award (id, badge_id, badge_version, person_id, cohort_id, activity_id, awarded_at, given_by, evidence)
    SELECT :id, id, version, :person_id, :cohort_id, :activity_id, :at, :given_by, :evidence FROM badge WHERE id = :badge_id
    ON CONFLICT (badge_id, person_id, cohort_id) DO NOTHING RETURNING id`)
  const slugOf = db.prepare<[number], string>('SELECT slug FROM badge WHERE id = ?').pluck()
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
    for (const badge of learnerProgress.badgesIn(course_id, revision)) {
      if (badge.position === 0) continue
      for (const event of eventsOf(badge.rule)) by_kind.set(event, [...(by_kind.get(event) ?? []), badge])
    }
    watched.set(course_id, { revision, by_kind })
    return by_kind.get(kind) ?? []
  }

  /** The badges that an activity may earn in the cohort, and `left`, those the person never had: mostly none. */
  function open(kind: ActivityKind, person_id: number, cohort_id: number): { all: Badge[]; left: Badge[] } {
    const row = held.get({ person_id, cohort_id })
    if (!row) return { all: [], left: [] }
    const all = watching(row.course_id, row.revision, kind).filter((badge) => isIn(badge, cohort_id))
    const has = new Set<number>(JSON.parse(row.held))
    return { all, left: all.filter(({ id }) => !has.has(id)) }
  }

  /** Awards the badges whose rules hold now and that were not awarded before. */
  function awardTo(badges: Badge[], person_id: number, cohort_id: number, activity_id: number): void {
    if (badges.length === 0) return
    for (const { badge, held_at, award: had, revoked } of learnerProgress.progressOf(person_id, cohort_id, badges)
      ?.badges ?? [])
      if (!had && !revoked && held_at !== null) give(badge.id, person_id, cohort_id, { activity_id })
  }

  /** The one way in which an award comes into being, in its caller's transaction. @returns null where it was given before */
  function give(
    badge_id: number,
    person_id: number,
    cohort_id: number,
    { activity_id, given_by = null, evidence = null }: AwardReason,
  ): string | null {
    const id = randomBytes(16).toString('base64url')
    return transaction(db, () => {
      const given = award.get({
        id,
        badge_id,
        person_id,
        cohort_id,
        activity_id,
        given_by,
        evidence,
        at: nowText(clock),
      })
      if (!given) return null
      const detail = { badge: slugOf.get(badge_id) ?? '' }
      activity.record('award.earned', { person_id, cohort_id, subject_id: badge_id, detail })
      return id
    })
  }

  return {
    give,

    /** Subscriber: awards what this activity has earned, in its own transaction. */
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
  }
}
