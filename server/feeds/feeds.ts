import { type Clock, instantText, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import type { Enrolment } from '../enrolments/enrolments.ts'
import type { FetchPublic } from '../http-client/fetcher.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { Notices } from '../notifications/notices.ts'
import type { Tile } from '../progress/map.ts'
import { type Audience, audienceWithin } from '../reflections/policy.ts'
import type { WorkerPool } from '../workers/worker-pool.ts'
import { createFeedFinder, type FoundFeed } from './discover-feed.ts'
import { createFeedHealth } from './feed-health.ts'
import { createFeedItems, type FeedItem } from './feed-items.ts'
import { createFeedReader } from './feed-reader.ts'
import { createFeedRows, type Extent, type Feed, type FeedSettings } from './feed-rows.ts'
import { titleDay } from './identify-posts.ts'
import { createFeedIngest, type FeedIngestDeps } from './ingest.ts'
import type { Match } from './match-posts.ts'
import { createOlderPages } from './older-pages.ts'
import { byTime, hashOf } from './parsing/post.ts'
import { createPolling } from './polling.ts'

interface FeedsDeps extends FeedIngestDeps {
  jobs: Jobs
  fetchPublic: FetchPublic
  workers: WorkerPool
  notices: Pick<Notices, 'notify'>
  reflections: { remove(id: number, person_id: number): boolean }
  log: { error(facts: object, words: string): void }
}

/** A post in the preview of a feed, with its matched thing. */
export interface BlogPreview {
  title: string
  link: string | null
  published_at: string | null
  match: Match
}

const LOOKS = 10
const LOOKS_IN = Temporal.Duration.from({ minutes: 15 })
const AGAIN_AFTER = Temporal.Duration.from({ minutes: 10 })
const SHOWN = 30
const PREVIEWED = 12

/** External blogs of learners: discovering, following, polling, matching and choosing things. */
export function createFeeds(db: Database, clock: Clock, helpers: FeedsDeps) {
  const { jobs, fetchPublic, externalPosts, reflections, progress, base_url } = helpers
  const rows = createFeedRows(db)
  const items = createFeedItems(db)
  const headers = {
    'User-Agent': `Twentythree (+${base_url})`,
    Accept:
      'application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, text/xml;q=0.8, */*;q=0.5',
  }
  const read = createFeedReader(clock, helpers.workers)
  const find = createFeedFinder({ fetchPublic, headers, read })
  const taking = createFeedIngest(db, clock, items, helpers)
  const olderPages = createOlderPages(db, clock, rows, { jobs, fetchPublic, headers, read, taking })
  const polling = createPolling(db, clock, rows, { ...helpers, headers, read, taking, olderPages })

  jobs.handle('feeds.read_due', async (_, { signal }) => void (await polling.readDue(signal)), {
    lease: { minutes: 10 },
  })
  jobs.every('feeds.read_due', { minutes: 10 })
  jobs.handle<{ feed_id: number }>('feeds.read', ({ feed_id }, { signal }) => polling.readOne(feed_id, signal), {
    at_once: 4,
  })

  /** Queues a poll of the feed right now. */
  function readSoon(feed_id: number): void {
    rows.dueAgain(feed_id, nowText(clock))
    jobs.add('feeds.read', { feed_id })
  }

  function wasReadLately({ tried_at }: Feed): boolean {
    return tried_at !== null && tried_at > instantText(clock.now().subtract(AGAIN_AFTER))
  }

  /** A post as it came, or as it stands here by now. */
  function sourceOf({ source, reflection_id }: FeedItem): string | null {
    return source ?? (reflection_id === null ? null : items.htmlOf(reflection_id))
  }

  return {
    ...createFeedHealth(db),

    ofEnrolment: (enrolment_id: number): Feed | null => rows.ofEnrolment(enrolment_id),

    /** The latest posts, and those whose thing the owner has to choose. */
    posts: (feed_id: number): { latest: FeedItem[]; asked: FeedItem[] } => ({
      latest: items.latest(feed_id, SHOWN),
      asked: items.asked(feed_id),
    }),

    /** True when the person may look up another address; counts this lookup. */
    mayLookUp(person_id: number): boolean {
      const now = clock.now()
      return rows.countLookup(person_id, instantText(now), instantText(now.add(LOOKS_IN))) <= LOOKS
    },

    /** @throws what `troubleIn` reads */
    find,

    /** Previews how the newest posts of a feed would be matched. */
    preview(enrolment: Enrolment, { posts }: FoundFeed): BlogPreview[] {
      const match = taking.matcher(enrolment, progress.map(enrolment))
      const newest = posts.toReversed().sort(byTime).reverse()
      return newest.slice(0, PREVIEWED).map((post) => {
        const { label, link, published_at } = post
        return { title: label, link, published_at, match: match(post) }
      })
    },

    /** Follows a blog. @returns false when somebody else in the cohort follows it */
    follow(enrolment: Enrolment, wishes: FeedSettings): boolean {
      const { id: enrolment_id, cohort } = enrolment
      const audience = audienceWithin(enrolment, wishes.audience)
      return transaction(db, () => {
        if (rows.isTaken(cohort.id, wishes.url, enrolment_id)) return false
        readSoon(rows.save({ ...wishes, audience, enrolment_id, cohort_id: cohort.id, now: nowText(clock) }))
        return true
      })
    },

    /** Sets extent and audience, also of posts that are already ingested. */
    change(enrolment: Enrolment, feed: Feed, wishes: { extent: Extent; audience: Audience }): void {
      const audience = audienceWithin(enrolment, wishes.audience)
      transaction(db, () => {
        rows.change({ id: feed.id, extent: wishes.extent, audience })
        for (const { reflection_id } of items.withReflection(feed.id))
          externalPosts.setAudience(reflection_id, audience)
        if (wishes.extent === feed.extent) return
        items.markForReread(feed.id)
        if (feed.state === 'on') readSoon(feed.id)
      })
    },

    /** Unfollows the blog. @param posts whether its reflections stay, or are deleted with their completions */
    stop(feed: Feed, posts: 'stay' | 'go'): void {
      transaction(db, () => {
        rows.setState(feed.id, 'stopped', nowText(clock))
        if (posts === 'stay') return
        for (const { reflection_id } of items.withReflection(feed.id)) reflections.remove(reflection_id, feed.person_id)
        items.forget(feed.id)
      })
    },

    /** Polls again after a stop or failure, or ahead of schedule. @returns false when it was just polled */
    readAgain(feed: Feed): boolean {
      if (wasReadLately(feed)) return false
      transaction(db, () => {
        if (feed.state !== 'on') rows.setState(feed.id, 'on', nowText(clock))
        readSoon(feed.id)
      })
      return true
    },

    /** A post that came in another way than by being read, known to be about this thing. @returns the reflection's id */
    addPost(
      enrolment: Enrolment,
      tile: Tile,
      { title, link, html, tags }: { title: string; link: string; html: string; tags: string[] },
    ): number {
      const feed = rows.ofEnrolment(enrolment.id)
      if (!feed) throw new Error(`Enrolment ${enrolment.id} has no blog`)
      const published_at = nowText(clock)
      const post = { title, link, html, tags, published_at }
      const rendered = taking.render(feed, { link, source: html })
      return transaction(db, () => {
        const { reflection_id } = taking.take(feed, enrolment, tile, post, rendered)
        const known = { guid: link, link, title, title_day: titleDay(post), published_at, hash: hashOf(post) }
        const about = { state: 'taken', thing_id: tile.thing.id, guesses: '[]', reflection_id, source: null } as const
        items.insert({ feed_id: feed.id, ...known, ...about })
        return reflection_id
      })
    },

    /** Has a post made ready for `decide`, which may put it among the reflections. @throws TaskError */
    async prepare(feed: Feed, item_id: number): Promise<void> {
      const item = items.find(item_id, feed.id)
      if (item) await taking.prepare(feed, { ...item, source: sourceOf(item) })
    },

    /**
     * Sets the thing that a post is about: one that is open to its owner, or none.
     * @returns null where there is no such post or thing; else the act, where the post came to stand here by it
     */
    decide(
      enrolment: Enrolment,
      feed: Feed,
      item_id: number,
      number: number | null,
    ): { activity_id: number | null } | null {
      const tile =
        number === null ? null : progress.map(enrolment).tiles.find((tile) => tile.number === number && tile.open)
      if (tile === undefined) return null
      const item = items.find(item_id, feed.id)
      if (!item) return null
      const source = sourceOf(item)
      const rendered = source === null ? null : taking.render(feed, { ...item, source })
      return transaction(db, () => {
        if (tile === null) {
          if (item.reflection_id !== null) reflections.remove(item.reflection_id, feed.person_id)
          items.change({ ...item, state: 'left', thing_id: null, guesses: '[]', reflection_id: null, source })
          return { activity_id: null }
        }
        if (item.reflection_id !== null) {
          const activity_id = externalPosts.moveToThing(item.reflection_id, tile.thing.id)
          items.change({ ...item, thing_id: tile.thing.id })
          return { activity_id }
        }
        if (rendered === null) return null
        const { reflection_id, activity_id } = taking.take(feed, enrolment, tile, item, rendered)
        items.change({ ...item, state: 'taken', thing_id: tile.thing.id, guesses: '[]', reflection_id, source: null })
        return { activity_id }
      })
    },
  }
}
