import { LETTERS } from '../web/text/slug.ts'

/** A text for comparison and search: lower case without accents, so that "asa" finds Åsa and "ирина" Ирина. */
export function folded(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .replace(/[ßæœøłđðþı]/g, (letter) => LETTERS[letter] ?? letter)
}
