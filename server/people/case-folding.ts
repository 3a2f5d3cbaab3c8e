import { foldText } from '../web/text/fold.ts'

/**
 * A name for sorting and search, folded, without the signs within it: "obrien" finds O’Brien, "al-amin" Alamin. What folding
 * leaves nothing of stays as it is, and finds nothing.
 */
export function folded(text: string): string {
  return foldText(text).replace(/(?<=[\p{L}\p{N}])['’‘‐‑-](?=[\p{L}\p{N}]|$)/gu, '') || text
}
