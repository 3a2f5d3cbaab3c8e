import { commonPlaces } from './common-places.ts'
import { decodeDocument } from './decode-document.ts'
import { feedLinks } from './links.ts'
import { NotAFeed, readFeed } from './parse-feed.ts'
import type { ReadFeed } from './post.ts'

/** An HTTP response. */
export interface FeedSource {
  body: Uint8Array
  content_type: string
  address: string
  /** The `Link` header. */
  link_header: string
  /** True when only the beginning of the body was read. */
  is_cut: boolean
  /** An instant. */
  now: string
}

/** Where the feed of a page may be. */
interface FeedPlaces {
  linked: string[]
  guessed: string[]
  /** Feeds of comments, tried last. */
  comments: string[]
}

/** The parsed document: a feed, a page with links to feeds, or neither. */
export type FeedFound = { kind: 'feed'; feed: ReadFeed } | { kind: 'page'; places: FeedPlaces } | { kind: 'neither' }

/** Worker task: parses a feed, or a page that may link to one. */
export function run({ body, content_type, address, link_header, is_cut, now }: FeedSource): FeedFound {
  const bytes = Buffer.from(body)
  try {
    return { kind: 'feed', feed: readFeed(bytes, content_type, address, Temporal.Instant.from(now), is_cut) }
  } catch (error) {
    if (!(error instanceof NotAFeed)) throw error
  }
  const html = decodeDocument(bytes, content_type)
  const { posts, comments } = feedLinks(html, address, link_header)
  const is_page = /<(?:!doctype html|html|head|body|link|title|meta|a)\b/i.test(html)
  if (!is_page && posts.length === 0) return { kind: 'neither' }
  return { kind: 'page', places: { linked: posts, guessed: commonPlaces(address, html), comments } }
}
