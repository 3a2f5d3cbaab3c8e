import { plainText } from '../../reflections/markdown/markdown.ts'
import { sanitiseExternalHtml } from '../../reflections/markdown/sanitise-external-html.ts'
import { escapeHtml } from '../../web/render/escape.ts'
import { type AnyFeed, feedsmith } from '../feedsmith.ts'
import { distinctPosts } from '../identify-posts.ts'
import { decodeDocument } from './decode-document.ts'
import { olderPage } from './older-page.ts'
import {
  canonicalLink,
  type FeedPost,
  guidOf,
  hashOf,
  plainTitle,
  postLink,
  type ReadFeed,
  type TitleType,
} from './post.ts'
import { instantIn } from './read-date.ts'
import { withoutDocumentType } from './strip-doctype.ts'
import { upToLastPost, upToLastSign } from './up-to-last-post.ts'

type ItemsOf<Format extends AnyFeed['format']> = NonNullable<
  Extract<AnyFeed, { format: Format }>['feed'] extends infer Feed
    ? Feed extends { items?: infer List } | { entries?: infer List }
      ? List
      : never
    : never
>

const MOST = 200
/** Posts read before the newest are selected: some feeds have all posts ever written, oldest first. */
const LOOKED_AT = 20_000
/** Here each post is looked for among all of them. */
const LOOKED_AT_RDF = 2000
const MOST_TAGS = 50
const ROOT_END = /<\/(?:\w+:)?(?:rss|feed|rdf)\s*>/i
/** Source of a post that is searched for its first words. */
const BEGINNING = 6000
const LABEL = 70
const TITLE_TYPES: Record<string, TitleType> = { text: 'text', html: 'html', xhtml: 'html' }

/** Thrown when a document is not a feed. */
export class NotAFeed extends Error {}

/** The fields of a post as the formats have them. */
interface Raw {
  guid?: string | undefined
  link?: string | undefined
  title?: string | undefined
  title_type?: TitleType
  html?: string | undefined
  base?: string | undefined
  date?: string | undefined
  tags: (string | undefined)[]
}

/**
 * Reads RSS 0.9 to 2.0, Atom, RDF and JSON Feed, the only place that knows how they differ.
 * @param address where it came from
 * @param is_cut only the beginning of a longer document
 * @throws NotAFeed
 */
export function readFeed(
  body: Buffer,
  content_type: string,
  address: string,
  now: Temporal.Instant,
  is_cut = false,
): ReadFeed {
  const whole = is_cut ? upToLastSign(body) : body
  const { feed, partly } = parse(decodeDocument(whole, content_type).replaceAll('\0', ''), is_cut)
  const { title, site, raws, ttl } = partsOf(feed)
  const from = baseOf(feed, address)
  const site_url = canonicalLink(site, from ?? address)
  const posts = newest(raws, now).map((raw) => postOf(raw, from, site_url ?? address, now))
  return {
    title: plainTitle(title),
    site_url,
    posts: distinctPosts(posts, [site_url, address]),
    partial: is_cut ? 'long' : partly ? 'partly' : null,
    older: olderPage(feed, address, raws.length),
    ttl,
  }
}

function parse(text: string, is_cut: boolean): { feed: AnyFeed; partly: boolean } {
  const plain = withoutDocumentType(text)
  if (plain === null) throw new NotAFeed()
  const options = { maxItems: /<(?:\w+:)?RDF[\s>]/i.test(plain.slice(0, 5000)) ? LOOKED_AT_RDF : LOOKED_AT }
  // the parser takes half a post, too
  const breaks_off = is_cut || (/^\s*</.test(plain) && !ROOT_END.test(plain))
  try {
    if (!breaks_off) return { feed: feedsmith().parseFeed(plain, options), partly: false }
  } catch {
    // perhaps its beginning is well formed
  }
  const whole = upToLastPost(plain)
  if (whole === null) throw new NotAFeed()
  try {
    return { feed: feedsmith().parseFeed(whole, options), partly: true }
  } catch (cause) {
    throw new NotAFeed(undefined, { cause })
  }
}

function partsOf(any: AnyFeed): {
  title: string | undefined
  site: string | undefined
  raws: Raw[]
  ttl: number | null
} {
  const { title } = any.feed as { title?: string | { value: string } }
  const words = typeof title === 'string' ? title : title?.value
  switch (any.format) {
    case 'rss': {
      const { link, items, ttl } = any.feed
      return { title: words, site: link, raws: (items ?? []).map(ofRss), ttl: ttl ?? null }
    }
    case 'rdf':
      return { title: words, site: any.feed.link, raws: (any.feed.items ?? []).map(ofRdf), ttl: null }
    case 'atom': {
      const { links, entries } = any.feed
      return { title: words, site: alternate(links), raws: (entries ?? []).map(ofAtom), ttl: null }
    }
    case 'json': {
      const { home_page_url, items } = any.feed
      return { title: words, site: home_page_url, raws: (items ?? []).map(ofJson), ttl: null }
    }
  }
}

/** The base URL declared by the feed. */
function baseOf({ feed }: AnyFeed, address: string): string | null {
  const { xml } = feed as { xml?: { base?: string } }
  return canonicalLink(xml?.base, address)
}

function ofRss(item: ItemsOf<'rss'>[number]): Raw {
  const { guid, link, title, description, content, pubDate, categories, dc, dcterms, atom, xml } = item
  const permanent = guid?.isPermaLink === false ? undefined : guid?.value
  return {
    guid: guid?.value,
    link: link ?? alternate(atom?.links) ?? (/^https?:/i.test(permanent ?? '') ? permanent : undefined),
    title: title ?? dc?.titles?.[0],
    html: content?.encoded ?? description,
    base: xml?.base,
    date: pubDate ?? dc?.dates?.[0] ?? atom?.published ?? dcterms?.created?.[0],
    tags: [...(categories ?? []).map(({ name }) => name), ...(dc?.subjects ?? [])],
  }
}

function ofRdf({ rdf, link, title, description, content, dc, xml }: ItemsOf<'rdf'>[number]): Raw {
  return {
    guid: rdf?.about,
    link,
    title: title ?? dc?.titles?.[0],
    html: content?.encoded ?? description,
    base: xml?.base,
    date: dc?.dates?.[0],
    tags: dc?.subjects ?? [],
  }
}

function ofAtom({
  id,
  links,
  title,
  content,
  summary,
  published,
  updated,
  categories,
  dc,
  xml,
}: ItemsOf<'atom'>[number]): Raw {
  const text = content?.value ? content : summary
  const plain = text?.type === undefined || text.type === 'text' || text.type === 'text/plain'
  return {
    guid: id,
    link: alternate(links) ?? (content?.src || undefined),
    title: title?.value,
    title_type: TITLE_TYPES[title?.type ?? ''] ?? 'either',
    html: text && (plain && !/<\w/.test(text.value ?? '') ? paragraphs(text.value ?? '') : text.value),
    base: text?.xml?.base ?? xml?.base,
    date: published ?? updated ?? dc?.dates?.[0],
    tags: [...(categories ?? []).flatMap(({ term, label }) => [term, label]), ...(dc?.subjects ?? [])],
  }
}

function ofJson({
  id,
  url,
  title,
  content_html,
  content_text,
  summary,
  date_published,
  tags,
  ...rest
}: ItemsOf<'json'>[number]): Raw {
  const text = content_text ?? summary
  return {
    guid: id,
    link: url ?? rest.external_url,
    title,
    html: content_html ?? (text === undefined ? undefined : paragraphs(text)),
    date: date_published ?? rest.date_modified,
    tags: tags ?? [],
  }
}

function alternate(links: { href?: string; rel?: string; type?: string }[] = []): string | undefined {
  const own = links.filter(({ rel }) => rel === undefined || rel === 'alternate')
  return (own.find(({ type }) => type === undefined || type.includes('html')) ?? own[0])?.href
}

function paragraphs(text: string): string {
  const blocks = text.split(/\n\s*\n/).map((block) => `<p>${escapeHtml(block.trim()).replaceAll('\n', '<br>')}</p>`)
  return blocks.join('')
}

function postOf(raw: Raw, from: string | null, site: string, now: Temporal.Instant): FeedPost {
  const base = canonicalLink(raw.base, from ?? site) ?? from
  const link = postLink(raw.link, base ?? site)
  const title = plainTitle(raw.title, { type: raw.title_type ?? 'either' })
  const html = raw.html ?? ''
  const all_tags = raw.tags.map((tag) => plainTitle(tag, { max: 100 })).filter((tag) => tag !== '')
  const tags = [...new Set(all_tags)].slice(0, MOST_TAGS)
  const place = base ?? link ?? site
  return {
    guid: guidOf(raw.guid),
    link,
    title,
    label: title || firstWords(html, place),
    html,
    base: place,
    tags,
    published_at: instantIn(raw.date, now),
    hash: hashOf({ title, html, tags }),
  }
}

/** What a post without a title is called: the beginning of what is shown of it. */
function firstWords(html: string, base: string): string {
  return plainText(sanitiseExternalHtml({ html: html.slice(0, BEGINNING), base }), LABEL)
}

/** The newest posts; those without a date keep their position in the feed, which is usually first. */
function newest(raws: Raw[], now: Temporal.Instant): Raw[] {
  if (raws.length <= MOST) return raws
  const dated = raws.flatMap((raw) => {
    const at = instantIn(raw.date, now)
    return at === null ? [] : [{ raw, at }]
  })
  if (dated.length < raws.length) return raws.slice(0, MOST)
  const sorted = dated.sort((one, other) => (one.at < other.at ? 1 : -1))
  return sorted.slice(0, MOST).map(({ raw }) => raw)
}
