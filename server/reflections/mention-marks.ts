import type { StateCore, Token } from 'markdown-it'

/** Says of the handles that a text names (as typed, in small letters) which ones become links, and where to. */
export type MentionLinks = (handles: string[]) => ReadonlyMap<string, string>

// not within a word, an address or a path; a name of another network ("@a@b.example") is nobody here
const MENTION = /(?<![\p{L}\p{N}_@./\\-])@([A-Za-z0-9]+(?:-[A-Za-z0-9]+)*)(?!-?[\p{L}\p{N}_@])/gu
/** Nobody is looked for beyond these. */
const LOOKED_AT = 100

export const PERSON_ADDRESS = /^\/people\/[a-z0-9-]+$/

/** Makes links of "@handle" in running text; code and links stay as they are. */
export function linkMentions(state: StateCore): void {
  const find = state.env['mentions'] as MentionLinks | undefined
  if (!find) return
  const texts = state.tokens.flatMap(({ children }) => (children ? plainTexts(children) : []))
  const handles = new Set(texts.flatMap(({ content }) => Array.from(content.matchAll(MENTION), handleOf)))
  if (handles.size === 0) return
  const links = find([...handles].slice(0, LOOKED_AT))
  const naming = new Set(texts.filter(({ content }) => content.includes('@')))
  for (const token of state.tokens) {
    if (!token.children) continue
    token.children = token.children.flatMap((child) => (naming.has(child) ? linked(state, child, links) : [child]))
  }
}

function plainTexts(children: Token[]): Token[] {
  let depth = 0
  return children.filter(({ type }) => {
    depth += type === 'link_open' ? 1 : type === 'link_close' ? -1 : 0
    return type === 'text' && depth === 0
  })
}

function handleOf([, handle = '']: RegExpMatchArray): string {
  return handle.toLowerCase()
}

function linked({ Token: Made }: StateCore, { content }: Token, links: ReadonlyMap<string, string>): Token[] {
  const words = (text: string) => Object.assign(new Made('text', '', 0), { content: text })
  const tokens: Token[] = []
  let from = 0
  for (const match of content.matchAll(MENTION)) {
    const address = links.get(handleOf(match))
    if (address === undefined) continue
    const open = new Made('link_open', 'a', 1)
    open.attrSet('href', address)
    const to = match.index + match[0].length
    tokens.push(words(content.slice(from, match.index)), open, words(match[0]), new Made('link_close', 'a', -1))
    from = to
  }
  return [...tokens, words(content.slice(from))]
}
