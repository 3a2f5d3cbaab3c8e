import { type Clock, instantText, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import type { Fetched, FetchPublic } from '../http-client/fetcher.ts'
import type { Notices } from '../notifications/notices.ts'
import { createConcurrencyLimiter } from '../web/http/concurrency-limiter.ts'
import { TaskError } from '../workers/worker-pool.ts'
import { type FeedProblem, FeedTrouble, feedTroubleOf, isPartial, troubleOfStatus } from './feed-error.ts'
import type { ReadFetched } from './feed-reader.ts'
import type { Feed, FeedRows } from './feed-rows.ts'
import type { FeedIngest } from './ingest.ts'
import type { OlderPages } from './older-pages.ts'
import type { ReadFeed } from './parsing/post.ts'
import { nextRead, TRIES } from './schedule.ts'

interface PollingDeps {
  fetchPublic: FetchPublic
  headers: Record<string, string>
  notices: Pick<Notices, 'notify'>
  read: ReadFetched
  taking: FeedIngest
  olderPages: OlderPages
  log: { error(facts: object, words: string): void }
  random?: () => number
}

const AT_ONCE = 8
const BATCH = 200
const BUSY = Temporal.Duration.from({ minutes: 2 })
/** A run stops before its lease ends; the next run continues. */
const RUN = 8 * 60_000

/** Polls due feeds with conditional requests, eight at a time, one per host. */
export function createPolling(db: Database, clock: Clock, rows: FeedRows, helpers: PollingDeps) {
  const { fetchPublic, headers, notices, read: readFetched, taking, olderPages, log, random = Math.random } = helpers
  const inTurn = createConcurrencyLimiter({ at_once: AT_ONCE })

  function ask(feed: Feed, signal: AbortSignal): Promise<Fetched> {
    return fetchPublic(feed.url, {
      signal,
      cut: true,
      headers: {
        ...headers,
        ...(feed.etag ? { 'If-None-Match': feed.etag } : {}),
        ...(feed.last_modified ? { 'If-Modified-Since': feed.last_modified } : {}),
      },
    })
  }

  async function readOne(feed: Feed, signal: AbortSignal): Promise<void> {
    let answer: Fetched | null = null
    try {
      answer = await ask(feed, signal)
      const trouble = answer.status === 304 ? null : troubleOfStatus(answer.status)
      if (trouble) throw new FeedTrouble(trouble)
      const found = answer.status === 304 ? null : await readFetched(answer)
      if (found && found.kind !== 'feed') throw new FeedTrouble(answer.is_cut ? 'too_large' : 'not_a_feed')
      const read = found?.feed ?? null
      const taken = await taking.ingest(feed, read)
      noteSuccess(feed, answer, read, taken?.known_up_to ?? 0)
    } catch (error) {
      // shutdown: not a failure of the blog
      if (signal.aborted) return
      if (error instanceof TaskError && error.reason === 'busy') return rows.dueAgain(feed.id, inAWhile())
      noteTrouble(feed, problemIn(feed, error), answer?.headers['retry-after'] ?? null)
    }
  }

  /** The retry delay when all threads are busy, which is not a failure of the blog. */
  function inAWhile(): string {
    return instantText(clock.now().add(BUSY))
  }

  function problemIn(feed: Feed, error: unknown): FeedProblem {
    try {
      return feedTroubleOf(error)
    } catch {
      log.error({ feed: feed.id, err: error }, 'feed could not be taken in')
      return 'broken'
    }
  }

  function noteSuccess(
    feed: Feed,
    { headers: said, moved_to }: Fetched,
    read: ReadFeed | null,
    known_up_to: number,
  ): void {
    const now = clock.now()
    const moved = moved_to && !rows.isTaken(feed.cohort_id, moved_to, feed.enrolment_id) ? moved_to : feed.url
    const next_at = nextRead({ now, failures: 0, retry_after: null, ttl: read?.ttl ?? null, chance: random() })
    const problem = read ? read.partial : isPartial(feed.problem) ? feed.problem : null
    transaction(db, () => {
      rows.recordResult({
        id: feed.id,
        url: moved,
        title: read?.title || feed.title,
        site_url: read?.site_url ?? feed.site_url,
        etag: (read ? said['etag'] : feed.etag) ?? null,
        last_modified: (read ? said['last-modified'] : feed.last_modified) ?? null,
        read_at: instantText(now),
        next_at: instantText(next_at),
        failures: 0,
        problem,
        state: 'on',
        now: instantText(now),
      })
      if (read) olderPages.begin({ ...feed, url: moved }, read, known_up_to)
    })
  }

  function noteTrouble(feed: Feed, problem: FeedProblem, retry_after: string | null): void {
    const now = clock.now()
    const failures = feed.failures + 1
    const over = problem === 'gone' || failures >= TRIES
    const next_at = nextRead({ now, failures, retry_after, ttl: null, chance: random() })
    const { id, url, title, site_url, etag, last_modified, read_at, person_id, cohort_id, slug } = feed
    transaction(db, () => {
      const same = { id, url, title, site_url, etag, last_modified, read_at }
      const state = over ? 'off' : 'on'
      rows.recordResult({ ...same, next_at: instantText(next_at), failures, problem, state, now: instantText(now) })
      if (!over) return
      const detail = { href: `/cohorts/${slug}/blog` }
      notices.notify({ person_id, kind: 'feed_trouble', key: `feed ${id} off ${nowText(clock)}`, cohort_id, detail })
    })
  }

  const inItsTurn = (id: number, host: string, signal: AbortSignal) =>
    inTurn(host, async () => {
      // it may have been read or stopped while it waited
      const feed = rows.find(id)
      const due = feed?.state === 'on' && feed.next_at <= nowText(clock)
      if (feed && due && !signal.aborted) await readOne(feed, signal)
    })

  return {
    /** Reads one feed, if its time has come. */
    async readOne(feed_id: number, signal: AbortSignal): Promise<void> {
      const feed = rows.find(feed_id)
      if (feed) await inItsTurn(feed_id, hostOf(feed), signal)
    },

    /** Reads all feeds whose time has come. @returns how many */
    async readDue(signal: AbortSignal): Promise<number> {
      const until = performance.now() + RUN
      for (let count = 0; ; ) {
        const due = signal.aborted || performance.now() > until ? [] : rows.due(nowText(clock), BATCH)
        if (due.length === 0) return count
        await Promise.all(due.map((feed) => inItsTurn(feed.id, hostOf(feed), signal)))
        count += due.length
      }
    },
  }
}

function hostOf({ url }: Feed): string {
  return URL.parse(url)?.hostname ?? url
}
