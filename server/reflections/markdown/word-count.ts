import { hasVisibleCharacter } from '../../web/text/visible.ts'

/** Signs of scripts that are written without spaces, in which one word has about two of them, or about four letters. */
const SIGNS = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\u30fc]+/gu
const LETTERS = /[\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]+/gu

/** Counts words that can be seen, as the editor does (public/js/text/word-count.js): between spaces, or by their signs. */
export function countWords(text: string): number {
  const parted = text.replace(SIGNS, (run) => wordsOf(run, 2)).replace(LETTERS, (run) => wordsOf(run, 4))
  return parted.split(/\s+/u).filter(hasVisibleCharacter).length
}

/** As many words as a run of signs stands for. */
function wordsOf(run: string, signs_a_word: number): string {
  const signs = [...run.replace(/\p{M}/gu, '')].length
  return ` ${'x '.repeat(Math.max(1, Math.round(signs / signs_a_word)))}`
}
