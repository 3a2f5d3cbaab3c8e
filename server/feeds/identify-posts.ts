import { type FeedPost, hashedGuid } from './parsing/post.ts'

/** What is stored of a post, as far as it tells whether another one is the same. */
export interface KnownPost {
  id: number
  guid: string
  link: string | null
  title: string
  title_day: string | null
  published_at: string
  hash: string
}

/** Title and day, as they are compared where a post has lost its guid; null without a title. */
export function titleDay({ title, published_at }: Pick<FeedPost, 'title' | 'published_at'>): string | null {
  const words = foldedTitle(title)
  return words === '' ? null : `${(published_at ?? '').slice(0, 10)} ${words}`
}

/**
 * Posts with a guid of their own each, in any order. Some blogs give all posts the same guid; others name a post twice,
 * once as it was before: then the newer one counts. An exact copy under another guid is the same post.
 * @param home addresses that are those of no single post: of the blog and its feed
 */
export function distinctPosts(posts: FeedPost[], home: readonly (string | null)[]): FeedPost[] {
  const homes = new Set(home.flatMap((address) => (address === null ? [] : [comparable(address)])))
  const isHome = (address: string) => homes.has(comparable(address)) || /^https?:\/\/[^/?#]+\/?$/i.test(address)
  const links = countBy(posts, ({ link }) => link && comparable(link))
  /** Where a post stands alone, else its title and time, else its words. */
  const placeOf = (post: FeedPost): string => {
    const { link } = post
    if (link !== null && !isHome(link) && (links.get(comparable(link)) ?? 0) === 1) return link
    return foldedTitle(post.title) === '' && post.published_at === null
      ? post.hash
      : `${foldedTitle(post.title)} ${post.published_at ?? ''} ${post.title === '' ? post.hash : ''}`
  }
  const shared = new Map<string, FeedPost[]>()
  const result: FeedPost[] = []
  for (const post of posts) {
    const guid = post.guid === '' || isHome(post.guid) ? ownGuid(placeOf(post)) : post.guid
    shared.set(guid, [...(shared.get(guid) ?? []), { ...post, guid }])
  }
  for (const [guid, group] of shared) {
    const places = placesOf(group, (post) =>
      post.link !== null && !isHome(post.link) ? comparable(post.link) : placeOf(post),
    )
    for (const [place, versions] of places) {
      const [newest] = versions.toSorted(
        (one, other) => compare(other.published_at ?? '', one.published_at ?? '') || compare(other.hash, one.hash),
      )
      if (newest) result.push(places.size === 1 ? newest : { ...newest, guid: sharedGuid(guid, place) })
    }
  }
  return withoutCopies(result)
}

/**
 * Finds the posts that are stored already: by guid; else by weaker signs, but only where the guid of the stored post is
 * gone from the feed, and where exactly one stored post and one new one share the sign.
 * @param mayJoin false for stored posts that weak signs may not join
 * @returns each post, with the id of the stored one or null; its guid differs from the feed's where that is used anew
 */
export function identifyPosts(
  known: readonly KnownPost[],
  posts: readonly FeedPost[],
  mayJoin: (item: KnownPost) => boolean = () => true,
): { post: FeedPost; id: number | null }[] {
  const byGuid = new Map(known.map((item) => [item.guid, item]))
  const found = posts.map((given) => {
    const item = byGuid.get(given.guid)
    const post = item && isAnother(item, given) ? { ...given, guid: sharedGuid(given.guid, given.link ?? '') } : given
    return { post, id: byGuid.get(post.guid)?.id ?? null }
  })
  const present = new Set(found.map(({ post }) => post.guid))
  let gone = known.filter((item) => !present.has(item.guid) && mayJoin(item))
  const stored_links = countBy(known, ({ link }) => link && comparable(link))
  const read_links = countBy(posts, ({ link }) => link && comparable(link))
  const ownLink = (link: string | null): string | null => {
    const key = link && comparable(link)
    if (!key || /^[^/?#]+\/?$/.test(key)) return null
    return (stored_links.get(key) ?? 0) > 1 || (read_links.get(key) ?? 0) > 1 ? null : key
  }
  const signs: ((post: KnownPost | (FeedPost & { title_day: string | null })) => string | null)[] = [
    ({ guid }) => (/^https?:/i.test(guid) ? comparable(guid) : null),
    ({ title_day, hash }) => title_day && `${title_day} ${hash}`,
    ({ link }) => ownLink(link),
    ({ link, published_at }) =>
      link && ownLink(link) && published_at && `${comparable(link).replace(/#.*/, '')} ${published_at}`,
    ({ title_day, published_at }) =>
      title_day && (title_day.startsWith(' ') ? title_day : `${title_day} ${published_at}`),
    ({ link, title_day }) => link && title_day && ownLink(link) && `${pathOf(link)} ${title_day.replace(/^\S*/, '')}`,
    ({ hash, published_at, title_day }) => (title_day === null ? `${hash} ${published_at}` : null),
  ]
  if (gone.length === 0) return found
  let left = found
    .filter(({ id }) => id === null)
    .map((one) => ({ one, facts: { ...one.post, title_day: titleDay(one.post) } }))
  for (const sign of signs) {
    const stored = Map.groupBy(gone, sign)
    const read = Map.groupBy(left, ({ facts }) => sign(facts))
    for (const [key, [first, another]] of read) {
      const [item, second] = stored.get(key) ?? []
      if (key !== null && first && !another && item && !second) first.one.id = item.id
    }
    const joined = new Set(left.map(({ one }) => one.id))
    gone = gone.filter(({ id }) => !joined.has(id))
    left = left.filter(({ one }) => one.id === null)
    if (left.length === 0 || gone.length === 0) break
  }
  return found
}

/** A guid that the blog has given to a second post: nothing else agrees. */
function isAnother(item: KnownPost, post: FeedPost): boolean {
  if (item.link === null || post.link === null || comparable(item.link) === comparable(post.link)) return false
  return (
    pathOf(item.link) !== pathOf(post.link) &&
    item.title !== post.label &&
    item.published_at !== post.published_at &&
    item.hash !== post.hash
  )
}

/** The posts of one guid by where they stand; those of one place that agree in title or time are versions of one. */
function placesOf(group: FeedPost[], placeOf: (post: FeedPost) => string): Map<string, FeedPost[]> {
  const places = Map.groupBy(group, placeOf)
  const [first, ...others] = group
  if (!first || places.size > 1) return places
  const versions =
    others.every(({ title }) => title === first.title) ||
    others.every(({ published_at }) => published_at === first.published_at)
  return versions
    ? places
    : Map.groupBy(group, ({ title, published_at }) => `${foldedTitle(title)} ${published_at ?? ''}`)
}

/** One of each of the posts that agree in title, words, tags and time. */
function withoutCopies(posts: FeedPost[]): FeedPost[] {
  const copies = Map.groupBy(posts, (post) =>
    post.html.trim() === '' ? post.guid : `${post.hash} ${post.published_at ?? ''}`,
  )
  return [...copies.values()].flatMap((same) =>
    same.toSorted((one, other) => compare(one.guid, other.guid)).slice(0, 1),
  )
}

/** For a post that has none: its address where it has one of its own. */
function ownGuid(place: string): string {
  return /^https?:\/\/\S{1,490}$/.test(place) ? place : hashedGuid(place)
}

function sharedGuid(guid: string, place: string): string {
  return hashedGuid(`${guid}\n${place}`)
}

/** An address without what changes when a blog moves to https, or to its name with or without www. */
function comparable(address: string): string {
  return address.replace(/^https?:\/\/(?:www\.)?/i, '').replace(/\/(?=$|[?#])/, '')
}

function pathOf(address: string): string {
  return comparable(address).replace(/^[^/?#]*/, '')
}

function foldedTitle(title: string): string {
  return title.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()
}

function countBy<Value>(values: readonly Value[], keyOf: (value: Value) => string | null): Map<string, number> {
  const counts = new Map<string, number>()
  for (const value of values) {
    const key = keyOf(value)
    if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
