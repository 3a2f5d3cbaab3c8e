import { FetchError } from '../http-client/fetch-error.ts'
import type { Fetched, FetchPublic } from '../http-client/fetcher.ts'
import { FeedTrouble, troubleOfStatus } from './feed-error.ts'
import type { ReadFetched } from './feed-reader.ts'
import type { ReadFeed } from './parsing/post.ts'

export interface FoundFeed extends ReadFeed {
  url: string
}

/** Timeout in a request that a person waits for. */
const TOGETHER = 15_000
const LINKED = 4
const COMMENTS = 1
const GUESSED = 8

/** Discovers the feed of a blog from a pasted address: of the feed itself, or of any page of the blog. */
export function createFeedFinder({
  fetchPublic,
  headers,
  read,
}: {
  fetchPublic: FetchPublic
  headers: Record<string, string>
  read: ReadFetched
}) {
  async function get(url: string, signal: AbortSignal): Promise<Fetched> {
    const fetched = await fetchPublic(url, { headers, signal, cut: true })
    const trouble = troubleOfStatus(fetched.status)
    if (trouble) throw new FeedTrouble(trouble)
    return fetched
  }

  async function readAt(url: string, signal: AbortSignal): Promise<FoundFeed | null> {
    try {
      const found = await read(await get(url, signal))
      return found.kind === 'feed' ? { url, ...found.feed } : null
    } catch (error) {
      if (signal.aborted) throw new FetchError('slow', error)
      if (error instanceof FeedTrouble || error instanceof FetchError) return null
      throw error
    }
  }

  /** As it was typed: without a scheme https is tried first. */
  async function page(typed: string, signal: AbortSignal): Promise<Fetched> {
    const address = typed
      .trim()
      .replace(/^feed:(?:\/\/)?(?=https?:)/i, '')
      .replace(/^feed:\/\//i, 'http://')
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(address)) return get(address, signal)
    try {
      return await get(`https://${address}`, signal)
    } catch (error) {
      if (!(error instanceof FetchError) || error.reason !== 'unreachable') throw error
      return await get(`http://${address}`, signal)
    }
  }

  /** @throws FeedTrouble, FetchError */
  return async (typed: string): Promise<FoundFeed> => {
    const signal = AbortSignal.timeout(TOGETHER)
    const fetched = await page(typed, signal).catch((error: unknown) => {
      throw signal.aborted ? new FetchError('slow', error) : error
    })
    const found = await read(fetched)
    if (found.kind === 'feed') return { url: fetched.url, ...found.feed }
    if (found.kind === 'neither') throw new FeedTrouble(fetched.is_cut ? 'too_large' : 'not_a_feed')
    const { linked, guessed, comments } = found.places
    const places = [...linked.slice(0, LINKED), ...guessed.slice(0, GUESSED), ...comments.slice(0, COMMENTS)]
    for (const place of new Set(places)) {
      const feed = await readAt(place, signal)
      if (feed) return feed
    }
    throw new FeedTrouble('no_feed')
  }
}
