import { LETTERS } from '../web/text/slug.ts'

const ARABIC: Record<string, string> = { أ: 'ا', إ: 'ا', آ: 'ا', ٱ: 'ا', ؤ: 'و', ئ: 'ي' }
const PLAIN: Record<string, string> = { ...LETTERS, ...ARABIC }
/** Letters that neither Unicode nor FTS5 takes apart; the view `searchable` has the same list. */
const WHOLE = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'g')
/** Arabic vowel signs, the stroke that makes a word longer, and the sign that makes a sign an emoji. */
const SILENT = /\u0640|[\u064b-\u0655]|\u0670|\ufe0f/g

/** A word as the index is asked for it; the accents that are left FTS5 takes off itself. */
export function normaliseWord(word: string): string {
  return word
    .toLowerCase()
    .replace(WHOLE, (letter) => PLAIN[letter] ?? letter)
    .replace(SILENT, '')
}

/** A word without any accent, to compare a text that is shown with what was looked for. */
export function foldWord(word: string): string {
  return normaliseWord(word.normalize('NFC'))
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
}
