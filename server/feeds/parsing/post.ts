import { createHash } from 'node:crypto'
import { Parser } from 'htmlparser2'
import type { PartialReading } from '../feed-error.ts'

/** A post as a feed has it, in one form whatever the format. */
export interface FeedPost {
  /** The feed's own, else made of what there is. */
  guid: string
  /** Where the original stands: http or https, without what only counts visitors. */
  link: string | null
  /** Empty where the post has none. */
  title: string
  /** What lists call it: the title, else its first words. */
  label: string
  /** As it came: not to be shown before it was sanitised. */
  html: string
  /** What relative links in it begin from. */
  base: string
  tags: string[]
  /** Null where the feed has no date that can be. */
  published_at: string | null
  /** Of its words, see `hashOf`. */
  hash: string
}

export interface ReadFeed {
  title: string
  site_url: string | null
  /** The newest, at most 200. */
  posts: FeedPost[]
  /** Set where only a part of the feed could be read. */
  partial: PartialReading | null
  /** The address of the next page with older posts, on the same host. */
  older: string | null
  /** The feed's time to live, in minutes. */
  ttl: number | null
}

const LONGEST = 2000
const TITLE = 200
const COUNTERS = /^(?:utm_\w+|fbclid|gclid|mc_[ce]id|ref_src)$/i

/** Sorts posts by their time, the oldest first. Feeds list the newest first: reversed before, equal ones stay in order. */
export function byTime(one: Pick<FeedPost, 'published_at'>, other: Pick<FeedPost, 'published_at'>): number {
  const [at, later] = [one.published_at ?? '~', other.published_at ?? '~']
  return at < later ? -1 : at > later ? 1 : 0
}

/** Places of a page that are no post of their own. */
const PLACES_IN_POST = /^#(?:top|respond|comments?|more(?:-\d+)?)?$/i

/** The address of a post: its fragment may tell it from another one on the same page. */
export function postLink(text: string | undefined, base: string | null): string | null {
  const link = canonicalLink(text, base)
  const { hash = '' } = URL.parse(text?.trim() ?? '', base ?? undefined) ?? {}
  return link === null || PLACES_IN_POST.test(hash) || link.length + hash.length > LONGEST ? link : link + hash
}

/** An address that a page may link to, in one form; null for anything that is none. */
export function canonicalLink(text: string | undefined, base: string | null): string | null {
  const url = URL.parse(text?.trim() ?? '', base ?? undefined)
  if (!text?.trim() || !url || !/^https?:$/.test(url.protocol) || url.href.length > LONGEST) return null
  if (url.username !== '' || url.password !== '') return null
  for (const name of [...url.searchParams.keys()]) if (COUNTERS.test(name)) url.searchParams.delete(name)
  url.hash = ''
  return url.href
}

/** How a title is written: plain text, HTML, or either, which the title itself has to tell. */
export type TitleType = 'text' | 'html' | 'either'

/** One line of words; tags that a title names ("the <em> element") stay, those that it is written with do not. */
export function plainTitle(text: string | undefined, { type = 'either' as TitleType, max = TITLE } = {}): string {
  const source = (text ?? '').slice(0, 10_000)
  const written = type === 'text' ? source : wordsOf(type === 'html' || isMarkup(source) ? source : quoteTags(source))
  const words = written.replace(/[\p{Cc}\p{Zs}\s]+/gu, ' ').trim()
  return words.length > max ? `${words.slice(0, max - 1).replace(/[\ud800-\udbff]$/, '')}…` : words
}

function wordsOf(html: string): string {
  const parts: string[] = []
  const parser = new Parser({ ontext: (words) => parts.push(words), onopentagname: () => parts.push(' ') })
  parser.end(html)
  return parts.join('')
}

function quoteTags(text: string): string {
  return text.replaceAll('<', '&lt;')
}

/** True where tags are closed or carry attributes; a lone `<em>` is a word. */
function isMarkup(text: string): boolean {
  if (/<(?:br|wbr)\s*\/?>|<!--|<\/?[a-z][\w-]*\s[^<>]*=/i.test(text)) return true
  const closed = new Set([...text.matchAll(/<\/([a-z][\w-]*)\s*>/gi)].map(([, tag]) => tag?.toLowerCase()))
  return [...text.matchAll(/<([a-z][\w-]*)\s*>/gi)].some(([, tag]) => closed.has(tag?.toLowerCase()))
}

/** The guid that the feed gives; empty without one. */
export function guidOf(given: string | undefined): string {
  const guid = given?.trim() ?? ''
  return guid.length <= 500 ? guid : hashedGuid(guid)
}

/** A guid made of a text. */
export function hashedGuid(text: string): string {
  return `sha256:${digest(text)}`
}

/** A hash that detects changed posts. An address is no part of it: a blog that moves has changed no words. */
export function hashOf({ title, html, tags }: Pick<FeedPost, 'title' | 'html' | 'tags'>): string {
  return digest(JSON.stringify([title, html, tags]))
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
