import { foldText } from '../web/text/fold.ts'

/** A word of a text as the index holds it, and where it stands in the text. */
export interface Word {
  word: string
  from: number
  to: number
  /** Where the first sign of a pair ends. */
  middle?: number
  /** Words that a hyphen or apostrophe parts, as one: "wifi" of "Wi-Fi". It stands beside the order of the words. */
  joined?: true
}

/** Scripts that are written without spaces, or, as Korean, with endings at their words: the index holds pairs of signs. */
const RUN_SCRIPTS =
  'Han Hiragana Katakana Bopomofo Hangul Thai Lao Khmer Myanmar Tai_Le New_Tai_Lue Tai_Tham Tai_Viet Javanese Balinese'
const RUN_SIGNS = `\\u30fc${RUN_SCRIPTS.split(' ')
  .map((name) => `\\p{sc=${name}}`)
  .join('')}`
/** Signs that are part of the one before: accents, vowel points, voice marks of half-width kana, zero-width signs. */
const MARKS = '\\p{M}\\p{Cf}\\p{Default_Ignorable_Code_Point}\\uff9e\\uff9f'
/** Signs that words consist of; all others part them. */
const WORD = new RegExp(`[\\p{L}\\p{N}\\p{Co}${MARKS}]+`, 'gu')
const CLUSTER = new RegExp(`[\\u1100-\\u115f]+[\\u1160-\\u11ff]+|[^][${MARKS}]*`, 'uy')
/** A folded word in pieces: runs, and words between them. */
const PIECE = new RegExp(`[${RUN_SIGNS}][${RUN_SIGNS}\\p{M}]*|(?:(?![${RUN_SIGNS}])[\\p{L}\\p{N}\\p{Co}\\p{M}])+`, 'gu')
const RUN = new RegExp(`^[${RUN_SIGNS}]`, 'u')
const SAYS_SOMETHING = /[\p{L}\p{N}\p{Co}]/u
const PLAIN = /^[A-Za-z0-9]+$/
/** Kana, ideographs, syllables of Hangul, letters and marks of Thai that folding leaves as they are, one unit each. */
const PLAIN_RUN =
  /^[\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\u0e01-\u0e30\u0e32\u0e34-\u0e3a\u0e40-\u0e4e]+$/
/** Below it, no sign is a mark, but for the soft hyphen. */
const FIRST_MARK = 0x300
const SOFT_HYPHEN = 0xad
const JOINER = /['’‘＇‐‑－׳״-]/
/** Words that are joined at most. */
const LONGEST_CHAIN = 5

/** A run as it is typed, or signs that are none, each without spaces and quotes. */
export const TYPED_PIECE = new RegExp(`[${RUN_SIGNS}][${RUN_SIGNS}${MARKS}]*|[^${RUN_SIGNS}\\s"]+`, 'gu')

/** Whether a word of the index is one or more signs of a run. */
export function isRun(word: string): boolean {
  return RUN.test(word)
}

/** A text without what joins words: "wifi" for "wi-fi". */
export function joinWords(text: string): string {
  return text.replace(new RegExp(JOINER, 'g'), '')
}

/** The double quote in a Hebrew abbreviation, which is typed for its own sign, as that sign. */
export function readGershayim(text: string): string {
  return text.replace(/(?<=\p{sc=Hebrew})["”“](?=\p{sc=Hebrew})/gu, '״')
}

/** The words of a text in their order, with the pairs of runs, and after their last word those that are joined. */
export function* wordsOf(text: string): Generator<Word> {
  const read = readGershayim(text)
  let chain: Word[] = []
  for (const { 0: part, index } of read.matchAll(WORD)) {
    for (const word of wordsIn(part, index)) {
      yield word
      const last = chain.at(-1)
      const goes_on = last?.to === word.from - 1 && JOINER.test(read[last.to] ?? '') && chain.length < LONGEST_CHAIN
      if (isRun(word.word)) chain = []
      else if (last && goes_on) {
        chain.push(word)
        yield joinedOf([last, word])
        if (chain.length > 2) yield joinedOf(chain)
      } else chain = [word]
    }
  }
}

function joinedOf(words: readonly Word[]): Word {
  const [first, last] = [words[0], words.at(-1)]
  return { word: words.map(({ word }) => word).join(''), from: first?.from ?? 0, to: last?.to ?? 0, joined: true }
}

function wordsIn(part: string, index: number): Word[] {
  if (PLAIN.test(part)) return [{ word: part.toLowerCase(), from: index, to: index + part.length }]
  if (PLAIN_RUN.test(part)) return plainPairsOf(part, index)
  const { text, from, to } = foldedWithPlaces(part, index)
  const words: Word[] = []
  for (const { 0: piece, index: at } of text.matchAll(PIECE)) {
    if (isRun(piece)) addPairs(words, piece, at, { from, to })
    else if (SAYS_SOMETHING.test(piece))
      words.push({ word: piece, from: from[at] ?? 0, to: to[at + piece.length - 1] ?? 0 })
  }
  // what was ignored at its edges belongs to it
  const [first, last] = [words[0], words.at(-1)]
  if (first && first === last) Object.assign(first, { from: index, to: index + part.length })
  return words
}

interface Places {
  from: number[]
  to: number[]
}

/** Each sign of a run with the next one, and the last alone, so that a single sign is found as the beginning of a word. */
function addPairs(words: Word[], run: string, at: number, { from, to }: Places): void {
  let before: { sign: string; at: number } | null = null
  const end = (place: { sign: string; at: number }) => to[place.at + place.sign.length - 1] ?? 0
  for (const sign of run) {
    const here = { sign, at }
    if (before) words.push({ word: before.sign + sign, from: from[before.at] ?? 0, to: end(here), middle: end(before) })
    before = here
    at += sign.length
  }
  if (before && SAYS_SOMETHING.test(before.sign))
    words.push({ word: before.sign, from: from[before.at] ?? 0, to: end(before) })
}

/** The same for a run of which each unit is a sign. */
function plainPairsOf(run: string, index: number): Word[] {
  const words: Word[] = []
  const last = run.length - 1
  for (let at = 0; at < last; at += 1) {
    const from = index + at
    words.push({ word: run.slice(at, at + 2), from, to: from + 2, middle: from + 1 })
  }
  const sign = run.slice(last)
  if (SAYS_SOMETHING.test(sign)) words.push({ word: sign, from: index + last, to: index + run.length })
  return words
}

const FOLDED = new Map<string, string>()
const MOST_FOLDED = 20_000

function foldCluster(cluster: string): string {
  const known = FOLDED.get(cluster)
  if (known !== undefined) return known
  if (FOLDED.size >= MOST_FOLDED) FOLDED.clear()
  const folded = foldText(cluster)
  if (cluster.length < 16) FOLDED.set(cluster, folded)
  return folded
}

function clusterAt(part: string, at: number): string {
  const [here, next] = [part.charCodeAt(at), part.charCodeAt(at + 1)]
  if (here < FIRST_MARK && !(next >= FIRST_MARK || next === SOFT_HYPHEN)) return part.charAt(at)
  CLUSTER.lastIndex = at
  return CLUSTER.exec(part)?.[0] ?? part.charAt(at)
}

/** A folded text, and where the sign that each of its units comes from begins and ends. */
function foldedWithPlaces(part: string, index: number): Places & { text: string } {
  const [from, to]: [number[], number[]] = [[], []]
  let text = ''
  for (let at = 0; at < part.length; ) {
    const cluster = clusterAt(part, at)
    const folded = foldCluster(cluster)
    for (let unit = 0; unit < folded.length; unit += 1) {
      from.push(index + at)
      to.push(index + at + cluster.length)
    }
    text += folded
    at += cluster.length
  }
  return { text, from, to }
}

/** Markdown and entities within a word, which readers do not see. */
const MARKUP = /\*+|\\(?=[!-/:-@[-`{-~])|&(?:shy|zwnj|zwj);/g

/** A text as the index takes it: its words, and after them those that are joined. */
export function indexText(text: string): string {
  const words: string[] = []
  const joined: string[] = []
  for (const { word, joined: is_joined } of wordsOf(text.replace(MARKUP, ''))) (is_joined ? joined : words).push(word)
  // a sign that no phrase holds keeps the last word and the first joined one apart
  return joined.length === 0 ? words.join(' ') : `${words.join(' ')} ¦ ${joined.join(' ')}`
}
