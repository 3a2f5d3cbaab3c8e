import MarkdownIt, { type StateCore, type Token } from 'markdown-it'
import sanitizeHtml from 'sanitize-html'
import type { Picture } from '../../images/picture.ts'
import { limitTables } from './limit-tables.ts'
import { type MentionLinks, markMentions, PERSON_ADDRESS, placeMentions } from './markdown-mentions.ts'

/** Stored beside the HTML; a new one says that what was stored before should be rendered again. */
const RENDERER = 'markdown-2'

const LINK = /^(https?:\/\/|mailto:)/i
/** A picture of this site as a text names it, and as a page shows it. */
const NAMED = /^\/images\/([1-9]\d{0,14})$/
const SHOWN = /^\/images\/\d+\/\d+$/
/** A picture that comes with a course, in the course's own texts. */
const OF_COURSE = /^pictures\/[a-z0-9-]+\.webp$/
/** As wide as the column of a text. */
const SIZES = '(min-width: 47rem) 44rem, 100vw'
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u
const INLINE_TAG = /<\/?(?:a|strong|em|s|code)(?: [^>]*)?>/g
const ENTITIES: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' }

// Phones make line breaks that are meant (breaks), and sentences without a space after the full stop: only addresses
// that are written out become links, so that "Done.It works" stays words.
const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true, typographer: false })
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false }).add('ftp:', null).add('//', null)
markdown.validateLink = (address) => LINK.test(address) || NAMED.test(address) || OF_COURSE.test(address)
limitTables(markdown)
markdown.core.ruler.push('fit_into_page', fitIntoPage)
markdown.core.ruler.push('mentions', markMentions)

/** What may stand in a page; everything else goes, even if Markdown should ever let it through. */
export const ALLOWED: sanitizeHtml.IOptions = {
  allowedTags: [
    ...['p', 'h3', 'h4', 'h5', 'ul', 'ol', 'li', 'blockquote', 'pre', 'hr', 'br'],
    ...['a', 'img', 'strong', 'em', 's', 'code', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
  ],
  allowedAttributes: {
    a: ['href', 'rel'],
    ol: ['start'],
    img: ['src', 'srcset', 'sizes', 'width', 'height', 'alt', 'loading', 'decoding'],
  },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowProtocolRelative: false,
  parseStyleAttributes: false,
  transformTags: {
    a: (_, { href = '' }) => ({
      tagName: 'a',
      attribs: LINK.test(href) ? { href, rel: 'nofollow ugc noopener' } : PERSON_ADDRESS.test(href) ? { href } : {},
    }),
  },
  exclusiveFilter: ({ tag, text, attribs, mediaChildren }) =>
    tag === 'img' ? !SHOWN.test(attribs['src'] ?? '') : isEmpty(tag, text) && mediaChildren.length === 0,
}

const ALLOWED_IN_COURSE: sanitizeHtml.IOptions = {
  ...ALLOWED,
  exclusiveFilter: ({ tag, text, attribs, mediaChildren }) =>
    tag === 'img' ? !OF_COURSE.test(attribs['src'] ?? '') : isEmpty(tag, text) && mediaChildren.length === 0,
}

/** What a text is rendered with. */
export interface RenderOptions {
  /** Those of this site that the text may show, by number; others become words. */
  pictures?: ReadonlyMap<number, Picture>
  /** A course's own text: shows the course's pictures, which get their addresses where it is read. */
  ofCourse?: boolean
}

/** What the rules of a rendering know beside the text. */
interface Env extends Required<RenderOptions> {
  [name: PropertyKey]: unknown
}

export interface RenderedText {
  html: string
  renderer: string
}

/**
 * Markdown as HTML that may stand in any page: nobody's text is trusted. Headings begin at h3, pictures from elsewhere
 * become links, links go to http, https and mail only. Rendered when saving, never when reading. This is all that takes
 * time, and it asks nothing of anybody: handles are marked and not linked yet.
 */
export function renderMarked(text: string, { pictures = new Map(), ofCourse = false }: RenderOptions = {}): string {
  const env: Env = { pictures, ofCourse }
  return sanitizeHtml(markdown.render(text, env), ofCourse ? ALLOWED_IN_COURSE : ALLOWED).trim()
}

/** What was rendered, with links to the people it names. @param mentions where a handle leads to; without, it stays words */
export function withMentions(marked: string, mentions: MentionLinks | undefined): RenderedText {
  return { html: placeMentions(marked, mentions), renderer: RENDERER }
}

function isEmpty(tag: string, text: string): boolean {
  return /^(a|h[345])$/.test(tag) && !VISIBLE.test(text)
}

/** Made once: each one holds memory that is not given back soon. */
const WORDS = new Intl.Segmenter(undefined, { granularity: 'word' })

/** The words of rendered HTML on one line, cut between words at no more than `max` characters. */
export function plainText(html: string, max: number): string {
  const text = wordsOf(html)
  if (text.length <= max) return text
  let end = 0
  for (const { index, segment } of WORDS.segment(text.slice(0, max))) {
    if (index + segment.length < max) end = index + segment.length
  }
  // one word may be longer than all there is room for
  const cut = text.slice(0, end || max - 1).replace(/[\ud800-\udbff]$/, '')
  return `${cut.replace(/[\s,;:.–—-]+$/u, '')}…`
}

function wordsOf(html: string): string {
  return html
    .replaceAll(INLINE_TAG, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&(?:lt|gt|quot|amp);/g, (entity) => ENTITIES[entity] ?? entity)
    .replaceAll(/\s+/g, ' ')
    .trim()
}

function fitIntoPage(state: StateCore): void {
  const levels = [...new Set(state.tokens.filter(({ type }) => type === 'heading_open').map(({ tag }) => tag))].sort()
  for (const token of state.tokens) {
    if (token.type === 'heading_open' || token.type === 'heading_close') {
      token.tag = `h${Math.min(3 + levels.indexOf(token.tag), 5)}`
    }
    if (token.children) token.children = placePictures(state, token.children)
  }
}

/** Pictures of this site are shown, those from elsewhere become links, and a link to a picture's number its words. */
function placePictures(state: StateCore, children: Token[]): Token[] {
  // links do not nest
  let link: 'none' | 'kept' | 'left out' = 'none'
  const placed: Token[] = []
  for (const token of children) {
    if (token.type === 'link_open') link = isPicture(String(token.attrGet('href'))) ? 'left out' : 'kept'
    if (token.type === 'image') placed.push(...placePicture(state, token, link === 'kept'))
    else if (!token.type.startsWith('link_') || link === 'kept') placed.push(token)
    if (token.type === 'link_close') link = 'none'
  }
  return placed
}

function isPicture(address: string): boolean {
  return NAMED.test(address) || OF_COURSE.test(address)
}

function placePicture(state: StateCore, image: Token, inLink: boolean): Token[] {
  const { md, env, Token: Made } = state
  const address = String(image.attrGet('src') ?? '')
  const named = NAMED.exec(address)
  const picture = named && (env['pictures'] as Env['pictures']).get(Number(named[1]))
  if (picture) return [shown(image, picture)]
  const ofCourse = OF_COURSE.test(address)
  if (ofCourse && env['ofCourse'] === true) return [image]
  const words = new Made('text', '', 0)
  words.content =
    md.renderer.renderInlineAsText(image.children ?? [], md.options, {}) || (named || ofCourse ? '' : address)
  if (inLink || named || ofCourse) return [words]
  const open = new Made('link_open', 'a', 1)
  open.attrSet('href', address)
  return [open, words, new Made('link_close', 'a', -1)]
}

function shown(image: Token, { src, srcset, width, height }: Picture): Token {
  image.attrs = [
    ['src', src],
    ['srcset', srcset],
    ['sizes', SIZES],
    ['width', String(width)],
    ['height', String(height)],
    ['alt', ''],
    ['loading', 'lazy'],
    ['decoding', 'async'],
  ]
  return image
}
