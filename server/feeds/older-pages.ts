import type { Clock } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import { FetchError } from '../http-client/fetch-error.ts'
import type { FetchPublic } from '../http-client/fetcher.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { TaskError } from '../workers/worker-pool.ts'
import { FeedTrouble, troubleOfStatus } from './feed-error.ts'
import type { ReadFetched } from './feed-reader.ts'
import type { Feed, FeedRows } from './feed-rows.ts'
import type { FeedIngest } from './ingest.ts'
import type { ReadFeed } from './parsing/post.ts'
import { isEnoughFor, oldestOf, reachOf } from './reach.ts'

/** The next page to read, and what the pages before have used up. */
interface OlderPage {
  feed_id: number
  /** Of the feed when reading began; a later one has older pages of its own. */
  feed_url: string
  url: string
  page: number
  bytes: number
  posts: number
  /** The newest post that was stored before the reading began: weak signs join no later one. */
  known_up_to: number
}

interface OlderPagesDeps {
  jobs: Jobs
  fetchPublic: FetchPublic
  headers: Record<string, string>
  read: ReadFetched
  taking: FeedIngest
}

const MOST_PAGES = 30
const MOST_BYTES = 10 * 1024 * 1024
const MOST_POSTS = 1000
const PAUSE = Temporal.Duration.from({ seconds: 10 })
const TRIES = 3

/**
 * Reads the older pages of a feed once, after it was followed, so that nothing is lost of what was written before. One
 * page at a time, each a job of its own, with a pause between two, back to the beginning of the cohort.
 */
export function createOlderPages(db: Database, clock: Clock, rows: FeedRows, helpers: OlderPagesDeps) {
  const { jobs, fetchPublic, headers, read, taking } = helpers

  jobs.handle<OlderPage>('feeds.read_older', (page, { attempt, signal }) => readPage(page, attempt, signal), {
    tries: TRIES,
  })

  function add(page: OlderPage): void {
    jobs.add('feeds.read_older', page, { at: clock.now().add(PAUSE) })
  }

  async function readPage(page: OlderPage, attempt: number, signal: AbortSignal): Promise<void> {
    const feed = rows.find(page.feed_id)
    if (feed?.state !== 'on' || feed.url !== page.feed_url || feed.older_pages !== 'reading') return
    try {
      await takePage(feed, page, signal)
    } catch (error) {
      const again = isTemporary(error) && attempt < TRIES
      if (signal.aborted || again) throw error
      if (!(error instanceof FetchError || error instanceof FeedTrouble || error instanceof TaskError)) throw error
      // a page that is not there is the end of what there is
      const is_end = error instanceof FeedTrouble && ['no_page', 'gone'].includes(error.trouble)
      rows.setOlderPages(feed.id, is_end ? 'whole' : 'limited', null)
    }
  }

  async function takePage(feed: Feed, page: OlderPage, signal: AbortSignal): Promise<void> {
    const answer = await fetchPublic(page.url, { headers, signal, cut: true })
    const trouble = troubleOfStatus(answer.status)
    if (trouble) throw new FeedTrouble(trouble)
    if (URL.parse(answer.url)?.host !== URL.parse(page.url)?.host) throw new FeedTrouble('redirects')
    const found = await read(answer)
    if (found.kind !== 'feed') throw new FeedTrouble('not_a_feed')
    const { posts, older } = found.feed
    const taken = await taking.ingest(feed, found.feed, page.known_up_to)
    const bytes = page.bytes + answer.body.length
    const count = page.posts + posts.length
    const oldest_at = oldestOf(posts)
    // some servers answer every page with the first one
    const is_end = posts.length === 0 || !taken || taken.added === 0 || isEnoughFor(feed.starts_on, oldest_at)
    const within = page.page < MOST_PAGES && bytes < MOST_BYTES && count < MOST_POSTS
    transaction(db, () => {
      const goes_on = !is_end && older !== null && within
      rows.setOlderPages(feed.id, goes_on ? 'reading' : is_end || within ? 'whole' : 'limited', oldest_at)
      if (goes_on) add({ ...page, url: older, page: page.page + 1, bytes, posts: count })
    })
  }

  return {
    /** Begins with the second page, where the first one does not reach back far enough; part of a transaction. */
    begin(feed: Feed, { posts, older }: ReadFeed, known_up_to: number): void {
      const oldest_at = oldestOf(posts)
      if (feed.older_pages !== 'due') {
        const reached = feed.older_pages === 'limited' && oldest_at !== null && oldest_at < feed.starts_on
        return rows.setOlderPages(feed.id, reached ? 'whole' : feed.older_pages, oldest_at)
      }
      if (older === null || isEnoughFor(feed.starts_on, oldest_at)) {
        return rows.setOlderPages(feed.id, reachOf(feed.starts_on, posts) === null ? 'whole' : 'limited', oldest_at)
      }
      rows.setOlderPages(feed.id, 'reading', oldest_at)
      const { id: feed_id, url: feed_url } = feed
      add({ feed_id, feed_url, url: older, page: 2, bytes: 0, posts: posts.length, known_up_to })
    },
  }
}

/** True for a failure that may be over a moment later. */
function isTemporary(error: unknown): boolean {
  if (error instanceof FetchError) return ['unreachable', 'slow', 'not_found'].includes(error.reason)
  if (error instanceof FeedTrouble) return ['busy', 'server'].includes(error.trouble)
  return error instanceof TaskError && error.reason === 'busy'
}

export type OlderPages = ReturnType<typeof createOlderPages>
