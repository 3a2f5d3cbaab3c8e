import type { CompletionRule } from '../courses/completion.ts'
import type { Translate } from '../web/text/i18n.ts'

/** In the order in which an author chooses among them. */
export const COMPLETION_RULES = ['reflection', 'steps', 'both', 'guide'] as const

/** "A thing is done when you publish what you think of it." */
export function completionRuleText(t: Translate, { by, min_words }: CompletionRule): string {
  const asks_words = min_words > 0 && (by === 'reflection' || by === 'both')
  return t(`progress.rule.says.${by}${asks_words ? '_words' : ''}`, { count: min_words })
}
