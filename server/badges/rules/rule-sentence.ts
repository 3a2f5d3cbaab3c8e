import type { LocaleContext } from '../../web/render/page-context.ts'
import { listWords } from '../../web/text/phrases.ts'
import type { Badge } from './rule-progress.ts'
import { type PersonalRule, partsOf, type Rule, type SimpleRule } from './rules.ts'

/** What a rule's sentence calls things and sets, by their slugs. */
export interface Titles {
  set: (slug: string) => string
  thing: (slug: string) => string
}

/** "Earned by finishing all five things of Safe start. A thing is done when ..." */
export function ruleSentence(voice: Pick<LocaleContext, 't' | 'locale'>, rule: Rule, titles: Titles): string {
  const { t, locale } = voice
  switch (rule.kind) {
    case 'by-hand':
      return t('badges.rule.by_hand')
    case 'judged':
      return t('badges.rule.judged', { ask: rule.ask })
    case 'any-of':
    case 'all-of': {
      const clauses = rule.rules.map((part) => clause(voice, part, titles))
      const [key, join] = rule.kind === 'any-of' ? (['any_of', 'or'] as const) : (['all_of', 'and'] as const)
      return withDone(voice, rule, t(`badges.rule.${key}`, { clauses: listWords(locale, clauses, join) }))
    }
    default:
      return withDone(voice, rule, t('badges.rule.earned', { clause: clause(voice, rule, titles) }))
  }
}

/** "What happens from 1 to 30 September counts." Null where it always does. */
export function spanSentence(
  { t, dates }: LocaleContext,
  { counts_from, counts_until }: Pick<Badge, 'counts_from' | 'counts_until'>,
): string | null {
  const values = { from: counts_from && dates.full(counts_from), until: counts_until && dates.full(counts_until) }
  if (counts_from !== null && counts_until !== null) return t('badges.rule.between', values)
  if (counts_from !== null) return t('badges.rule.from', values)
  return counts_until === null ? null : t('badges.rule.until', values)
}

function withDone({ t }: Pick<LocaleContext, 't'>, rule: Rule, sentence: string): string {
  const counts = partsOf(rule).flatMap((part) => {
    if (part.kind === 'set-done' || part.kind === 'things-named') return [part.things.length]
    return part.kind === 'things-done' ? [part.count] : []
  })
  return counts.length === 0 ? sentence : `${sentence} ${t('badges.rule.done', { count: Math.max(...counts) })}`
}

function clause(
  { t, locale }: Pick<LocaleContext, 't' | 'locale'>,
  rule: Exclude<SimpleRule, PersonalRule>,
  titles: Titles,
): string {
  const say = (key: string, values: Record<string, string | number> = {}) => t(`badges.rule.clause.${key}`, values)
  switch (rule.kind) {
    case 'things-done':
      return say('things_done', { count: rule.count })
    case 'things-named':
      return say('things_named', {
        count: rule.things.length,
        things: listWords(locale, rule.things.map(titles.thing)),
      })
    case 'set-done':
      return say('set_done', { count: rule.things.length, set: titles.set(rule.set) })
    case 'first-reflection':
      return say('first_reflection')
    case 'first-to-write':
      return say('first_to_write')
    case 'pictures':
      return say('pictures', { count: rule.count })
    case 'answers-given':
      return answersClause(say, rule)
    case 'cheers-received':
      return say('cheers_received', { count: rule.people })
    case 'weeks-with-post':
      return say('weeks_with_post', { count: rule.count })
    case 'came-back':
      return say(rule.answered_first ? 'came_back_answered' : 'came_back', { count: rule.weeks })
    case 'all-depths':
      return say('all_depths', { count: rule.things })
    case 'feedback-given':
      return say(rule.alternative ? 'feedback_alternative' : 'feedback_given', { count: rule.count })
    case 'pod-finished':
      return say('pod_finished')
  }
}

function answersClause(
  say: (key: string, values: Record<string, string | number>) => string,
  { count, to, waited_days }: Extract<SimpleRule, { kind: 'answers-given' }>,
): string {
  if (waited_days !== undefined) return say('answers_waited', { count, days: waited_days })
  if (to === 'unanswered') return say('answers_unanswered', { count })
  return say(to === 'another-pod' ? 'answers_another_pod' : 'answers_given', { count })
}
