import type { ActivityLog } from '../activity/activity.ts'
import { opensAt } from '../calendar/plan.ts'
import { type Clock, instantText, localDate } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import type { Cohort } from '../enrolments/enrolments.ts'
import type { NotifyCohort } from '../enrolments/notify-cohort.ts'
import type { Jobs } from '../jobs/jobs.ts'

type Closable = Pick<Cohort, 'id' | 'slug' | 'title' | 'ends_on' | 'time_zone' | 'closed_at'>

/** Why a cohort is not closed: the date has passed, or it is before the last day without confirmation. */
type CloseRefusal = 'past' | 'early'

interface ClosingDeps {
  activity: ActivityLog
  jobs: Jobs
  notifyCohort: NotifyCohort
}

/** Closes cohorts: nobody can join any more, and nothing is deleted. Reopening undoes it. */
export function createClosing(db: Database, clock: Clock, { activity, jobs, notifyCohort }: ClosingDeps) {
  const set = db.prepare('UPDATE cohort SET closed_at = :closed_at WHERE id = :id')
  const find = db.prepare<[number, string], { slug: string; title: string }>(
    'SELECT slug, title FROM cohort WHERE id = ? AND closed_at = ?',
  )

  // sent when the cohort closes, unless the date was changed or the cohort reopened
  jobs.handle<{ cohort_id: number; closed_at: string; by: number }>('cohort.end', ({ cohort_id, closed_at, by }) => {
    const cohort = find.get(cohort_id, closed_at)
    if (!cohort) return
    notifyCohort({
      kind: 'closed',
      key: `closed:${cohort_id}:${closed_at}`,
      cohort_id,
      actor_id: by,
      detail: { title: cohort.title, href: `/cohorts/${cohort.slug}` },
    })
  })

  function change(cohort: Closable, closed_at: string | null, by: number): void {
    set.run({ id: cohort.id, closed_at })
    const detail = { before: cohort.closed_at, after: closed_at }
    const kind = closed_at === null ? 'cohort.reopened' : 'cohort.closed'
    activity.record(kind, { person_id: by, cohort_id: cohort.id, subject_id: cohort.id, detail })
  }

  function addNotice(cohort_id: number, closed_at: string, by: number): void {
    const job = { key: keyOf(cohort_id, closed_at), at: Temporal.Instant.from(closed_at) }
    jobs.add('cohort.end', { cohort_id, closed_at, by }, job)
  }

  return {
    /**
     * @param closes_on a local date from today on; today is at once, another day is at its first moment
     * @param early the organiser knows that it comes before the last day
     * @returns why nothing was closed, or null
     */
    close(
      cohort: Closable,
      { closes_on, early, tell, by }: { closes_on: string; early: boolean; tell: boolean; by: number },
    ): CloseRefusal | null {
      const now = clock.now()
      const today = localDate(now, cohort.time_zone)
      if (closes_on < today) return 'past'
      if (closes_on < cohort.ends_on && !early) return 'early'
      const closed_at = closes_on === today ? instantText(now) : opensAt(closes_on, cohort.time_zone)
      transaction(db, () => {
        change(cohort, closed_at, by)
        if (tell) addNotice(cohort.id, closed_at, by)
      })
      return null
    },

    /** Moves a planned closing to another instant, with the notice of it where there is one. */
    moveTo(cohort: Closable, closed_at: string, by: number): void {
      transaction(db, () => {
        const key = keyOf(cohort.id, cohort.closed_at ?? '')
        const tells = jobs.statuses('cohort.end', [key]).get(key)?.state === 'waiting'
        change(cohort, closed_at, by)
        if (tells) addNotice(cohort.id, closed_at, by)
      })
    },

    reopen(cohort: Closable, by: number): void {
      if (cohort.closed_at === null) return
      transaction(db, () => change(cohort, null, by))
    },
  }
}

function keyOf(cohort_id: number, closed_at: string): string {
  return `${cohort_id} ${closed_at}`
}
