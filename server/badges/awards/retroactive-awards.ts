import { setImmediate } from 'node:timers/promises'
import type { ActivityLog } from '../../activity/activity.ts'
import { type Clock, nowText } from '../../db/clock.ts'
import { type Database, transaction } from '../../db/open.ts'
import type { Jobs } from '../../jobs/jobs.ts'
import type { Badge } from '../badge.ts'
import type { Badges } from '../badges.ts'

/** One run over everybody who may have earned a badge before it was switched on, and how far it is. */
export interface RetroactiveRun {
  id: number
  seen: number
  given: number
  total: number
  started_at: string
  cancelled_at: string | null
  ended_at: string | null
}

interface RetroactiveRunRow extends RetroactiveRun {
  badge_id: number
  activity_id: number
  after: number
}

/** Milliseconds after which a portion ends, so that requests are served in between. */
const PORTION = 8
const AT_ONCE = 200

/** Who is looked at: learners of the cohorts that a badge is for. */
const ASKED = `
  FROM enrolment JOIN cohort ON cohort.id = enrolment.cohort_id JOIN badge ON badge.course_id = cohort.course_id
 WHERE badge.id = :badge_id AND (badge.cohort_id IS NULL OR badge.cohort_id = cohort.id)
   AND enrolment.left_at IS NULL AND enrolment.role = 'learner'`

/** Awards a badge in the background to those who earned it before it was switched on. */
export function createRetroactiveAwards(
  db: Database,
  clock: Clock,
  {
    activity,
    badges,
    jobs,
  }: { activity: ActivityLog; badges: Pick<Badges, 'badge' | 'give' | 'progress'>; jobs: Jobs },
) {
  const count = db.prepare<{ badge_id: number }, number>(`SELECT count(*) ${ASKED}`).pluck()
  const next = db.prepare<{ badge_id: number; after: number }, { id: number; person_id: number; cohort_id: number }>(`
    SELECT enrolment.id, enrolment.person_id, enrolment.cohort_id ${ASKED} AND enrolment.id > :after
     ORDER BY enrolment.id LIMIT ${AT_ONCE}`)
  const named = db.prepare<[number], { slug: string; course_id: number }>(
    'SELECT slug, course_id FROM badge WHERE id = ?',
  )
  const start = db.prepare(`
    INSERT INTO replay (badge_id, activity_id, total, started_at) VALUES (:badge_id, :activity_id, :total, :now)`)
  const columns = 'id, badge_id, activity_id, after, seen, given, total, started_at, cancelled_at, ended_at'
  const find = db.prepare<[number], RetroactiveRunRow>(`SELECT ${columns} FROM replay WHERE id = ?`)
  const latest = db.prepare<[number], RetroactiveRunRow>(
    `SELECT ${columns} FROM replay WHERE badge_id = ? ORDER BY ended_at IS NULL DESC, id DESC LIMIT 1`,
  )
  const goOn = db.prepare(`
    UPDATE replay SET after = :last, seen = seen + :seen, given = given + :given WHERE id = :id AND after = :after`)
  const end = db.prepare('UPDATE replay SET ended_at = :now WHERE id = :id AND ended_at IS NULL')
  const cancel = db.prepare(
    'UPDATE replay SET cancelled_at = :now, ended_at = :now WHERE id = :id AND ended_at IS NULL',
  )

  /** Judges some people and awards what they earned, in one transaction. @returns false where nobody is left */
  function portion(id: number): boolean {
    return transaction(db, () => {
      const replay = find.get(id)
      if (!replay || replay.ended_at !== null) return false
      const { badge_id, activity_id, after } = replay
      const badge = badges.badge(badge_id)
      const people = badge && isGiven(badge) ? next.all({ badge_id, after }) : []
      if (!badge || people.length === 0) {
        end.run({ id, now: nowText(clock) })
        return false
      }
      const until = performance.now() + PORTION
      let [last, seen, given] = [after, 0, 0]
      for (const { id: enrolment_id, person_id, cohort_id } of people) {
        const progress = badges.progress(badge, person_id, cohort_id)
        if (progress && progress.held_at !== null && !progress.award && !progress.revoked)
          given += badges.give(badge_id, person_id, cohort_id, { activity_id }) === null ? 0 : 1
        last = enrolment_id
        seen += 1
        if (performance.now() > until) break
      }
      // another process has taken this portion meanwhile: the error rolls this one back
      if (goOn.run({ id, after, last, seen, given }).changes === 0) throw new Error('somebody else goes on')
      return true
    })
  }

  jobs.handle<{ replay_id: number }>(
    'badge.replay',
    async ({ replay_id }, { signal }) => {
      while (portion(replay_id)) {
        await setImmediate()
        signal.throwIfAborted()
      }
    },
    { lease: { minutes: 10 } },
  )

  return {
    /** Begins, unless it is under way. @returns false where it was */
    start(badge_id: number, by: number): boolean {
      return transaction(db, () => {
        const before = latest.get(badge_id)
        if (before && before.ended_at === null) return false
        const { slug = '', course_id = null } = named.get(badge_id) ?? {}
        const detail = { badge: slug }
        const activity_id = activity.record('badge.replayed', { person_id: by, subject_id: course_id, detail })
        const total = count.get({ badge_id }) ?? 0
        const id = Number(start.run({ badge_id, activity_id, total, now: nowText(clock) }).lastInsertRowid)
        jobs.add('badge.replay', { replay_id: id })
        return true
      })
    },

    /** The one under way, else the last one. */
    latest: (badge_id: number): RetroactiveRun | null => latest.get(badge_id) ?? null,

    /** Ends it, whether or not a job works on it; what was awarded stays. */
    cancel(id: number): void {
      transaction(db, () => cancel.run({ id, now: nowText(clock) }))
    },
  }
}

function isGiven({ draft, position }: Pick<Badge, 'draft' | 'position'>): boolean {
  return draft === 0 && position > 0
}
