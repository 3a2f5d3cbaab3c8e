import { replaceLetters, stripAccents } from '../web/text/fold.ts'

/** A text for comparison and search: lower case without accents, so that "asa" finds Åsa and "ирина" Ирина. */
export function folded(text: string): string {
  return replaceLetters(stripAccents(text.toLowerCase()))
}
