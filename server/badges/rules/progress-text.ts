import type { LocaleContext } from '../../web/render/page-context.ts'
import { listWords, numberWord } from '../../web/text/phrases.ts'
import type { Reach } from './rule-progress.ts'
import type { Rule } from './rules.ts'

/** What is still missing, in plain words and small letters: "two more answers", "thanks from one more colleague". */
export function closeWords(
  voice: LocaleContext,
  { rule, missing, parts }: Pick<Reach, 'rule' | 'missing' | 'parts'>,
): string {
  const left = parts.filter((part) => part.missing > 0)
  if (rule.kind === 'all-of')
    return listWords(
      voice.locale,
      left.map((part) => partWords(voice, part.rule, part.missing)),
    )
  const nearest = [...left].sort((one, other) => one.missing - other.missing)[0]
  return nearest ? partWords(voice, nearest.rule, nearest.missing) : leftOf(voice, missing)
}

function leftOf({ t }: LocaleContext, missing: number): string {
  return t('badges.left', { count: missing, number: numberWord(t, missing) })
}

function partWords({ t }: LocaleContext, rule: Rule, missing: number): string {
  const more = (key: string, values: Record<string, number> = {}) =>
    t(`badges.more.${key}`, { count: missing, number: numberWord(t, missing), ...values })
  switch (rule.kind) {
    case 'answers-given':
      if (rule.waited_days !== undefined) return more('answers_waited', { days: rule.waited_days })
      if (rule.to === undefined) return more('answers_given')
      return more(rule.to === 'unanswered' ? 'answers_unanswered' : 'answers_another_pod')
    case 'feedback-given':
      return more(rule.alternative ? 'feedback_alternative' : 'feedback_given')
    case 'things-named':
    case 'set-done':
      return more('things_done')
    default:
      return more(rule.kind.replaceAll('-', '_'))
  }
}
