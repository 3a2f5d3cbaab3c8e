/** How many words a text has, counted as the editor counts them: what stands between spaces. */
export function countWords(text: string): number {
  return text.trim().split(/\s+/u).filter(Boolean).length
}
