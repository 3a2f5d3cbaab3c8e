import { createHash } from 'node:crypto'
import { Parser } from 'htmlparser2'

/** A post as a feed has it, in one form whatever the format. */
export interface FeedPost {
  /** The feed's own, else made of what there is. */
  guid: string
  /** Where the original stands: http or https, without what only counts visitors. */
  link: string | null
  title: string
  /** As it came: not to be shown before it was sanitised. */
  html: string
  /** What relative links in it begin from. */
  base: string
  tags: string[]
  /** Null where the feed has no date that can be. */
  published_at: string | null
}

export interface ReadFeed {
  title: string
  site_url: string | null
  /** The newest, at most 200. */
  posts: FeedPost[]
  /** True when the feed was malformed, and only a part of it was parsed. */
  partly: boolean
  /** The feed's time to live, in minutes. */
  ttl: number | null
}

const LONGEST = 2000
const TITLE = 200
const COUNTERS = /^(?:utm_\w+|fbclid|gclid|mc_[ce]id|ref_src)$/i

/** An address that a page may link to, in one form; null for anything that is none. */
export function canonicalLink(text: string | undefined, base: string | null): string | null {
  const url = URL.parse(text?.trim() ?? '', base ?? undefined)
  if (!text?.trim() || !url || !/^https?:$/.test(url.protocol) || url.href.length > LONGEST) return null
  if (url.username !== '' || url.password !== '') return null
  for (const name of [...url.searchParams.keys()]) if (COUNTERS.test(name)) url.searchParams.delete(name)
  url.hash = ''
  return url.href
}

/** One line of words, without the tags and entities that blogs put into their titles. */
export function plainTitle(text: string | undefined, max = TITLE): string {
  const parts: string[] = []
  const parser = new Parser({ ontext: (words) => parts.push(words), onopentagname: () => parts.push(' ') })
  parser.end((text ?? '').slice(0, 10_000))
  const words = parts
    .join('')
    .replace(/[\p{Cc}\p{Zs}\s]+/gu, ' ')
    .trim()
  return words.length > max ? `${words.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…` : words
}

export function guidOf(given: string | undefined, post: { link: string | null; title: string; html: string }): string {
  const guid = given?.trim() || post.link
  if (guid && guid.length <= 500) return guid
  return `sha256:${digest(guid || `${post.title}\n${post.html}`)}`
}

/** A hash that detects changed posts. */
export function hashOf({ title, html, link, tags }: FeedPost): string {
  return digest(JSON.stringify([title, html, link, tags]))
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
