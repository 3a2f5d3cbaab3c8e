import type { StateCore, Token } from 'markdown-it'

/** Maps the handles in a text (lower case) to the URLs of those that become links. */
export type MentionLinks = (handles: string[]) => ReadonlyMap<string, string>

/** Scripts in which a name stands between words without spaces. */
const UNSPACED = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー々〆〇`
const WORD = String.raw`[[\p{L}\p{M}\p{N}_]--[${UNSPACED}]]`
/** Letters and digits of handles, full-width ones among them. */
const SIGN = '[A-Za-z0-9Ａ-Ｚａ-ｚ０-９]'
// not within a word, URL or path; a handle of another network ("@a@b.example") does not match
const MENTION = new RegExp(
  String.raw`(?<!${WORD}|[@＠.\/\\\-－＿])[@＠](${SIGN}+(?:[\-－]${SIGN}+)*)(?![\-－]?(?:${WORD}|[@＠]))`,
  'gv',
)
/** Maximum number of handles looked up. */
const LOOKED_AT = 100

export const PERSON_ADDRESS = /^\/people\/[a-z0-9-]+$/

/** A handle as marked by `markMentions`; typed text cannot produce this link. */
const MARK = /<a href="\/people\/([a-z0-9-]+)">([@＠][^<]+)<\/a>/g

/** Marks "@handle" in running text, not in quotations, code and links; `placeMentions` resolves it later. */
export function markMentions(state: StateCore): void {
  const texts = unquoted(state.tokens).flatMap(({ children }) => (children ? plainTexts(children) : []))
  const naming = new Set(texts.filter(({ content }) => /[@＠]/.test(content)))
  const handles = new Set([...naming].flatMap(({ content }) => Array.from(content.matchAll(MENTION), handleOf)))
  if (handles.size === 0) return
  const marked = new Set([...handles].slice(0, LOOKED_AT))
  for (const token of state.tokens) {
    if (!token.children) continue
    token.children = token.children.flatMap((child) => (naming.has(child) ? markedIn(state, child, marked) : [child]))
  }
}

/** Links the mentions in rendered HTML; without `find`, and for unknown handles, they stay text. */
export function placeMentions(html: string, find: MentionLinks = () => new Map()): string {
  const handles = new Set(Array.from(html.matchAll(MARK), ([, handle = '']) => handle))
  if (handles.size === 0) return html
  const links = find([...handles])
  return html.replaceAll(MARK, (_, handle: string, words: string) => {
    const address = links.get(handle) ?? ''
    return PERSON_ADDRESS.test(address) ? `<a href="${address}">${words}</a>` : words
  })
}

function unquoted(tokens: Token[]): Token[] {
  let depth = 0
  return tokens.filter(({ type }) => {
    depth += type === 'blockquote_open' ? 1 : type === 'blockquote_close' ? -1 : 0
    return depth === 0
  })
}

function plainTexts(children: Token[]): Token[] {
  let depth = 0
  return children.filter(({ type }) => {
    depth += type === 'link_open' ? 1 : type === 'link_close' ? -1 : 0
    return type === 'text' && depth === 0
  })
}

function handleOf([, handle = '']: RegExpMatchArray): string {
  return handle.normalize('NFKC').toLowerCase()
}

function markedIn({ Token: Made }: StateCore, { content }: Token, handles: ReadonlySet<string>): Token[] {
  const words = (text: string) => Object.assign(new Made('text', '', 0), { content: text })
  const tokens: Token[] = []
  let from = 0
  for (const match of content.matchAll(MENTION)) {
    const handle = handleOf(match)
    if (!handles.has(handle)) continue
    const open = new Made('link_open', 'a', 1)
    open.attrSet('href', `/people/${handle}`)
    const to = match.index + match[0].length
    tokens.push(words(content.slice(from, match.index)), open, words(match[0]), new Made('link_close', 'a', -1))
    from = to
  }
  return [...tokens, words(content.slice(from))]
}
