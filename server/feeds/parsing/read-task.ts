import { decodeDocument } from './decode-document.ts'
import { feedLinks } from './links.ts'
import { NotAFeed, readFeed } from './parse-feed.ts'
import type { ReadFeed } from './post.ts'

/** An HTTP response. */
export interface FeedSource {
  body: Uint8Array
  content_type: string
  address: string
  /** An instant. */
  now: string
}

/** The parsed document: a feed, a page with links to feeds, or neither. */
export type FeedFound = { kind: 'feed'; feed: ReadFeed } | { kind: 'page'; links: string[] } | { kind: 'neither' }

/** Worker task: parses a feed, or a page that may link to one. */
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
