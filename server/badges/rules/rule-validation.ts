import { kindOf, type PlainRule } from './kinds.ts'
import type { RuleMessage } from './rule-fields.ts'
import type { RuleContext } from './rule-kind.ts'
import { partsOf, type Rule } from './rules.ts'

/**
 * What speaks against a rule: refused is what could never hold, warned what may not be meant so. Sentences are in
 * `badges.problem`.
 */
export function ruleProblems(rule: Rule, context: RuleContext): { refused: RuleMessage[]; warned: RuleMessage[] } {
  const parts = partsOf(rule)
  const refused = [...parts.flatMap((part) => impossible(part, context)), ...repeated(parts), ...spanProblems(context)]
  const warned = [
    ...(rule.kind === 'any-of' && parts.some(isEasy) ? [{ key: 'any_is_first' }] : []),
    ...odd(parts, context),
  ]
  return { refused: refused.map(asProblem), warned: warned.map(asProblem) }
}

const asProblem = ({ key, values = {} }: RuleMessage): RuleMessage => ({ key: `badges.problem.${key}`, values })
const asksPods = (part: PlainRule): boolean => kindOf(part).asks_pods?.(part) ?? false
const isEasy = (part: PlainRule): boolean => kindOf(part).easy?.(part) ?? false

/** Why this rule by itself could never hold. */
function impossible(rule: PlainRule, context: RuleContext): RuleMessage[] {
  const no_pods = asksPods(rule) && context.cohort && !context.cohort.has_pods
  return [...(kindOf(rule).problems?.(rule, context) ?? []), ...(no_pods ? [{ key: 'no_pods' }] : [])]
}

function repeated(parts: readonly PlainRule[]): RuleMessage[] {
  const texts = parts.map((part) => JSON.stringify(part))
  return new Set(texts).size < texts.length ? [{ key: 'twice' }] : []
}

function spanProblems({ counts_from, counts_until, cohort }: RuleContext): RuleMessage[] {
  if (counts_from !== null && counts_until !== null && counts_until < counts_from) return [{ key: 'span_backwards' }]
  if (cohort && counts_until !== null && counts_until < cohort.starts_on) return [{ key: 'span_before' }]
  return []
}

function odd(parts: readonly PlainRule[], { cohort, counts_from, counts_until }: RuleContext): RuleMessage[] {
  if (cohort !== null) return []
  return [
    ...(parts.some(asksPods) ? [{ key: 'needs_pods' }] : []),
    ...(counts_from !== null || counts_until !== null ? [{ key: 'span_for_all' }] : []),
  ]
}
