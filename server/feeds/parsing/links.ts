import { Parser } from 'htmlparser2'
import { canonicalLink } from './post.ts'

const FEED_TYPE =
  /^(?:application|text)\/(?:(?:x[.-])?(?:rss|atom|rdf)(?:\+xml)?|xml|json|feed\+json|x-rss)$|^(?:rss|atom|rdf|feed)(?:\+(?:xml|json))?$|^(?:rss|atom) ?[\d.]*$/
/** Types that many documents have which are no feed. */
const WEAK_TYPE = /^(?:application|text)\/(?:json|xml)$/
const FEED_ADDRESS =
  /\/(?:feeds?|rss|atom|rdf)(?:\/(?:posts\/default|all|index)?)?\/?$|[/.-](?:rss2?|atom|rdf|feed)\.(?:xml|json|php|rdf|atom|rss)$|\.(?:rss|atom|rdf)$|\/(?:rss|atom|feed|index)\.(?:xml|rdf|json)$|[?&](?:feed=(?:rss2?|atom|rdf|json)|format=(?:rss|feed|atom)|type=rss|alt=rss)\b/i
const FEED_WORDS = /^\W*(?:(?:rss|atom|json)(?:[ -]?feed)?|feed|web ?feed|newsfeed|subscribe|abonnieren)\W*$/i
/** "Comment" in the languages of the large platforms, in titles and addresses. */
const COMMENTS =
  /comment|kommentar|coment[aá]ri|commenti?\b|r[eé]acti(?:e|on)|opmerking|reaktion|kommentti|koment[aá][rř]|коммент|комент|yorum|σχόλι|hozzászólás|megjegyz|discussion|responses|replies|\/respuestas|评论|評論|留言|コメント|댓글|تعليق|تعلیق|תגוב|bình luận|ความคิดเห็น|टिप्पणी/i
/** Feeds of a part of a blog, or of an interface for programs. */
const PARTIAL = /\/(?:category|categories|tags?|author|wp-json|oembed|topics?)\/|[?&](?:cat|tag|author)=/i
const FEED_HOSTS = /^(?:feeds\.feedburner\.com|feedpress\.me|feed\.podbean\.com|www\.blogger\.com)$/
const HEAD = 1_000_000
const HEADER = 10_000

interface FeedLink {
  href: string
  /** The lower, the sooner it is tried. */
  rank: number
}

/** The links of a page to feeds, and the places where its platform has them. */
interface FeedLinks {
  posts: string[]
  /** Tried last: who gives the address of a blog means its posts. */
  comments: string[]
}

/**
 * Where a page says its feeds are: in `link` elements, in the `Link` header and in plain links to the same host. The
 * feed of the posts comes before that of the comments, of a category or of one post.
 */
export function feedLinks(html: string, page: string, link_header = ''): FeedLinks {
  const found: FeedLink[] = []
  const comments: FeedLink[] = []
  let base = page
  let has_base = false
  let anchor: { href: string; words: string } | null = null

  function add(href: string | undefined, title: string, rank: number): void {
    const address = canonicalLink(
      href
        ?.trim()
        .replace(/^feed:(?:\/\/)?(?=https?:)/i, '')
        .replace(/^feed:\/\//i, 'https://'),
      base,
    )
    if (!address) return
    const link = { href: address, rank: rank + rankOf(address, page) }
    if (COMMENTS.test(`${title} ${pathIn(address)}`)) comments.push(link)
    else found.push(link)
  }

  function addAnchor(): void {
    const { href, words } = anchor ?? { href: '', words: '' }
    anchor = null
    const url = URL.parse(href.replace(/^feed:(?:\/\/)?/i, ''), base)
    if (!url || !(bareHost(url) === bareHost(new URL(page)) || FEED_HOSTS.test(url.hostname))) return
    if (FEED_ADDRESS.test(url.pathname + url.search) || FEED_WORDS.test(words)) add(href, words, 20)
  }

  for (const { href, rel, type, title } of linksIn(link_header)) if (isFeed(rel, type, href, title)) add(href, title, 0)
  const parser = new Parser({
    onopentag(tag, { rel = '', type = '', href = '', title = '', hreflang, ...rest }) {
      if (tag === 'base' && !has_base) {
        base = canonicalLink(href, page) ?? page
        has_base = true
      }
      if (tag === 'a') {
        if (anchor) addAnchor()
        anchor = { href, words: `${title} ${rest['aria-label'] ?? ''}`.trim() }
        if (FEED_TYPE.test(plainType(type)) && !WEAK_TYPE.test(plainType(type))) anchor.words = 'feed'
      }
      // a page in another language is an alternate, too
      if (tag !== 'link' || (type === '' && hreflang !== undefined && !FEED_ADDRESS.test(href))) return
      if (isFeed(rel, type, href, title)) add(href, title, WEAK_TYPE.test(plainType(type)) ? 10 : 0)
    },
    ontext(words) {
      if (anchor && anchor.words.length < 100) anchor.words += words
    },
    onclosetag(tag) {
      if (tag === 'a' && anchor) addAnchor()
    },
  })
  parser.end(html.slice(0, HEAD))
  return { posts: inOrder(found), comments: inOrder(comments) }
}

function isFeed(rel: string, type: string, href: string, title: string): boolean {
  const relations = rel.toLowerCase().split(/\s+/)
  if (relations.includes('stylesheet')) return false
  const plain = plainType(type)
  if (!relations.includes('alternate') && !relations.includes('feed')) return false
  if (plain !== '') return FEED_TYPE.test(plain)
  return (
    relations.includes('feed') ||
    FEED_ADDRESS.test(href) ||
    /\b(?:rss|atom|feed)\b|\.(?:xml|atom|rss)$/i.test(`${title} ${href}`)
  )
}

function plainType(type: string): string {
  return type
    .trim()
    .toLowerCase()
    .replace(/\s*;.*/s, '')
}

/** The links of a `Link` header. */
function linksIn(header: string): { href: string; rel: string; type: string; title: string }[] {
  const links: { href: string; rel: string; type: string; title: string }[] = []
  for (const [, href = '', parameters = ''] of header.slice(0, HEADER).matchAll(/<([^<>]*)>((?:[^,<"]|"[^"]*")*)/g)) {
    const parameter = (name: string) => {
      const [, quoted, bare] = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^\\s;,]+))`, 'i').exec(parameters) ?? []
      return quoted ?? bare ?? ''
    }
    links.push({ href, rel: parameter('rel'), type: parameter('type'), title: parameter('title') })
  }
  return links
}

/** Feeds of a part come later; WordPress puts that of a post's comments below the post, whatever it is called. */
function rankOf(address: string, page: string): number {
  const { pathname } = new URL(page)
  const own = new URL(address).pathname
  const below = pathname.length > 1 && own.length > pathname.length && own.startsWith(pathname.replace(/\/?$/, '/'))
  return (PARTIAL.test(address) ? 5 : 0) + (below ? 1 : 0)
}

function inOrder(links: FeedLink[]): string[] {
  const sorted = links.toSorted((one, other) => one.rank - other.rank)
  return [...new Set(sorted.map(({ href }) => href))]
}

function bareHost({ hostname }: URL): string {
  return hostname.replace(/^www\./, '')
}

function pathIn(address: string): string {
  const { pathname, search } = new URL(address)
  try {
    return decodeURI(pathname + search)
  } catch {
    return pathname + search
  }
}
