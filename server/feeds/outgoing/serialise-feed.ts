import { escapeHtml } from '../../web/render/escape.ts'
import { feedsmith } from '../feedsmith.ts'
import type { Blog, FeedEntry } from './outgoing-feeds.ts'

export type FeedKind = 'xml' | 'json'

/** Metadata of a feed; addresses are paths of this site. */
export interface FeedHead {
  title: string
  /** A person, or the site. */
  author: string
  /** BCP 47. */
  language: string
  /** Of the page that shows the same. */
  page: string
  /** Of the feed; a private one names itself nowhere. */
  self: string | null
}

/** Where the site is. */
interface SiteAddress {
  /** What every path in heads and texts is put behind. */
  base_url: string
  /** What ids begin with, which an earlier address of the site may be. */
  id_origin: string
}

export const MEDIA_TYPE: Record<FeedKind, string> = {
  xml: 'application/atom+xml; charset=utf-8',
  json: 'application/feed+json; charset=utf-8',
}

/** Characters that XML 1.0 cannot contain, not even escaped. */
const NOT_XML = /[[\p{Cc}\p{Cs}\ufffe\uffff]--[\t\n\r]]/gv

/** A feed as Atom 1.0 or JSON Feed 1.1. */
export function serialiseFeed(
  kind: FeedKind,
  { base_url, id_origin }: SiteAddress,
  head: FeedHead,
  entries: FeedEntry[],
): string {
  const at = (path: string) => base_url + path
  const idOf = (path: string) => id_origin + path
  return kind === 'xml' ? atomFeed(at, idOf, head, entries) : jsonFeed(at, idOf, head, entries)
}

/** A list of blogs for feed readers to import (OPML 2.0). */
export function serialiseOpml(base_url: string, title: string, blogs: Blog[]): string {
  const whole = (address: string) => (address.startsWith('/') ? base_url + address : address)
  // the library refuses an empty list, which feed readers accept
  if (blogs.length === 0) {
    return `<?xml version="1.0" encoding="utf-8"?>\n<opml version="2.0"><head><title>${escapeHtml(clean(title))}</title></head><body></body></opml>\n`
  }
  return feedsmith().generateOpml({
    head: { title: clean(title) },
    body: {
      outlines: blogs.map(({ name, title: blog, feed, page }) => ({
        text: clean(blog === name ? name : `${name}: ${blog}`),
        type: 'rss',
        xmlUrl: whole(feed),
        ...(page === null ? {} : { htmlUrl: whole(page) }),
      })),
    },
  })
}

type AddressOf = (path: string) => string

function atomFeed(
  at: AddressOf,
  idOf: AddressOf,
  { title, author, language, page, self }: FeedHead,
  entries: FeedEntry[],
): string {
  const changed = entries.map(({ published_at, edited_at }) => edited_at ?? published_at).sort()
  return feedsmith().generateAtomFeed({
    xml: { lang: language },
    id: idOf(page),
    title: { value: clean(title), type: 'text' },
    authors: [{ name: clean(author) }],
    generator: { text: 'Twentythree' },
    updated: dateOf(changed.at(-1) ?? '1970-01-01T00:00:00Z'),
    links: [
      { href: at(page), rel: 'alternate', type: 'text/html' },
      ...(self === null ? [] : [{ href: at(self), rel: 'self', type: 'application/atom+xml' }]),
    ],
    entries: entries.map((entry) => ({
      id: idOf(`/reflections/${entry.id}`),
      title: { value: clean(entry.title), type: 'text' },
      published: dateOf(entry.published_at),
      updated: dateOf(entry.edited_at ?? entry.published_at),
      authors: [{ name: clean(entry.name), uri: at(`/people/${entry.handle}`) }],
      categories: [{ term: clean(thingOf(entry)) }],
      links: [
        { href: at(`/reflections/${entry.id}`), rel: 'alternate', type: 'text/html' },
        ...(entry.source_url === null ? [] : [{ href: entry.source_url, rel: 'via' }]),
      ],
      content: { value: clean(withWholeAddresses(entry.html, at)), type: 'html' },
    })),
  })
}

function jsonFeed(
  at: AddressOf,
  idOf: AddressOf,
  { title, author, language, page, self }: FeedHead,
  entries: FeedEntry[],
): string {
  const feed = feedsmith().generateJsonFeed({
    title,
    language,
    authors: [{ name: author }],
    home_page_url: at(page),
    ...(self === null ? {} : { feed_url: at(self) }),
    items: entries.map((entry) => ({
      id: idOf(`/reflections/${entry.id}`),
      url: at(`/reflections/${entry.id}`),
      ...(entry.source_url === null ? {} : { external_url: entry.source_url }),
      title: entry.title,
      content_html: withWholeAddresses(entry.html, at),
      date_published: dateOf(entry.published_at),
      ...(entry.edited_at === null ? {} : { date_modified: dateOf(entry.edited_at) }),
      authors: [{ name: entry.name, url: at(`/people/${entry.handle}`) }],
      tags: [thingOf(entry)],
    })),
  })
  return JSON.stringify(feed)
}

function thingOf({ thing }: FeedEntry): string {
  return `Thing ${thing.number}: ${thing.title}`
}

function dateOf(instant: string): Date {
  return new Date(Temporal.Instant.from(instant).epochMilliseconds)
}

function clean(text: string): string {
  return text.replace(NOT_XML, '')
}

/** Texts are stored with paths of this site; read elsewhere they need the site's name in front. */
function withWholeAddresses(html: string, at: AddressOf): string {
  return html
    .replace(/ srcset="[^"]*"/g, '')
    .replace(/ (href|src)="(\/(?:[^"/][^"]*)?)"/g, (_all, name: string, path: string) => ` ${name}="${at(path)}"`)
}
