import type { CompletionRule } from '../courses/completion.ts'
import { asksForReflection } from '../courses/policy.ts'

/** What a learner did about a thing, as far as a rule asks. */
export interface CompletionFacts {
  /** Words of the longest reflection about it; null where there is none. */
  words: number | null
  /** Every step of the start is ticked. */
  steps: boolean
  /** A guide has confirmed it. */
  confirmed: boolean
}

/** Whether the thing is done. */
export function isComplete(
  { by, min_words }: Pick<CompletionRule, 'by' | 'min_words'>,
  facts: CompletionFacts,
): boolean {
  const written = facts.words !== null && facts.words >= min_words
  switch (by) {
    case 'reflection':
      return written
    case 'steps':
      return facts.steps
    case 'both':
      return written && facts.steps
    case 'guide':
      return facts.confirmed
  }
}

/** How many words a reflection still needs to count; 0 where that is not what is missing. */
export function wordsMissing(rule: CompletionRule, { words }: CompletionFacts): number {
  if (words === null || !asksForReflection(rule)) return 0
  return Math.max(0, rule.min_words - words)
}
