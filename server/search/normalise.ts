import { LETTERS, stripAccents } from '../web/text/fold.ts'

const ARABIC: Record<string, string> = { أ: 'ا', إ: 'ا', آ: 'ا', ٱ: 'ا', ؤ: 'و', ئ: 'ي' }
const REPLACED: Record<string, string> = { ...LETTERS, ...ARABIC }
/** Letters that neither Unicode nor FTS5 decomposes; the view `searchable` has the same list. */
const LETTER = new RegExp(`[${Object.keys(REPLACED).join('')}]`, 'g')
/** Arabic vowel signs, the tatweel, and the variation selector of emoji. */
const IGNORED = /\u0640|[\u064b-\u0655]|\u0670|\ufe0f/g

/** A word as it is looked up in the index; FTS5 strips the remaining accents itself. */
export function normaliseWord(word: string): string {
  return word
    .toLowerCase()
    .replace(LETTER, (letter) => REPLACED[letter] ?? letter)
    .replace(IGNORED, '')
}

/** A word without any accent, to compare a displayed text with what was searched for. */
export function foldWord(word: string): string {
  return stripAccents(normaliseWord(word.normalize('NFC')))
}
