import type { CompletionRule } from '../courses/completion.ts'
import { asksForReflection } from '../courses/policy.ts'

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
export function wordsMissing(rule: CompletionRule, { words }: Deed): number {
  if (words === null || !asksForReflection(rule)) return 0
  return Math.max(0, rule.min_words - words)
}
