import type { StateCore, Token } from 'markdown-it'
import sanitizeHtml from 'sanitize-html'
import { isStoredThingLink, storedThingLink } from '../../courses/format/thing-links.ts'
import type { Picture } from '../../images/picture.ts'
import { withDirections } from './directions.ts'
import { type MentionLinks, markMentions, PERSON_ADDRESS, placeMentions } from './markdown-mentions.ts'
import { createParser } from './syntax/parser.ts'

/** Stored with the HTML: which rules made it. */
export const RENDERER = 'markdown-4'

const LINK = /^(https?:\/\/|mailto:)/i
/** Paths of this site's pictures: in Markdown, and in HTML. */
const NAMED = /^\/images\/([1-9]\d{0,14})$/
const SHOWN = /^\/images\/\d+\/\d+$/
/** A picture that comes with a course, in the course's own texts. */
const OF_COURSE = /^pictures\/[a-z0-9-]+\.webp$/
/** The `sizes` attribute: the width of the text column. */
const SIZES = '(min-width: 47rem) 44rem, 100vw'
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u
const INLINE_TAG = /<\/?(?:a|strong|em|s|code)(?: [^>]*)?>/g
const LINE_END = /<br \/>|<hr \/>|<\/(?:p|h[345]|li|pre|tr|blockquote)>|(?=<li[ >])/
const ENTITIES: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' }

/** Schemes of links that are not allowed, and that nobody writes by accident. */
const KNOWN_SCHEME =
  /^(?:tel|sms|callto|skype|geo|ftps?|sftp|file|data|blob|javascript|vbscript|about|webcal|whatsapp):/i

const SCHEME = /^[a-z][a-z0-9+.-]*:/i

const markdown = createParser()
// links and pictures that are not allowed are read as such, so that `fitIntoPage` can leave their words
let defines = false
markdown.validateLink = (address) => !defines || isAddress(address)
const reference = markdown.block.ruler.getRules('').find(({ name }) => name === 'reference')
if (!reference) throw new Error('The rule for references has another name')
markdown.block.ruler.at('reference', (...place) => {
  defines = true
  try {
    return reference(...place)
  } finally {
    defines = false
  }
})
markdown.core.ruler.push('fit_into_page', fitIntoPage)
markdown.core.ruler.push('mentions', markMentions)

/** Definitions are not shown, so that one word is no address: "[Ann]: yes" is what Ann says. */
function isAddress(address: string): boolean {
  if (LINK.test(address) || NAMED.test(address) || OF_COURSE.test(address) || KNOWN_SCHEME.test(address)) return true
  return /[:./]/.test(address) && storedThingLink(address) !== null
}

/** Allowed tags and attributes; everything else is removed, even if the Markdown parser lets it through. */
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
    a: (_, { href = '' }) => ({ tagName: 'a', attribs: linkAttributes(href) }),
  },
  exclusiveFilter: ({ tag, text, attribs, mediaChildren }) =>
    tag === 'img' ? !SHOWN.test(attribs['src'] ?? '') : isEmpty(tag, text) && mediaChildren.length === 0,
}

const ALLOWED_IN_COURSE: sanitizeHtml.IOptions = {
  ...ALLOWED,
  allowedSchemes: ['http', 'https', 'mailto', 'thing'],
  transformTags: {
    a: (_, { href = '' }) => ({
      tagName: 'a',
      attribs: isStoredThingLink(href) ? { href } : linkAttributes(href),
    }),
  },
  exclusiveFilter: ({ tag, text, attribs, mediaChildren }) =>
    tag === 'img' ? !OF_COURSE.test(attribs['src'] ?? '') : isEmpty(tag, text) && mediaChildren.length === 0,
}

function linkAttributes(href: string): sanitizeHtml.Attributes {
  return LINK.test(href) ? { href, rel: 'nofollow ugc noopener' } : PERSON_ADDRESS.test(href) ? { href } : {}
}

/** Options for rendering a text. */
export interface RenderOptions {
  /** Pictures of this site that the text may show, by id; others become their alternative text. */
  pictures?: ReadonlyMap<number, Picture>
  /** A text of a course: may show its pictures and link to its things, whose URLs are set when it is displayed. */
  ofCourse?: boolean
}

/** State passed to the renderer rules. */
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
  return withDirections(sanitizeHtml(markdown.render(text, env), ofCourse ? ALLOWED_IN_COURSE : ALLOWED).trim())
}

/** Adds links to mentioned people. @param mentions URLs by handle; other handles stay text */
export function withMentions(marked: string, mentions: MentionLinks | undefined): RenderedText {
  return { html: placeMentions(marked, mentions), renderer: RENDERER }
}

function isEmpty(tag: string, text: string): boolean {
  return /^(a|h[345])$/.test(tag) && !VISIBLE.test(text)
}

/** Created once: each instance holds memory that is not released soon. */
const WORDS = new Intl.Segmenter(undefined, { granularity: 'word' })

/** The words of rendered HTML on one line, cut between words at no more than `max` characters. */
export function plainText(html: string, max: number): string {
  return cutBetweenWords(wordsOf(html), max)
}

/** The words of rendered HTML line by line, as in an email: paragraphs and line breaks begin a new one. */
export function plainLines(html: string, max: number): string {
  return cutBetweenWords(html.split(LINE_END).map(wordsOf).filter(Boolean).join('\n'), max)
}

function cutBetweenWords(text: string, max: number): string {
  if (text.length <= max) return text
  let end = 0
  for (const { index, segment } of WORDS.segment(text.slice(0, max))) {
    if (index + segment.length < max) end = index + segment.length
  }
  // one word may be longer than the limit
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

/**
 * Shows pictures of this site; external ones become links, and what is not allowed becomes its words. Links within a
 * course are kept in its own texts.
 */
function placePictures(state: StateCore, children: Token[]): Token[] {
  // HTML links cannot be nested: of an address within a link its words stay
  const open: { fate: 'kept' | 'left out' | 'words'; known: boolean }[] = []
  const isWithinLink = () => open.some(({ fate }) => fate === 'kept')
  const placed: Token[] = []
  for (const token of children) {
    const { type, markup } = token
    if (type === 'link_open') {
      const known = KNOWN_SCHEME.test(String(token.attrGet('href')))
      const kept = !isWithinLink() && placeLink(token, state.env['ofCourse'] === true)
      open.push({ fate: kept ? 'kept' : isWithinLink() ? 'words' : 'left out', known })
    }
    const { fate = 'left out', known = false } = open.at(-1) ?? {}
    if (type === 'image') placed.push(...placePicture(state, token, isWithinLink()))
    else if (!type.startsWith('link_') || fate === 'kept') placed.push(token)
    // "<note:this>" is no link: it stays as it was typed
    else if (fate === 'left out' && markup === 'autolink' && !known)
      placed.push(textToken(state, type === 'link_open' ? '<' : '>'))
    if (type === 'link_close') open.pop()
  }
  return placed
}

/** Whether a link may stay. That of a course's text to another thing gets the address that is stored. */
function placeLink(link: Token, ofCourse: boolean): boolean {
  const address = String(link.attrGet('href'))
  if (LINK.test(address)) return true
  const stored = ofCourse && !OF_COURSE.test(address) ? storedThingLink(address) : null
  if (stored !== null) link.attrSet('href', stored)
  return stored !== null
}

function placePicture(state: StateCore, image: Token, inLink: boolean): Token[] {
  const { md, env, Token: Made } = state
  const address = String(image.attrGet('src') ?? '')
  const named = NAMED.exec(address)
  const picture = named && (env['pictures'] as Env['pictures']).get(Number(named[1]))
  if (picture) return [shown(image, picture)]
  const ofCourse = OF_COURSE.test(address)
  if (ofCourse && env['ofCourse'] === true) return [image]
  const isLink = LINK.test(address)
  const said = md.renderer.renderInlineAsText(image.children ?? [], md.options, {})
  // something stands for a picture without words, but not the letters of a whole picture ("data:")
  const isNamed = isLink || !(named || ofCourse || SCHEME.test(address))
  const words = textToken(state, said.trim() || (isNamed ? address : ''))
  if (inLink || !isLink) return [words]
  const open = new Made('link_open', 'a', 1)
  open.attrSet('href', address)
  return [open, words, new Made('link_close', 'a', -1)]
}

function textToken({ Token: Made }: StateCore, content: string): Token {
  return Object.assign(new Made('text', '', 0), { content })
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
