import { setImmediate as breathe } from 'node:timers/promises'
import { type Clock, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import type { Enrolment, Enrolments } from '../enrolments/enrolments.ts'
import type { Notices } from '../notifications/notices.ts'
import type { CourseMap, Tile } from '../progress/map.ts'
import type { ExternalPosts } from '../reflections/external-posts.ts'
import type { ExternalHtmlRenderer } from '../reflections/markdown/external-html-renderer.ts'
import type { ExternalHtml } from '../reflections/markdown/sanitise-external-html.ts'
import { audienceWithin } from '../reflections/policy.ts'
import type { FeedItem, FeedItemState, FeedItems } from './feed-items.ts'
import type { Feed } from './feed-rows.ts'
import { identifyPosts, type KnownPost, titleDay } from './identify-posts.ts'
import { type Match, matchPost } from './match-posts.ts'
import { byTime, type FeedPost, type ReadFeed } from './parsing/post.ts'
import { earliestDay } from './reach.ts'

export interface FeedIngestDeps {
  enrolments: Pick<Enrolments, 'find'>
  externalPosts: ExternalPosts
  notices: Pick<Notices, 'notify'>
  progress: { map(enrolment: Enrolment): CourseMap }
  courses: { content(course_id: number, revision: number): { slug: string } }
  externalHtml: ExternalHtmlRenderer
  base_url: string
}

/** A post that is new or has changed, made ready before the transaction begins. */
interface Ready {
  post: FeedPost
  /** Where it is going to be shown: most posts of most blogs are about something else. */
  rendered: RenderedPost | null
  match: Match
}

type RenderedPost = ReturnType<ExternalHtmlRenderer['render']>
/** What is known of a post that comes to stand here. */
type PostFacts = Pick<FeedItem, 'title' | 'link' | 'published_at'>

interface Decision {
  state: FeedItemState
  thing_id: number | null
  guesses: string
}

/** Maximum characters of a post that are stored until its thing is chosen. */
const KEPT = 100_000
/** Posts about one thing that are ingested without confirmation. */
const MOST_OF_A_THING = 3
/** Maximum number of posts that wait for a choice. */
const MOST_ASKED = 20

/** Ingests the posts of a feed: as reflections, as posts to choose a thing for, or not at all. */
export function createFeedIngest(db: Database, clock: Clock, items: FeedItems, helpers: FeedIngestDeps) {
  const { enrolments, externalPosts, externalHtml, notices, progress, courses, base_url } = helpers

  /** The things of the cohort, as posts may speak of them. */
  function knownIn(map: CourseMap): Parameters<typeof matchPost>[1] {
    return map.tiles.map(({ number, thing: { id, position, slug, title, short } }) => {
      return { thing_id: id, number, position, slug, title, short }
    })
  }

  /** The thing that each post is about, among those open to the enrolment. */
  function matcher(
    enrolment: Enrolment,
    map: CourseMap,
  ): (post: Pick<FeedPost, 'title' | 'tags' | 'html' | 'published_at'>) => Match {
    const { cohort } = enrolment
    const known = knownIn(map)
    const course = courses.content(cohort.course_id, cohort.course_revision).slug
    const earliest = earliestDay(cohort.starts_on)
    return (post) => {
      if (post.published_at !== null && post.published_at < earliest) return { kind: 'none' }
      return matchPost(post, known, { base_url, cohort: cohort.slug, course })
    }
  }

  /** Puts a post among the reflections, as much of it as is wanted and for those who were chosen. */
  function take(feed: Feed, enrolment: Enrolment, tile: Tile, post: PostFacts, rendered: RenderedPost) {
    const { id, person_id, cohort } = enrolment
    const place = { id, person_id, cohort_id: cohort.id }
    return externalPosts.add(place, tile.thing, shown(feed, post, rendered), audienceWithin(enrolment, feed.audience))
  }

  function shown(feed: Feed, { title, link, published_at }: PostFacts, { html, renderer }: RenderedPost) {
    const source_url = link ?? feed.site_url ?? feed.url
    const text = feed.extent === 'full' ? html : externalHtml.excerptOf(html)
    return { title, html: text, renderer, source_url, published_at }
  }

  /** A post that was kept as it came. */
  function sourceOf(feed: Feed, { link, source }: Pick<FeedItem, 'link' | 'source'>): ExternalHtml {
    return { html: source ?? '', base: link ?? feed.site_url ?? feed.url }
  }

  function render(feed: Feed, item: Pick<FeedItem, 'link' | 'source'>): RenderedPost {
    return externalHtml.render(sourceOf(feed, item))
  }

  function decide(feed: Feed, enrolment: Enrolment, map: CourseMap, match: Match): Decision {
    if (match.kind === 'none') return { state: 'none', thing_id: null, guesses: '[]' }
    if (match.kind === 'unsure') {
      const asked = items.asked(feed.id).length < MOST_ASKED
      return { state: asked ? 'asked' : 'none', thing_id: null, guesses: JSON.stringify(match.thing_ids) }
    }
    const { thing_id } = match
    const tile = map.tiles.find(({ thing }) => thing.id === thing_id)
    if (!tile?.open) return { state: 'waiting', thing_id, guesses: '[]' }
    const many = items.countOutside(enrolment.id, thing_id) >= MOST_OF_A_THING
    return many
      ? { state: 'none', thing_id: null, guesses: JSON.stringify([thing_id]) }
      : { state: 'taken', thing_id, guesses: '[]' }
  }

  /** The thing of a post that is taken. */
  function tileOf(map: CourseMap, { state, thing_id }: Pick<Decision, 'state' | 'thing_id'>): Tile | undefined {
    return state === 'taken' ? map.tiles.find(({ thing }) => thing.id === thing_id) : undefined
  }

  /** Inserts a new post. @returns its id when its owner has to choose the thing */
  function takeNew(feed: Feed, enrolment: Enrolment, map: CourseMap, ready: Ready): number | null {
    const { post, rendered, match } = ready
    const { guid, link, label: title, hash } = post
    const published_at = post.published_at ?? nowText(clock)
    const decision = decide(feed, enrolment, map, match)
    const tile = tileOf(map, decision)
    const taken = tile && rendered ? take(feed, enrolment, tile, { title, link, published_at }, rendered) : null
    const seen = { feed_id: feed.id, guid, link, title, title_day: titleDay(post), published_at, hash }
    const source = taken ? null : post.html.slice(0, KEPT)
    const id = items.insert({ ...seen, ...decision, reflection_id: taken?.reflection_id ?? null, source })
    return decision.state === 'asked' ? id : null
  }

  /** Updates a changed post. A choice of its owner stays; without one the post is matched again. */
  function takeChanged(feed: Feed, enrolment: Enrolment, map: CourseMap, item: FeedItem, ready: Ready): number | null {
    const { post, rendered, match } = ready
    const { id, published_at } = item
    const { label: title, hash } = post
    const now = { title, link: post.link ?? item.link, published_at }
    items.rename(id, post)
    if (item.state === 'taken') {
      if (item.reflection_id !== null && rendered) externalPosts.update(item.reflection_id, shown(feed, now, rendered))
      items.change({ ...item, title, hash })
      return null
    }
    const decision = item.state === 'left' ? item : decide(feed, enrolment, map, match)
    const { state, thing_id, guesses } = item.state === 'asked' && decision.state === 'none' ? item : decision
    const tile = tileOf(map, { state, thing_id })
    const taken = tile && rendered ? take(feed, enrolment, tile, now, rendered) : null
    const source = taken ? null : post.html.slice(0, KEPT)
    const reflection_id = taken?.reflection_id ?? null
    items.change({ id, title, hash, state, thing_id, guesses, reflection_id, source })
    return state === 'asked' && item.state !== 'asked' ? id : null
  }

  /** Waiting posts whose thing is open now. */
  function openedBy(feed: Feed, map: CourseMap): { item: FeedItem; tile: Tile }[] {
    return items.waiting(feed.id).flatMap((item) => {
      const tile = map.tiles.find(({ thing }) => thing.id === item.thing_id)
      return tile?.open ? [{ item, tile }] : []
    })
  }

  async function makeReady(
    feed: Feed,
    enrolment: Enrolment,
    map: CourseMap,
    read: ReadFeed,
    mayJoin: (item: KnownPost) => boolean,
  ): Promise<Ready[]> {
    const matchOf = matcher(enrolment, map)
    const seen: (Omit<Ready, 'rendered'> & { is_shown: boolean })[] = []
    const stored = items.known(feed.id)
    const byId = new Map(stored.map((item) => [item.id, item]))
    for (const { post, id } of identifyPosts(stored, read.posts, mayJoin)) {
      const known = byId.get(id ?? 0)
      if (known && isUnchanged(known, post)) continue
      const match = matchOf(post)
      const item = known && items.find(known.id, feed.id)
      const is_shown = match.kind === 'sure' || (item != null && item.reflection_id !== null)
      seen.push({ post, match, is_shown })
      await breathe()
    }
    await externalHtml.prepare(seen.flatMap(({ post, is_shown }) => (is_shown ? [post] : [])))
    const ready = seen.map(({ is_shown, ...one }): Ready => {
      return { ...one, rendered: is_shown ? externalHtml.render(one.post) : null }
    })
    return ready.reverse().sort((one, other) => byTime(one.post, other.post))
  }

  function notifyAmbiguous({ id, slug, cohort_id, person_id }: Feed, asked: number[]): void {
    const last = asked.at(-1)
    if (last === undefined) return
    const detail = { title: items.find(last, id)?.title ?? '', href: `/cohorts/${slug}/blog#post-${last}` }
    notices.notify({ person_id, kind: 'feed_unsure', key: `feed ${id} ${last}`, cohort_id, detail })
  }

  return {
    matcher,
    take,
    render,

    /** Has a kept post made ready for `render`. @throws TaskError */
    prepare: (feed: Feed, item: Pick<FeedItem, 'link' | 'source'>): Promise<void> =>
      externalHtml.prepare([sourceOf(feed, item)]),

    /**
     * Ingests new posts of a feed, each once.
     * @param read null when the feed is unchanged, and only posts waiting for their thing to open are checked
     * @param joins_up_to the newest stored post that weak signs may join: of an older page, those from before it was
     * begun to read the feed
     * @returns how many posts were not known, and the newest that was; null when the owner has left
     */
    async ingest(
      feed: Feed,
      read: ReadFeed | null,
      joins_up_to = Number.POSITIVE_INFINITY,
    ): Promise<{ added: number; known_up_to: number } | null> {
      const enrolment = enrolments.find(feed.person_id, feed.slug)
      if (!enrolment) return null
      const known_up_to = items.known(feed.id).at(-1)?.id ?? 0
      const mayJoin = ({ id }: KnownPost) => id <= joins_up_to
      const map = progress.map(enrolment)
      const ready = read ? await makeReady(feed, enrolment, map, read, mayJoin) : []
      await externalHtml.prepare(openedBy(feed, map).map(({ item }) => sourceOf(feed, item)))
      const opened = openedBy(feed, map).map((one) => ({ ...one, rendered: render(feed, one.item) }))
      return transaction(db, () => {
        for (const { item, tile, rendered } of opened) {
          const { reflection_id } = take(feed, enrolment, tile, item, rendered)
          items.change({ ...item, state: 'taken', reflection_id, source: null })
        }
        const asked: (number | null)[] = []
        let added = 0
        // again, with all of the feed: its owner may have changed something meanwhile
        const ids = new Map(
          identifyPosts(items.known(feed.id), read?.posts ?? [], mayJoin).map(({ post, id }) => [post.guid, id]),
        )
        for (const one of ready) {
          const item = items.find(ids.get(one.post.guid) ?? 0, feed.id)
          if (item) asked.push(takeChanged(feed, enrolment, map, item, one))
          else {
            asked.push(takeNew(feed, enrolment, map, one))
            added += 1
          }
        }
        notifyAmbiguous(
          feed,
          asked.filter((id) => id !== null),
        )
        if (ready.length > 0) items.prune(feed.id)
        return { added, known_up_to }
      })
    },
  }
}

function isUnchanged(known: KnownPost, { guid, link, hash }: FeedPost): boolean {
  return known.hash === hash && known.guid === guid && (link === null || known.link === link)
}

export type FeedIngest = ReturnType<typeof createFeedIngest>
