import type { CompletionRule } from '../courses/completion.ts'

/** What somebody did about a thing, as far as a rule asks. */
export interface Deed {
  /** Words of the longest reflection about it; null where there is none. */
  words: number | null
  /** Every step of the start is ticked. */
  steps: boolean
  /** A guide has confirmed it. */
  confirmed: boolean
}

/** Whether the thing is done. */
export function holds({ by, min_words }: Pick<CompletionRule, 'by' | 'min_words'>, deed: Deed): boolean {
  const written = deed.words !== null && deed.words >= min_words
  switch (by) {
    case 'reflection':
      return written
    case 'steps':
      return deed.steps
    case 'both':
      return written && deed.steps
    case 'guide':
      return deed.confirmed
  }
}

/** How many words a reflection still needs to count; 0 where that is not what is missing. */
export function wordsMissing({ by, min_words }: CompletionRule, { words }: Deed): number {
  if (words === null || by === 'steps' || by === 'guide') return 0
  return Math.max(0, min_words - words)
}
