import { type Database, transaction } from '../db/open.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { Notices } from '../notifications/notices.ts'

type NoticeToPerson = Parameters<Notices['notify']>[0]
type NoticeToCohort = Omit<NoticeToPerson, 'person_id' | 'cohort_id'> & { cohort_id: number }

const AT_ONCE = 300

/** Notifies everybody in a cohort, in batches, so that thousands delay no request. */
export function createNotifyCohort(db: Database, { jobs, notices }: { jobs: Jobs; notices: Pick<Notices, 'notify'> }) {
  const people = db
    .prepare<{ cohort_id: number; after: number }, number>(`
      SELECT person_id FROM enrolment WHERE cohort_id = :cohort_id AND left_at IS NULL AND person_id > :after
       ORDER BY person_id LIMIT ${AT_ONCE}`)
    .pluck()

  jobs.handle<{ news: NoticeToCohort; after: number }>('cohort.tell', ({ news, after }) => {
    transaction(db, () => {
      const found = people.all({ cohort_id: news.cohort_id, after })
      for (const person_id of found) notices.notify({ ...news, person_id })
      const last = found.at(-1)
      if (last !== undefined && found.length === AT_ONCE) jobs.add('cohort.tell', { news, after: last })
    })
  })

  /** Joins the caller's transaction; the actor is not notified. @param at the earliest instant */
  return function notifyCohort(news: NoticeToCohort, at?: Temporal.Instant): void {
    jobs.add('cohort.tell', { news, after: 0 }, at ? { at } : {})
  }
}

export type NotifyCohort = ReturnType<typeof createNotifyCohort>
