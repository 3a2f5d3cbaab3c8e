import { hasVisibleCharacter } from '../../web/text/visible.ts'

/** Counts words separated by white space that can be seen, as the editor does. */
export function countWords(text: string): number {
  return text.split(/\s+/u).filter(hasVisibleCharacter).length
}
