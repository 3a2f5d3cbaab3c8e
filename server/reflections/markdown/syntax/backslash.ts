import type MarkdownIt from 'markdown-it'
import type { StateInline } from 'markdown-it'

/** A run of backslashes, and what it is followed by. */
interface Backslashes {
  src: string
  start: number
  end: number
  /** The sign after them; empty at the end of the text. */
  sign: string
  /** The word that they stand in, without spaces. */
  word: string
}

/** Characters that are looked at on either side. */
const LOOKED_AT = 100
/** A word that begins as the address of a file does, or has a backslash before a letter. */
const PATH = /(?:^|[^\p{L}\p{N}.])(?:\p{L}:|\.{1,2}|~|%\w+%)\\|\\[\p{L}\p{N}]/u
const WORD = /[\p{L}\p{N}]/u
/** A sign that is part of a drawing or face, not of a sentence. */
const DRAWN = /[\p{S}/:]/u
const PUNCTUATION = /[!-/:-@[-`{-~＠]/
const INDENTATION = /^[ \t]*$/
const LIST_NUMBER = /^[ \t]*\d{1,9}$/
const ENTITY = /^#?[a-z0-9]{1,31};/i

/**
 * A backslash is left out where it keeps the next sign from being markup, and stays where it does not: in `C:\_old`,
 * `\\server\share`, `¯\_(ツ)_/¯`. The sign after it is no markup in either case.
 */
export function keepBackslashes(markdown: InstanceType<typeof MarkdownIt>): void {
  markdown.renderer.rules['escaped_at'] = (tokens, at) => tokens[at]?.content ?? ''
  markdown.inline.ruler.at('escape', (state, silent) => {
    if (state.src[state.pos] !== '\\') return false
    const slashes = backslashesAt(state)
    const { kept, covers } = reading(slashes)
    if (!silent) {
      if (kept > 0) pushText(state, '\\'.repeat(kept))
      if (covers) pushText(state, slashes.sign)
    }
    state.pos = slashes.end + (covers ? slashes.sign.length : 0)
    return true
  })
}

function backslashesAt({ src, pos: start, posMax }: StateInline): Backslashes {
  let end = start
  while (end < posMax && src[end] === '\\') end += 1
  const sign = end < posMax ? (src[end] ?? '') : ''
  const before = src.slice(Math.max(0, start - LOOKED_AT), start)
  const after = src.slice(end, Math.min(end + LOOKED_AT, posMax))
  const word = `${before.split(/\s/).at(-1)}\\${after.split(/\s/, 1)[0]}`
  return { src, start, end, sign, word }
}

/** How many backslashes are shown, and whether the sign after them is no markup. */
function reading(slashes: Backslashes): { kept: number; covers: boolean } {
  const { start, end, sign } = slashes
  const count = end - start
  const isPath = PATH.test(slashes.word)
  // the line end itself is a line break
  if (sign === '\n') return { kept: isPath || isDrawn(slashes) ? count : Math.floor(count / 2), covers: false }
  if (sign === '_' && !isPath && isDrawn(slashes)) return { kept: Math.max(1, Math.floor(count / 2)), covers: true }
  if (isPath || !isMarkup(slashes)) return { kept: count, covers: PUNCTUATION.test(sign) }
  return { kept: Math.floor(count / 2), covers: count % 2 === 1 }
}

/** Could the sign be markup, had it no backslash before it? */
function isMarkup({ src, start, end, sign }: Backslashes): boolean {
  const before = src[start - 1] ?? ''
  const next = src[end + 1] ?? ''
  switch (sign) {
    case '*':
    case '[':
    case ']':
    case '`':
      return true
    case '_':
      return !(WORD.test(before) && WORD.test(next))
    case '(':
      return before === ']'
    case '!':
      return next === '['
    case '<':
      return /[a-z/!?]/i.test(next)
    case '>':
      return INDENTATION.test(lineBefore(src, start)) || /<\S+$/.test(lineBefore(src, start))
    case '~':
      return next === '~' || next === '\\' || before === '~'
    case '@':
    case '＠':
      return /[a-z0-9ａ-ｚＡ-Ｚ０-９]/i.test(next)
    case '&':
      return ENTITY.test(src.slice(end + 1, end + 34))
    case ':':
      return WORD.test(before) && src.startsWith('//', end + 1)
    case '.':
    case ')':
      return LIST_NUMBER.test(lineBefore(src, start))
    case '#':
    case '+':
    case '-':
      return INDENTATION.test(lineBefore(src, start))
    default:
      return false
  }
}

function isDrawn({ src, start }: Backslashes): boolean {
  return DRAWN.test(src[start - 1] ?? '')
}

/** The line up to a place, or its last characters. */
function lineBefore(src: string, at: number): string {
  const seen = src.slice(Math.max(0, at - LOOKED_AT), at)
  return seen.slice(seen.lastIndexOf('\n') + 1)
}

function pushText(state: StateInline, content: string): void {
  // text of its own kind, so that it is not joined to a handle and read as a mention
  const type = content === '@' || content === '＠' ? 'escaped_at' : 'text_special'
  Object.assign(state.push(type, '', 0), { content, markup: content, info: 'escape' })
}
