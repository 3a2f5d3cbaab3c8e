import MarkdownIt, { type StateCore, type Token } from 'markdown-it'
import sanitizeHtml from 'sanitize-html'

/** Stored beside the HTML; a new one says that what was stored before should be rendered again. */
const RENDERER = 'markdown-1'

const LINK = /^(https?:\/\/|mailto:)/i
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u
const INLINE_TAG = /<\/?(?:a|strong|em|s|code)(?: [^>]*)?>/g
const ENTITIES: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' }

// Phones make line breaks that are meant (breaks), and sentences without a space after the full stop: only addresses
// that are written out become links, so that "Done.It works" stays words.
const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true, typographer: false })
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false }).add('ftp:', null).add('//', null)
markdown.validateLink = (address) => LINK.test(address)
markdown.core.ruler.push('fit_into_page', fitIntoPage)

/** What may stand in a page; everything else goes, even if Markdown should ever let it through. */
const ALLOWED: sanitizeHtml.IOptions = {
  allowedTags: [
    ...['p', 'h3', 'h4', 'h5', 'ul', 'ol', 'li', 'blockquote', 'pre', 'hr', 'br'],
    ...['a', 'strong', 'em', 's', 'code', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
  ],
  allowedAttributes: { a: ['href', 'rel'], ol: ['start'] },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowProtocolRelative: false,
  parseStyleAttributes: false,
  transformTags: {
    a: (_, { href = '' }) => ({
      tagName: 'a',
      attribs: LINK.test(href) ? { href, rel: 'nofollow ugc noopener' } : {},
    }),
  },
  exclusiveFilter: ({ tag, text }) => /^(a|h[345])$/.test(tag) && !VISIBLE.test(text),
}

/**
 * Markdown as HTML that may stand in any page: nobody's text is trusted. Headings begin at h3, pictures from elsewhere
 * become links, links go to http, https and mail only. Rendered when saving, never when reading.
 */
export function renderMarkdown(text: string): { html: string; renderer: string } {
  return { html: sanitizeHtml(markdown.render(text), ALLOWED).trim(), renderer: RENDERER }
}

/** The words of rendered HTML on one line, cut between words at no more than `max` characters. */
export function plainText(html: string, max: number): string {
  const text = wordsOf(html)
  if (text.length <= max) return text
  let end = 0
  for (const { index, segment } of new Intl.Segmenter(undefined, { granularity: 'word' }).segment(text.slice(0, max))) {
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
  state.tokens = withoutFilling(state.tokens)
  for (const token of state.tokens) {
    if (token.type === 'heading_open' || token.type === 'heading_close') {
      token.tag = `h${Math.min(3 + levels.indexOf(token.tag), 5)}`
    }
    if (token.children) token.children = linkPictures(state, token.children)
  }
}

/** Short rows of a table stay short: filled up as the parser does it, 40,000 characters become 800,000. */
function withoutFilling(tokens: Token[]): Token[] {
  const kept: Token[] = []
  let rowEnds = false
  for (let at = tokens.length - 1; at >= 0; at -= 1) {
    const token = tokens[at]
    if (!token) continue
    if (rowEnds && token.type === 'td_close' && tokens[at - 1]?.content === '') at -= 2
    else {
      rowEnds = token.type === 'tr_close'
      kept.push(token)
    }
  }
  return kept.reverse()
}

function linkPictures(state: StateCore, children: Token[]): Token[] {
  let depth = 0
  return children.flatMap((token) => {
    depth += token.type === 'link_open' ? 1 : token.type === 'link_close' ? -1 : 0
    return token.type === 'image' ? pictureLink(state, token, depth > 0) : [token]
  })
}

function pictureLink({ md, Token: Made }: StateCore, image: Token, inLink: boolean): Token[] {
  const address = String(image.attrGet('src') ?? '')
  const words = new Made('text', '', 0)
  words.content = md.renderer.renderInlineAsText(image.children ?? [], md.options, {}) || address
  if (inLink) return [words]
  const open = new Made('link_open', 'a', 1)
  open.attrSet('href', address)
  return [open, words, new Made('link_close', 'a', -1)]
}
