import type { LocaleContext } from '../../web/render/page-context.ts'
import { listWords, numberWord } from '../../web/text/phrases.ts'
import { kindOf, type PlainRule } from './kinds.ts'
import type { RuleTitles, SayPhrase } from './rule-kind.ts'
import { isCombined, partsOf, type Rule } from './rules.ts'

type SentenceContext = Pick<LocaleContext, 't' | 'locale'>

/** "Earned by finishing all five things of Safe start. A thing is done when ..." */
export function ruleSentence(context: SentenceContext, rule: Rule, titles: RuleTitles): string {
  const { t, locale } = context
  if (isCombined(rule)) {
    const clauses = rule.rules.map((part) => clauseOf(context, part, titles))
    const [key, join] = rule.kind === 'any-of' ? (['any_of', 'or'] as const) : (['all_of', 'and'] as const)
    return withDone(context, rule, t(`badges.rule.${key}`, { clauses: listWords(locale, clauses, join) }))
  }
  const clause = clauseOf(context, rule, titles)
  return kindOf(rule).by_people ? clause : withDone(context, rule, t('badges.rule.earned', { clause }))
}

function clauseOf({ t, locale }: SentenceContext, rule: PlainRule, titles: RuleTitles): string {
  const kind = kindOf(rule)
  const say = phrases(t, (key) => (kind.by_people ? `badges.rule.${key}` : `badges.rule.clause.${key}`))
  return kind.clause(rule, say, { titles, list: (words) => listWords(locale, words) })
}

/** @param fullKey where in the locale files the phrases stand */
export function phrases(t: LocaleContext['t'], fullKey: (key: string) => string, always = {}): SayPhrase {
  return (key, values = {}) => {
    const all: typeof values = { ...always, ...values }
    return t(fullKey(key), { ...all, ...('count' in all && { number: numberWord(t, Number(all['count'])) }) })
  }
}

/** "What happens from 1 to 30 September counts." Null where it always does. */
export function spanSentence(
  { t, dates }: LocaleContext,
  { counts_from, counts_until }: { counts_from: string | null; counts_until: string | null },
): string | null {
  const values = { from: counts_from && dates.full(counts_from), until: counts_until && dates.full(counts_until) }
  if (counts_from !== null && counts_until !== null) return t('badges.rule.between', values)
  if (counts_from !== null) return t('badges.rule.from', values)
  return counts_until === null ? null : t('badges.rule.until', values)
}

function withDone({ t }: SentenceContext, rule: Rule, sentence: string): string {
  const counts = partsOf(rule)
    .map((part) => kindOf(part).things?.(part))
    .filter((count) => count !== undefined)
  return counts.length === 0 ? sentence : `${sentence} ${t('badges.rule.done', { count: Math.max(...counts) })}`
}
