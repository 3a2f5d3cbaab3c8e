import { foldWord } from './normalise.ts'
import { type Phrase, WORD } from './query.ts'

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
/** Letters that folding leaves as they are, but for their case. */
const PLAIN = /^[a-z0-9]+$/i
/** Characters shown before the first match. */
const BEFORE = 60

/** Where in a text the phrases stand, in the order of the text; spans that overlap are one. */
export function matchSpans(text: string, phrases: readonly Phrase[]): TextSpan[] {
  const words = Array.from(text.matchAll(WORD), ({ 0: word, index }) => ({
    word: foldWord(word),
    from: index,
    to: index + word.length,
  }))
  const spans: TextSpan[] = []
  for (const { words: sought, open } of phrases) {
    const wanted = sought.map(foldWord)
    words.forEach(({ from }, at) => {
      const end = words[at + wanted.length - 1]
      const fits = wanted.every((word, step) => {
        const here = words[at + step]?.word
        return open && step === wanted.length - 1 ? here?.startsWith(word) : here === word
      })
      if (end && fits) spans.push({ from, to: end.to })
    })
  }
  return spans.sort((one, other) => one.from - other.from).reduce(joined, [])
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
  const first = firstOf(text, phrases)
  const from = first <= BEFORE ? 0 : betweenWords(text, first - BEFORE, first)
  const to = text.length - from <= LONGEST ? text.length : betweenWords(text, from + LONGEST - 20, from + LONGEST)
  const cut = `${from > 0 ? '…' : ''}${text.slice(from, to).trim()}${to < text.length ? '…' : ''}`
  return markMatches(cut, phrases)
}

/** Where the first of the phrases begins, read no further than up to there; 0 where there is none. */
function firstOf(text: string, phrases: readonly Phrase[]): number {
  const wanted = phrases.map(({ words, open }) => ({ open, words: words.map(foldWord) }))
  const longest = Math.max(0, ...wanted.map(({ words }) => words.length))
  const last: { word: string; from: number }[] = []
  for (const { 0: word, index } of text.matchAll(WORD)) {
    last.push({ word: PLAIN.test(word) ? word.toLowerCase() : foldWord(word), from: index })
    if (last.length > longest) last.shift()
    for (const { words, open } of wanted) {
      const here = last.slice(-words.length)
      const fits =
        here.length === words.length &&
        here.every(({ word }, at) =>
          open && at === words.length - 1 ? word.startsWith(words[at] ?? '') : word === words[at],
        )
      if (fits) return here[0]?.from ?? 0
    }
  }
  return 0
}

/** The first gap between words from `from` on; where there is none up to `latest`, any place that breaks no sign. */
function betweenWords(text: string, from: number, latest: number): number {
  const gap = text.slice(from, latest).search(/\s/)
  if (gap >= 0) return from + gap
  return /[\udc00-\udfff]/.test(text[from] ?? '') ? from + 1 : from
}
