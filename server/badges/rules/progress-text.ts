import type { LocaleContext } from '../../web/render/page-context.ts'
import { listWords, numberWord } from '../../web/text/phrases.ts'
import { kindOf, type PlainRule } from './kinds.ts'
import type { BadgeProgress } from './rule-progress.ts'
import { phrases } from './rule-sentence.ts'

/** What is still missing, beginning with a small letter: "two more answers", "thanks from one more colleague". */
export function remainingText(
  voice: LocaleContext,
  { rule, missing, parts }: Pick<BadgeProgress, 'rule' | 'missing' | 'parts'>,
): string {
  const left = parts.filter((part) => part.missing > 0)
  if (rule.kind === 'all-of')
    return listWords(
      voice.locale,
      left.map((part) => partWords(voice, part.rule, part.missing)),
    )
  const nearest = [...left].sort((one, other) => one.missing - other.missing)[0]
  return nearest ? partWords(voice, nearest.rule, nearest.missing) : thingsLeftText(voice, missing)
}

/** "four to go". */
export function thingsLeftText({ t }: LocaleContext, missing: number): string {
  return t('badges.left', { count: missing, number: numberWord(t, missing) })
}

function partWords({ t }: LocaleContext, rule: PlainRule, missing: number): string {
  const kind = kindOf(rule)
  const say = phrases(t, (key) => `badges.more.${key}`, { count: missing })
  return kind.more?.(rule, say) ?? say(kind.name.replaceAll('-', '_'))
}
