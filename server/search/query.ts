import { normaliseWord } from './normalise.ts'

/** Consecutive words, in this order. */
export interface Phrase {
  words: string[]
  /** Whether the last word may go on: somebody is still typing it. */
  open: boolean
}

/** Maximum number of words in a query; each costs time. */
const LONGEST = 200
const MOST_WORDS = 12
/** Minimum prefix length: one letter matches too many words. */
const OPEN_FROM = 2

/** Signs of which FTS5 makes words; all others part them. */
export const WORD = /[\p{L}\p{N}\p{Co}\p{Mn}\p{Mc}]+/gu
const SAYS_SOMETHING = /[\p{L}\p{N}\p{Co}]/u
const QUOTES = /[„“”«»]/g

/**
 * What somebody looks for: single words and "quoted phrases". A word with signs in it ("e-mail") is a phrase of its
 * parts; the last word may go on unless a quote closed it. Signs mean nothing: there are no operators.
 */
export function parseQuery(typed: string): Phrase[] {
  const text = typed.slice(0, LONGEST).replace(QUOTES, '"').trimEnd()
  const phrases: Phrase[] = []
  let room = MOST_WORDS
  for (const { 0: piece, 1: quoted } of text.matchAll(/"([^"]*)"?|[^\s"]+/g)) {
    const words = wordsIn(quoted ?? piece).slice(0, room)
    room -= words.length
    if (words.length > 0) phrases.push({ words, open: false })
  }
  const last = phrases.at(-1)
  const word = last?.words.at(-1) ?? ''
  if (last && [...word].length >= OPEN_FROM && !text.endsWith('"')) last.open = true
  return phrases
}

function wordsIn(text: string): string[] {
  return (text.match(WORD) ?? []).map(normaliseWord).filter((word) => SAYS_SOMETHING.test(word))
}

/** The phrases as an expression of FTS5. Only letters and digits are in it beside our own signs. */
export function ftsExpression(phrases: readonly Phrase[]): string {
  const all = phrases.map(({ words, open }) => `"${words.join(' ')}"${open ? '*' : ''}`)
  return `words : (${all.join(' AND ')})`
}
