import { Parser } from 'htmlparser2'
import { canonicalLink } from './post.ts'

const FEED = /^application\/(?:rss\+xml|atom\+xml|rdf\+xml|feed\+json|xml|json)$|^text\/xml$/
const COMMON = [
  'feed',
  'feed/',
  'rss.xml',
  'atom.xml',
  'feed.xml',
  'index.xml',
  'feed.json',
  'feeds/posts/default',
  'rss',
]
const COMMENTS = /comment/i
const HEAD = 300_000

/** Where a page says its feeds are, that of the posts before that of the comments. */
export function feedLinks(html: string, page: string): string[] {
  const found: { href: string; comments: boolean }[] = []
  let base = page
  const parser = new Parser({
    onopentag(tag, { rel = '', type = '', href, title = '' }) {
      if (tag === 'base') base = canonicalLink(href, page) ?? page
      if (tag !== 'link' || !/(?:^|\s)(?:alternate|feed)(?:\s|$)/i.test(rel)) return
      const address = canonicalLink(href, base)
      const is_feed = FEED.test(type.trim().toLowerCase().replace(/;.*/, ''))
      if (address && is_feed) found.push({ href: address, comments: COMMENTS.test(`${title} ${href}`) })
    },
  })
  parser.end(html.slice(0, HEAD))
  const sorted = [...found.filter(({ comments }) => !comments), ...found.filter(({ comments }) => comments)]
  return [...new Set(sorted.map(({ href }) => href))]
}

/** Common feed paths, for pages without a feed link: below the page itself, then at the site root. */
export function commonPlaces(page: string): string[] {
  const folder = new URL('./', page).href
  const places = [folder, new URL('/', page).href].flatMap((from) => COMMON.map((place) => new URL(place, from).href))
  return [...new Set(places)]
}
