import { decodeDocument } from './decode-document.ts'
import { feedLinks } from './links.ts'
import { NotAFeed, readFeed } from './parse-feed.ts'
import type { ReadFeed } from './post.ts'

/** What an address answered. */
export interface FeedSource {
  body: Uint8Array
  content_type: string
  address: string
  /** An instant. */
  now: string
}

/** What it is: a feed, a page with the feeds that it names, or neither. */
export type FeedFound = { kind: 'feed'; feed: ReadFeed } | { kind: 'page'; links: string[] } | { kind: 'neither' }

/** Reads a feed, or a page that may name one, in a thread of the pool. */
export function run({ body, content_type, address, now }: FeedSource): FeedFound {
  const bytes = Buffer.from(body)
  try {
    return { kind: 'feed', feed: readFeed(bytes, content_type, address, Temporal.Instant.from(now)) }
  } catch (error) {
    if (!(error instanceof NotAFeed)) throw error
  }
  const html = decodeDocument(bytes, content_type)
  if (!/<(?:!doctype html|html|head|body|link|title)\b/i.test(html)) return { kind: 'neither' }
  return { kind: 'page', links: feedLinks(html, address) }
}
