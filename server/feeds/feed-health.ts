import type { Database } from '../db/open.ts'
import { pageOf } from '../db/page.ts'
import type { Feed } from './feed-rows.ts'

/** The health of an external blog in a cohort, for its organisers. */
export interface FeedHealth
  extends Pick<
    Feed,
    'id' | 'url' | 'site_url' | 'title' | 'state' | 'tried_at' | 'read_at' | 'next_at' | 'failures' | 'problem'
  > {
  name: string
  handle: string
  posts: number
  taken: number
  asked: number
  /** True when polling fails; those blogs come first. */
  troubled: 0 | 1
}

const PAGE = 50

export function createFeedHealth(db: Database) {
  const list = db.prepare<{ cohort_id: number; troubled: number; after: number; limit: number }, FeedHealth>(`
    SELECT feed.id, feed.url, feed.site_url, feed.title, feed.state, feed.tried_at, feed.read_at, feed.next_at,
           feed.failures, feed.problem, person.name, person.handle,
           feed.problem IS NOT NULL AND feed.state <> 'stopped' AS troubled,
           (SELECT count(*) FROM feed_item WHERE feed_id = feed.id) AS posts,
           (SELECT count(*) FROM feed_item WHERE feed_id = feed.id AND reflection_id IS NOT NULL) AS taken,
           (SELECT count(*) FROM feed_item WHERE feed_id = feed.id AND state = 'asked') AS asked
      FROM feed
      JOIN enrolment ON enrolment.id = feed.enrolment_id AND enrolment.left_at IS NULL
      JOIN person ON person.id = enrolment.person_id
     WHERE feed.cohort_id = :cohort_id
       AND (1 - (feed.problem IS NOT NULL AND feed.state <> 'stopped'), feed.id) > (:troubled, :after)
     ORDER BY 1 - (feed.problem IS NOT NULL AND feed.state <> 'stopped'), feed.id
     LIMIT :limit`)
  const inCohort = db.prepare<[number, number], { enrolment_id: number }>(
    'SELECT enrolment_id FROM feed WHERE id = ? AND cohort_id = ?',
  )

  return {
    /**
     * The cohort's blogs, those in trouble first.
     * @param after the last of the page before
     */
    health(
      cohort_id: number,
      after: { troubled: 0 | 1; id: number } | null,
    ): { feeds: FeedHealth[]; next: string | null } {
      const where = after ? { troubled: 1 - after.troubled, after: after.id } : { troubled: -1, after: 0 }
      const { items, next } = pageOf(list.all({ cohort_id, ...where, limit: PAGE + 1 }), PAGE)
      return { feeds: items, next: next && `${next.troubled}-${next.id}` }
    },

    /** The enrolment that a blog of this cohort belongs to. */
    enrolmentOf: (feed_id: number, cohort_id: number): number | null =>
      inCohort.get(feed_id, cohort_id)?.enrolment_id ?? null,
  }
}
