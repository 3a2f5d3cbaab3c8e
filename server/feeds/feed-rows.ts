import type { Database } from '../db/open.ts'
import type { Audience } from '../reflections/policy.ts'
import type { FeedProblem, PartialReading } from './feed-error.ts'

export type Extent = 'full' | 'excerpt'

/** A followed feed. */
export interface Feed {
  id: number
  enrolment_id: number
  cohort_id: number
  person_id: number
  /** Of the cohort. */
  slug: string
  url: string
  site_url: string | null
  title: string
  extent: Extent
  audience: Audience
  state: 'on' | 'stopped' | 'off'
  etag: string | null
  last_modified: string | null
  tried_at: string | null
  read_at: string | null
  next_at: string
  failures: number
  problem: FeedProblem | PartialReading | null
  /** Of the cohort; a date. */
  starts_on: string
  /**
   * How far reading the older pages of the feed is: due once after it was followed; whole or limited when it is over,
   * limited where older posts may be missing. Null for a feed that was followed before older pages were read.
   */
  older_pages: 'due' | 'reading' | 'whole' | 'limited' | null
  /** When the oldest post that could be read was published. */
  oldest_at: string | null
}

/** A feed with its owner's settings. */
export interface FeedSettings {
  url: string
  site_url: string | null
  title: string
  extent: Extent
  audience: Audience
}

/** The result of polling a feed. */
interface PollResult {
  id: number
  url: string
  site_url: string | null
  title: string
  etag: string | null
  last_modified: string | null
  read_at: string | null
  next_at: string
  failures: number
  problem: string | null
  state: Feed['state']
  now: string
}

const SELECT = `
  SELECT feed.id, feed.enrolment_id, feed.cohort_id, enrolment.person_id, cohort.slug, feed.url, feed.site_url, feed.title,
         feed.extent, feed.audience, feed.state, feed.etag, feed.last_modified, feed.tried_at, feed.read_at, feed.next_at,
         feed.failures, feed.problem, feed.older_pages, feed.oldest_at, cohort.starts_on
    FROM feed
    JOIN enrolment ON enrolment.id = feed.enrolment_id AND enrolment.left_at IS NULL
    JOIN cohort ON cohort.id = feed.cohort_id`

export function createFeedRows(db: Database) {
  const byId = db.prepare<[number], Feed>(`${SELECT} WHERE feed.id = ?`)
  const ofEnrolment = db.prepare<[number], Feed>(`${SELECT} WHERE feed.enrolment_id = ?`)
  const due = db.prepare<[string, number], Feed>(
    `${SELECT} WHERE feed.state = 'on' AND feed.next_at <= ? ORDER BY feed.next_at LIMIT ?`,
  )
  const taken = db
    .prepare<[number, string, number], 1>('SELECT 1 FROM feed WHERE cohort_id = ? AND url = ? AND enrolment_id <> ?')
    .pluck()
  const put = db.prepare<FeedSettings & { enrolment_id: number; cohort_id: number; now: string }, { id: number }>(`
    INSERT INTO feed (enrolment_id, cohort_id, url, site_url, title, extent, audience, added_at, next_at, older_pages)
    VALUES (:enrolment_id, :cohort_id, :url, :site_url, :title, :extent, :audience, :now, :now, 'due')
    ON CONFLICT (enrolment_id) DO UPDATE
       SET url = excluded.url, site_url = excluded.site_url, title = excluded.title, extent = excluded.extent,
           audience = excluded.audience, state = 'on', etag = NULL, last_modified = NULL, failures = 0, problem = NULL,
           next_at = excluded.next_at, older_pages = 'due', oldest_at = NULL
    RETURNING id`)
  const settle = db.prepare<PollResult>(`
    UPDATE feed
       SET url = :url, site_url = :site_url, title = :title, etag = :etag, last_modified = :last_modified,
           tried_at = :now, read_at = :read_at, next_at = :next_at, failures = :failures, problem = :problem,
           state = CASE state WHEN 'on' THEN :state ELSE state END
     WHERE id = :id`)
  const change = db.prepare<{ id: number; extent: Extent; audience: Audience }>(`
    UPDATE feed SET extent = :extent, audience = :audience, etag = NULL, last_modified = NULL WHERE id = :id`)
  const setState = db.prepare<{ id: number; state: Feed['state']; now: string }>(`
    UPDATE feed SET state = :state, failures = 0, problem = NULL, next_at = :now, etag = NULL, last_modified = NULL
     WHERE id = :id`)
  const setOlderPages = db.prepare<{ id: number; older_pages: Feed['older_pages']; oldest_at: string | null }>(`
    UPDATE feed SET older_pages = :older_pages, oldest_at = coalesce(min(oldest_at, :oldest_at), oldest_at, :oldest_at)
     WHERE id = :id`)
  const dueAgain = db.prepare('UPDATE feed SET next_at = ? WHERE id = ?')
  const looks = db.prepare<{ person_id: number; now: string; resets_at: string }, { looks: number }>(`
    INSERT INTO feed_look (person_id, looks, resets_at) VALUES (:person_id, 1, :resets_at)
    ON CONFLICT (person_id) DO UPDATE
       SET looks = CASE WHEN resets_at <= :now THEN 1 ELSE looks + 1 END,
           resets_at = CASE WHEN resets_at <= :now THEN :resets_at ELSE resets_at END
    RETURNING looks`)

  return {
    find: (id: number): Feed | null => byId.get(id) ?? null,
    ofEnrolment: (enrolment_id: number): Feed | null => ofEnrolment.get(enrolment_id) ?? null,
    due: (now: string, limit: number): Feed[] => due.all(now, limit),
    /** Does somebody else of the cohort have this blog? */
    isTaken: (cohort_id: number, url: string, enrolment_id: number): boolean =>
      taken.get(cohort_id, url, enrolment_id) === 1,
    save: (wishes: FeedSettings & { enrolment_id: number; cohort_id: number; now: string }): number =>
      put.get(wishes)?.id ?? 0,
    recordResult: (result: PollResult): void => {
      settle.run(result)
    },
    change: (wishes: { id: number; extent: Extent; audience: Audience }): void => {
      change.run(wishes)
    },
    setState: (id: number, state: Feed['state'], now: string): void => {
      setState.run({ id, state, now })
    },
    /** @param oldest_at kept where an older one is known */
    setOlderPages: (id: number, older_pages: Feed['older_pages'], oldest_at: string | null): void => {
      setOlderPages.run({ id, older_pages, oldest_at })
    },
    dueAgain: (id: number, now: string): void => {
      dueAgain.run(now, id)
    },
    /** @returns how often this person has looked up an address since the count began */
    countLookup: (person_id: number, now: string, resets_at: string): number =>
      looks.get({ person_id, now, resets_at })?.looks ?? 0,
  }
}

export type FeedRows = ReturnType<typeof createFeedRows>
