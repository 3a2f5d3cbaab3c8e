import { Parser } from 'htmlparser2'
import sanitizeHtml from 'sanitize-html'
import { escapeHtml } from '../../web/render/escape.ts'
import { withDirections } from './directions.ts'
import { isCounter, isHidden, pictureAddress, pictureSign } from './external-pictures.ts'
import { ALLOWED, plainText } from './markdown.ts'

/** Stored with the HTML: which rules made it. */
export const RENDERER = 'outside-3'

/** The maximum length of a text, in characters. */
const LONGEST = 40_000
const LONGEST_SOURCE = 200_000
const EXCERPT = 600
const DEEPEST = 20

/** Maps HTML tags to the few that are allowed here. */
const AS: Record<string, string> = {
  ...{ h1: 'h3', h2: 'h3', h3: 'h4', h4: 'h5', h5: 'h5', h6: 'h5' },
  ...{ b: 'strong', i: 'em', cite: 'em', dfn: 'em', strike: 's', del: 's', tt: 'code', kbd: 'code', samp: 'code' },
}
const KEPT = new Set((ALLOWED.allowedTags || []).filter((tag) => !['a', 'img', 'h3', 'h4', 'h5', 'br'].includes(tag)))
const BLOCKS =
  /^(?:div|section|article|figure|figcaption|header|footer|aside|main|address|dl|dt|dd|center|details|summary)$/
const UNSEEN = /^(?:script|style|template|svg|math|title|textarea|select|button|form|head|object|applet)$/
const EMBEDDED = /^(?:img|iframe|video|audio|embed|source)$/
const INLINE = /^(?:strong|em|s|code)$/
const ADDRESS = /^(?:https?|mailto):/i

// an external post may not show pictures of this site or link to its people
const STRICT: sanitizeHtml.IOptions = {
  ...ALLOWED,
  allowedTags: (ALLOWED.allowedTags || []).filter((tag) => tag !== 'img'),
  nestingLimit: DEEPEST,
}

/** An external post before sanitising. */
export interface ExternalHtml {
  html: string
  /** The URL of the post. */
  base: string
}

/**
 * Sanitises an external post: only the tags that Markdown produces, relative links made
 * absolute, pictures and videos as links, nothing that loads from other hosts.
 */
export function sanitiseExternalHtml({ html, base }: ExternalHtml): string {
  return withDirections(sanitizeHtml(simplified(html.slice(0, LONGEST_SOURCE), base), STRICT).trim())
}

/** Shortens a post to its beginning, for blogs shown as excerpts. */
export function excerptOf(html: string): string {
  const words = plainText(html, EXCERPT)
  return words ? withDirections(`<p>${escapeHtml(words)}</p>`) : ''
}

/** Rebuilds the source with balanced allowed tags, in one pass over a bounded length. */
function simplified(html: string, base: string): string {
  const out: string[] = []
  let length = 0
  let depth = 0
  /** Depth of the element that is not shown, with all that is in it; 0 for none. */
  let unseen = 0
  /** Depth of a noscript element: it repeats pictures that a script would load, beside words for browsers without. */
  let noscript = 0
  let embedded: string | null = null
  let inLink = false
  let begun = false
  let breaks = 0
  /** URLs and tags count too, or a short source could become a large page. */
  const put = (markup: string, counts = 2) => {
    length += counts
    out.push(markup)
  }
  const breakLines = () => {
    if (breaks > 0 && begun) put('<br>'.repeat(Math.min(breaks, 2)))
    breaks = 0
  }
  const words = (text: string) => {
    if (length >= LONGEST || unseen > 0) return
    if (/\S/.test(text)) {
      breakLines()
      embedded = null
    }
    const rest = text.slice(0, LONGEST - length)
    begun ||= /\S/.test(rest)
    put(escapeHtml(rest), rest.length)
    if (rest.length < text.length) out.push('…')
  }
  const link = (address: string) => {
    breakLines()
    put(`<a href="${escapeHtml(address)}">`, address.length)
  }
  const embed = (address: string | null, alt: string) => {
    if (address !== null && address === embedded) return
    const said = alt.trim() || (address ? fileIn(address) : '')
    if (inLink || !address) words(said)
    else {
      link(address)
      words(said)
      out.push('</a> ')
    }
    embedded = address
  }
  const open = (tag: string) => {
    if (INLINE.test(tag)) breakLines()
    else begun = false
    put(`<${tag}>`)
  }
  const parser = new Parser(
    {
      onopentag(tag, attributes) {
        depth += 1
        if (unseen > 0 || length >= LONGEST) return
        if (UNSEEN.test(tag) || isHidden(attributes) || isCounter(tag, attributes)) {
          unseen = depth
          return
        }
        if (tag === 'noscript') noscript ||= depth
        const { href, src, alt, title } = attributes
        const kept = AS[tag] ?? (KEPT.has(tag) ? tag : null)
        const sign = tag === 'img' ? pictureSign(attributes) : null
        if (sign !== null) words(sign)
        else if (tag === 'img')
          embed(
            pictureAddress(attributes, (from) => addressOf(from, base)),
            alt || title || '',
          )
        else if (EMBEDDED.test(tag)) embed(addressOf(src, base), alt || title || '')
        else if (tag === 'br') breaks += 1
        else if (BLOCKS.test(tag)) breaks = Math.max(breaks, 1)
        else if (tag === 'a' && !inLink) {
          const address = addressOf(href, base)
          if (address) link(address)
          inLink = address !== null
        } else if (kept) open(kept)
      },
      onclosetag(tag) {
        const closed = depth
        depth = Math.max(0, depth - 1)
        if (unseen > 0) {
          if (closed === unseen) unseen = 0
          return
        }
        if (closed === noscript) noscript = 0
        const kept = AS[tag] ?? (KEPT.has(tag) ? tag : null)
        if (BLOCKS.test(tag)) breaks = Math.max(breaks, 1)
        else if (tag === 'a' && inLink) {
          out.push('</a>')
          inLink = false
        } else if (kept && kept !== 'hr') {
          if (!INLINE.test(kept)) {
            breaks = 0
            begun = false
          }
          out.push(`</${kept}>`)
        }
      },
      ontext: (text) => noscript === 0 && words(text),
    },
    { decodeEntities: true, lowerCaseTags: true },
  )
  parser.end(html)
  return out.join('')
}

/** The absolute URL of a link in the post; null unless http, https or mailto. */
function addressOf(href: string | undefined, base: string): string | null {
  const url = URL.parse(href?.trim() ?? '', base)
  return href?.trim() && url && ADDRESS.test(url.href) ? url.href : null
}

/** The last path segment of a URL, for a picture without alternative text. */
function fileIn(address: string): string {
  const { hostname, pathname } = new URL(address)
  const name = pathname.split('/').at(-1) ?? ''
  try {
    return decodeURIComponent(name) || hostname
  } catch {
    return name || hostname
  }
}
