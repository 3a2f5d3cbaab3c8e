import type { Phrase, WordSequence } from './query.ts'
import { isRun, type Word, wordsOf } from './words.ts'

/** A piece of a text; `found` marks a match. */
export interface SnippetPiece {
  text: string
  found: boolean
}

interface TextSpan {
  from: number
  to: number
}

const LONGEST = 220
/** Characters shown before the first match. */
const BEFORE = 60

/** Where in a text the phrases stand; spans that overlap are one. */
export function matchSpans(text: string, phrases: readonly Phrase[]): TextSpan[] {
  return [...matchesIn(text, phrases)].sort((one, other) => one.from - other.from).reduce(joined, [])
}

/** Each match, by the place of its last word; the text is read no further than the matches are taken. */
function* matchesIn(text: string, phrases: readonly Phrase[]): Generator<TextSpan> {
  const sequences = phrases.flat()
  const longest = Math.max(0, ...sequences.map(({ words }) => words.length))
  const last: Word[] = []
  for (const word of wordsOf(text)) {
    if (!word.joined) last.push(word)
    if (last.length > longest) last.shift()
    for (const sequence of sequences) {
      const span = matchAt(word.joined ? [word] : last, sequence)
      if (span) yield span
    }
  }
}

function matchAt(last: readonly Word[], { words, open }: WordSequence): TextSpan | null {
  const from = last.length - words.length
  const [first, end] = [last[from], last.at(-1)]
  if (!first || !end) return null
  const fits = words.every((word, at) => {
    const here = last[from + at]?.word
    return open && at === words.length - 1 ? here?.startsWith(word) : here === word
  })
  if (!fits) return null
  // of a pair that a single sign began, that sign
  const is_part = open && isRun(end.word) && end.word !== words.at(-1)
  return { from: first.from, to: is_part ? (end.middle ?? end.to) : end.to }
}

function joined(spans: TextSpan[], span: TextSpan): TextSpan[] {
  const last = spans.at(-1)
  if (last && span.from <= last.to) last.to = Math.max(last.to, span.to)
  else spans.push({ ...span })
  return spans
}

/** A text in pieces, with what was found apart. */
export function markMatches(text: string, phrases: readonly Phrase[]): SnippetPiece[] {
  const pieces: SnippetPiece[] = []
  let at = 0
  for (const { from, to } of matchSpans(text, phrases)) {
    pieces.push({ text: text.slice(at, from), found: false }, { text: text.slice(from, to), found: true })
    at = to
  }
  pieces.push({ text: text.slice(at), found: false })
  return pieces.filter((piece) => piece.text !== '')
}

/** The part of a text around what was found in it first, cut between words; its beginning where nothing was. */
export function snippet(text: string, phrases: readonly Phrase[]): SnippetPiece[] {
  const first = matchesIn(text, phrases).next().value?.from ?? 0
  const from = first <= BEFORE ? 0 : betweenWords(text, first - BEFORE, first)
  const to = text.length - from <= LONGEST ? text.length : betweenWords(text, from + LONGEST - 20, from + LONGEST)
  const cut = `${from > 0 ? '…' : ''}${text.slice(from, to).trim()}${to < text.length ? '…' : ''}`
  return markMatches(cut, phrases)
}

/** The first gap between words from `from` on; where there is none up to `latest`, any place that breaks no sign. */
function betweenWords(text: string, from: number, latest: number): number {
  const gap = text.slice(from, latest).search(/\s/)
  if (gap >= 0) return from + gap
  const broken = /^[\udc00-\udfff]?[\p{M}\u200d]*/u.exec(text.slice(from, latest))?.[0] ?? ''
  return from + broken.length
}
