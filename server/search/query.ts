import { isRun, joinWords, readGershayim, TYPED_PIECE, type Word, wordsOf } from './words.ts'

/** Consecutive words, in this order. */
export interface WordSequence {
  words: string[]
  /** Whether the last word may go on: somebody is still typing it, or it is a single sign of a run. */
  open: boolean
}

/** One thing that is looked for, in each form in which it may be written. */
export type Phrase = WordSequence[]

/** Maximum length and number of words in a query; each costs time. A run counts as one. */
const LONGEST = 200
const MOST_WORDS = 12
/** Minimum prefix length outside of runs: one letter matches too many words. */
const OPEN_FROM = 2
/** Words so short may be part of a compound that is written in two: "wi fi". */
const SHORT = 3
const COMPOUND_PART = /^\p{L}+$/u

const QUOTES = /[„“”«»「」『』＂]/g

/**
 * What somebody looks for: single words and "quoted phrases". A word with signs in it ("e-mail") is a phrase of its
 * parts, or one word; the last word may go on unless a quote closed it. Signs mean nothing: there are no operators.
 */
export function parseQuery(typed: string): Phrase[] {
  const text = readGershayim(typed.slice(0, LONGEST)).replace(QUOTES, '"').trimEnd()
  const phrases: Phrase[] = []
  let room = MOST_WORDS
  for (const { 0: piece, 1: quoted } of text.matchAll(/"([^"]*)"?|[^\s"]+/g)) {
    for (const part of quoted === undefined ? (piece.match(TYPED_PIECE) ?? []) : [quoted]) {
      if (room <= 0) break
      const phrase = phraseOf(part, room, quoted === undefined)
      room -= phrase[0] ? lengthOf(phrase[0]) : 0
      if (phrase.length > 0) phrases.push(phrase)
    }
  }
  if (!text.endsWith('"')) for (const sequence of phrases.at(-1) ?? []) openEnd(sequence)
  return withCompounds(phrases, text)
}

function phraseOf(text: string, room: number, with_joined: boolean): Phrase {
  const phrase = sequenceOf(text, room)
  const joined = with_joined ? sequenceOf(joinWords(text), room) : []
  const is_same = joined[0]?.words.join(' ') === phrase[0]?.words.join(' ')
  return is_same ? phrase : [...phrase, ...joined]
}

function sequenceOf(text: string, room: number): Phrase {
  const all = Array.from(wordsOf(text)).filter(({ joined }) => !joined)
  const words = withoutLastSign(all).map(({ word }) => word)
  let end = 0
  for (let left = room; end < words.length && left > 0; end += 1) if (!isPair(words[end])) left -= 1
  if (end === 0) return []
  const last = words[end - 1] ?? ''
  return [{ words: words.slice(0, end), open: isRun(last) && !isPair(last) }]
}

const isPair = (word = '') => isRun(word) && [...word].length > 1

/** The text may go on after a run, where the index has a pair in place of its last sign. */
function withoutLastSign(words: Word[]): Word[] {
  const last = words.at(-1)
  return last && isRun(last.word) && !isPair(last.word) && isPair(words.at(-2)?.word) && words.at(-2)?.to === last.to
    ? words.slice(0, -1)
    : words
}

const lengthOf = ({ words }: WordSequence) => Math.max(1, words.filter((word) => !isPair(word)).length)

function openEnd(sequence: WordSequence): void {
  const word = sequence.words.at(-1) ?? ''
  if (!isRun(word) && [...word].length >= OPEN_FROM) sequence.open = true
}

/** Two short words beside each other may be written as one. */
function withCompounds(phrases: Phrase[], text: string): Phrase[] {
  const is_quoted = text.includes('"')
  return phrases.map((phrase, at) => {
    const here = singleWord(phrase)
    const [before, after] = [singleWord(phrases[at - 1]), singleWord(phrases[at + 1])]
    if (is_quoted || !here) return phrase
    return [...phrase, ...compoundOf(before, here), ...compoundOf(here, after)]
  })
}

function singleWord(phrase: Phrase | undefined): WordSequence | null {
  const [only, ...others] = phrase ?? []
  return only && others.length === 0 && only.words.length === 1 && COMPOUND_PART.test(only.words[0] ?? '') ? only : null
}

function compoundOf(one: WordSequence | null, other: WordSequence | null): Phrase {
  const [first = '', second = ''] = [one?.words[0], other?.words[0]]
  if (!one || !other || isRun(first) || isRun(second) || Math.min(first.length, second.length) > SHORT) return []
  return [{ words: [first + second], open: other.open }]
}

/** The phrases as an expression of FTS5 about a column. Only letters and digits are in it beside our own signs. */
export function ftsExpression(phrases: readonly Phrase[], column = 'words'): string {
  const all = phrases.map((phrase) => {
    const forms = phrase.map(({ words, open }) => `"${words.join(' ')}"${open ? '*' : ''}`)
    return forms.length === 1 ? forms[0] : `(${forms.join(' OR ')})`
  })
  return `${column} : (${all.join(' AND ')})`
}
