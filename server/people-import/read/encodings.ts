import iconv from 'iconv-lite'
import { detectAll } from 'jschardet'
import { markedEncoding } from '../../web/text/decode-bytes.ts'
import { ENCODINGS, type ListEncoding } from './choices.ts'
import { unmarkedUtf16 } from './file-kind.ts'

/** jschardet's names of those that it calls differently. */
const SAME: Record<string, ListEncoding> = {
  'iso-8859-1': 'windows-1252',
  'iso-8859-9': 'windows-1254',
  'iso-8859-13': 'windows-1257',
  'iso-8859-5': 'windows-1251',
  'iso-8859-7': 'windows-1253',
  'iso-8859-8': 'windows-1255',
  'iso-8859-6': 'windows-1256',
  'mac-roman': 'macintosh',
  macroman: 'macintosh',
  ibm437: 'cp437',
  ibm850: 'cp850',
  ibm852: 'cp852',
  cp866: 'ibm866',
  'koi8-r': 'koi8-u',
  'mac-cyrillic': 'x-mac-cyrillic',
  maccyrillic: 'x-mac-cyrillic',
  'tis-620': 'windows-874',
  cp874: 'windows-874',
  'iso-8859-11': 'windows-874',
  cp932: 'shift_jis',
  sjis: 'shift_jis',
  gbk: 'gb18030',
  gb2312: 'gb18030',
  cp936: 'gb18030',
  'big5-hkscs': 'big5',
  big5hkscs: 'big5',
  cp950: 'big5',
  cp949: 'euc-kr',
  uhc: 'euc-kr',
  johab: 'euc-kr',
}

/** An encoding that reads the whole file, with words of the file that look different in others. */
export interface EncodingChoice {
  encoding: ListEncoding
  sample: string[]
}

export interface EncodingGuess {
  encoding: ListEncoding
  /** Nothing is to be chosen: the file says its encoding, or only one can be. */
  sure: boolean
  choices: EncodingChoice[]
}

const MOST_BYTES = 200_000
/** What statistics are made of; they need time for each byte. */
const MOST_COUNTED = 20_000
const MOST_CHOICES = 16
/** Ordinary words make statistics surer. */
const HEADINGS = 500
const SAMPLE = 4
const MOST_WORDS = 1000

export function decodeAs(bytes: Buffer, encoding: ListEncoding): string {
  if (encoding === 'cp437' || encoding === 'cp850' || encoding === 'cp852') return iconv.decode(bytes, encoding)
  return new TextDecoder(encoding).decode(bytes)
}

/** The encoding of a list of names, which are too few and too short for statistics alone. */
export function guessEncoding(bytes: Buffer): EncodingGuess {
  const known = markedEncoding(bytes) ?? unmarkedUtf16(bytes)
  if (known) return { encoding: known as ListEncoding, sure: true, choices: [] }
  const odd = oddLines(bytes)
  if (odd.length === 0 || readsAll(bytes, 'utf-8')) {
    const japanese = odd.length === 0 && bytes.includes('\x1b$')
    return { encoding: japanese ? 'iso-2022-jp' : 'utf-8', sure: true, choices: [] }
  }
  const named = namedByStatistics(Buffer.concat([bytes.subarray(0, HEADINGS), odd.subarray(0, MOST_COUNTED)]))
  const rated = ENCODINGS.filter((one) => !one.startsWith('utf-16') && one !== 'iso-2022-jp').flatMap(
    (encoding, order) => {
      const text = decodeAs(odd, encoding)
      const words = oddWords(text)
      const badness = words.reduce((sum, word) => sum + badnessOf(word), 0) / Math.max(1, words.length)
      return words.length > 0 ? [{ encoding, text, words, badness, order }] : []
    },
  )
  const rank = (encoding: ListEncoding) => (named.includes(encoding) ? named.indexOf(encoding) : named.length)
  rated.sort((a, b) => a.badness - b.badness || rank(a.encoding) - rank(b.encoding) || a.order - b.order)
  const seen = new Set<string>()
  const different = rated.filter(({ text }) => seen.size < seen.add(text).size)
  const legible = different.filter(({ badness }) => badness < UNREADABLE)
  const choices = (legible.length > 0 ? legible : different).slice(0, MOST_CHOICES)
  const alike = new Map<string, number>()
  for (const word of choices.flatMap(({ words }) => words)) alike.set(word, (alike.get(word) ?? 0) + 1)
  const tellsApart = (a: string, b: string) => (alike.get(a) ?? 0) - (alike.get(b) ?? 0)
  return {
    encoding: choices[0]?.encoding ?? 'windows-1252',
    sure: false,
    choices: choices.map(({ encoding, words }) => ({ encoding, sample: words.toSorted(tellsApart).slice(0, SAMPLE) })),
  }
}

function readsAll(bytes: Uint8Array, encoding: string): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

/** The lines with bytes beyond ASCII; the heading only where there are no others. */
function oddLines(bytes: Buffer): Buffer {
  const lines: Buffer[] = []
  let length = 0
  let first: Buffer | null = null
  for (let from = 0, at = 0; at <= bytes.length && length < MOST_BYTES; at += 1) {
    const byte = bytes[at]
    if (byte !== 10 && byte !== 13 && at < bytes.length) continue
    const line = bytes.subarray(from, Math.min(at, from + MOST_BYTES))
    if (line.some((one) => one > 127)) {
      if (from === 0) first = line
      else lines.push(line)
      length += line.length
    }
    from = at + 1
  }
  if (lines.length === 0 && first) lines.push(first)
  return Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]))
}

/** What jschardet thinks, likeliest first. */
function namedByStatistics(bytes: Buffer): ListEncoding[] {
  return detectAll(bytes).flatMap(({ encoding }) => {
    const name = encoding?.toLowerCase() ?? ''
    return SAME[name] ?? ENCODINGS.find((one) => one === name) ?? []
  })
}

/** The cells with other characters than ASCII. */
function oddWords(text: string): string[] {
  const cells = text.split(/[\n\r,;\t|"]+/u).map((cell) => cell.trim())
  return [...new Set(cells.filter((cell) => /\P{ASCII}/u.test(cell)))]
    .slice(0, MOST_WORDS)
    .map((cell) => cell.slice(0, 60))
}

const UNREADABLE = 8
const COMMON = /[àáâãäåæçèéêëìíîïñòóôõöøœùúûüýÿßăąćčďđęěėēğģįīıķļľĺłńňņőŕřśşșšťțţűūůųźżžəơư’–ªº]/iu
const PROPER_SIGNS = /[’‘“”„«»–—·ªº°¿¡、。・ー々〇「」『』（）\p{M}\p{Join_Control}\u200e\u200f\xa0]/u
const SCRIPTS = ['Latin', 'Greek', 'Cyrillic', 'Hebrew', 'Arabic', 'Thai', 'Hangul'].map(
  (name) => new RegExp(`\\p{sc=${name}}`, 'u'),
)
const EAST = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u

/** How unlike a name or a place the words are; 0 for quite ordinary ones. */
function badnessOf(cell: string): number {
  let badness = 0
  for (const sign of cell) {
    if (sign <= '\x7f') continue
    if (/[\ufffd\p{Cc}\p{Co}\p{Cn}]/u.test(sign)) badness += 10
    else if (/[\uff61-\uff9f]/u.test(sign)) badness += 3
    else if (/[\p{L}]/u.test(sign)) badness += /\p{sc=Latin}/u.test(sign) && !COMMON.test(sign) ? 1 : 0
    else if (!PROPER_SIGNS.test(sign)) badness += 4
    else if (!/[\p{M}\p{Join_Control}’]/u.test(sign)) badness += 1
  }
  for (const word of cell.match(/[\p{L}\p{M}]+/gu) ?? []) badness += badnessOfWord(word)
  return badness
}

function badnessOfWord(word: string): number {
  const letters = [...word]
  const scripts = SCRIPTS.filter((script) => script.test(word)).length + (EAST.test(word) ? 1 : 0)
  // capitals behind small letters, as where another byte stands for the same letter
  const turns = letters.filter((letter, at) => {
    const before = letters[at - 1] ?? ''
    return /\p{Lu}/u.test(letter) && /\p{Ll}/u.test(before) && /\P{ASCII}/u.test(letter + before)
  }).length
  const odd = letters.filter((letter) => letter > '\x7f').length
  const latin = /\p{sc=Latin}/u.test(word)
  const crowded = latin && letters.length > 2 && odd / letters.length > 0.6 ? 3 : 0
  const small = !latin && /^\p{Ll}/u.test(word) ? 0.5 : 0
  const shouting = /^\p{Lu}{2,}\p{Ll}/u.test(word) && odd > 0 ? 1 : 0
  return (scripts - 1) * 4 + turns * 3 + crowded + small + shouting
}
