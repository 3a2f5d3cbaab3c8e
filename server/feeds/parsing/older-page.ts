import type { AnyFeed } from '../feedsmith.ts'
import { canonicalLink } from './post.ts'

/** Posts that are asked for at once where the address may say how many. */
const BLOGGER_PAGE = 100

/**
 * The address of the page with the next older posts: as the feed says (RFC 5005, JSON Feed), or as WordPress and Blogger
 * number their pages. Only on the host of the feed itself; null where none is known.
 * @param count posts on this page
 */
export function olderPage(any: AnyFeed, address: string, count: number): string | null {
  if (count === 0 || !URL.canParse(address)) return null
  const { links, generator } = partsOf(any)
  const told = ['next', 'prev-archive'].flatMap((rel) => links.find((link) => link.rel === rel)?.href ?? [])
  const pages = [...told, blogger(address, generator, count), wordpress(address, generator)]
  const own = URL.parse(address)
  for (const page of pages) {
    const link = page && canonicalLink(page, address)
    const url = link ? URL.parse(link) : null
    if (!url || !own || url.host !== own.host || url.href === own.href) continue
    // never back from https to http
    if (own.protocol === 'https:') url.protocol = 'https:'
    return url.href
  }
  return null
}

function partsOf(any: AnyFeed): { links: { href?: string; rel?: string }[]; generator: string } {
  switch (any.format) {
    case 'json':
      return { links: [{ rel: 'next', href: any.feed.next_url ?? '' }], generator: '' }
    case 'atom': {
      const { links = [], generator } = any.feed
      return { links, generator: `${generator?.text ?? ''} ${generator?.uri ?? ''}` }
    }
    case 'rss':
      return { links: any.feed.atom?.links ?? [], generator: any.feed.generator ?? '' }
    case 'rdf':
      return { links: any.feed.atom?.links ?? [], generator: '' }
  }
}

/** WordPress numbers the pages of every feed from 1; behind the last one it answers 404. */
function wordpress(address: string, generator: string): string | null {
  if (!/wordpress\.(?:org|com)/i.test(generator)) return null
  const url = new URL(address)
  url.searchParams.set('paged', String(numberIn(url, 'paged') + 1))
  return url.href
}

/** Blogger counts posts from 1. Its own links to the next page lead to another host. */
function blogger(address: string, generator: string, count: number): string | null {
  const url = new URL(address)
  if (!/blogger/i.test(generator) || !/\/feeds\/posts\//.test(url.pathname)) return null
  url.searchParams.set('start-index', String(numberIn(url, 'start-index') + count))
  url.searchParams.set('max-results', String(BLOGGER_PAGE))
  return url.href
}

function numberIn(url: URL, name: string): number {
  const number = Number(url.searchParams.get(name))
  return Number.isSafeInteger(number) && number > 0 && number < 1_000_000 ? number : 1
}
