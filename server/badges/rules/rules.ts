import type { ActivityKind } from '../../activity/categories.ts'
import type { KeptRule } from '../../courses/format/badge-rule-schema.ts'
import { badgeRule } from '../../courses/policy.ts'
import { type KeptPlainRule, kindOf, type PlainRule, RULE_KINDS, type SimpleRule } from './kinds.ts'
import { type FactKind, latestOfAll, type RuleFacts } from './rule-facts.ts'

/** A rule with all it needs to know; the things of a set are those of the cohort's calendar. */
export type Rule = PlainRule | { kind: 'any-of'; rules: SimpleRule[] } | { kind: 'all-of'; rules: SimpleRule[] }

/** The kinds of activity that any rule counts; others cause no statement. */
export const EARNING: ReadonlySet<ActivityKind> = new Set(Object.values(RULE_KINDS).flatMap(({ events }) => events))

/** Reads a rule as a badge keeps it (JSON) and gives it the things of its sets. Throws where it is no rule. */
export function parseRule(json: string, thingsOfSet: (set: string) => readonly string[]): Rule {
  return withThings(badgeRule.parse(JSON.parse(json)), thingsOfSet)
}

/** The rule with the things of its sets. */
export function withThings(rule: KeptRule | Rule, thingsOfSet: (set: string) => readonly string[]): Rule {
  const withOwn = <Kept extends object>(part: Kept) =>
    'set' in part ? { ...part, things: thingsOfSet(String(part.set)) } : part
  if (isCombined(rule)) return { kind: rule.kind, rules: rule.rules.map((part) => withOwn(part) as SimpleRule) }
  return withOwn(rule) as PlainRule
}

export function isCombined<Combined extends { rules: unknown }>(
  rule: Combined | PlainRule | KeptPlainRule,
): rule is Combined {
  return 'rules' in rule
}

/** The rule itself, or the rules that it combines. */
export function partsOf(rule: Rule): readonly PlainRule[] {
  return isCombined(rule) ? rule.rules : [rule]
}

/** Whether people award the badge; no act earns it. */
export const isByPeople = (rule: KeptRule | Rule): boolean => !isCombined(rule) && kindOf(rule).by_people

/** The slugs of the things that a rule asks for by name, or by their set. */
export function thingsIn(rule: Rule): readonly string[] {
  return partsOf(rule).flatMap((part) => ('things' in part && Array.isArray(part.things) ? part.things : []))
}

/** What must have happened for the rule to hold when it did not before. */
export function eventsOf(rule: Rule): readonly ActivityKind[] {
  return [...new Set(partsOf(rule).flatMap((part) => kindOf(part).events))]
}

/** The facts that the rule asks about. */
export function needsOf(rule: Rule): readonly FactKind[] {
  return [...new Set(partsOf(rule).flatMap((part) => kindOf(part).needs))]
}

/** Whether an act of one person may make the rule hold for their whole pod. */
export const isOfPod = (rule: Rule): boolean => needsOf(rule).includes('pod_finished_at')

/** How much is still missing before the rule holds; 0 means earned. */
export function missing(rule: Rule, facts: RuleFacts): number {
  const { done, of } = progressOf(rule, facts)
  return of - done
}

/** The ring of the badge: as many ticks as the rule asks for, and those reached. Of several rules the closest one. */
export function progressOf(rule: Rule, facts: RuleFacts): { done: number; of: number } {
  if (rule.kind === 'any-of') {
    return rule.rules
      .map((part) => progressOf(part, facts))
      .reduce((best, next) => (next.of - next.done < best.of - best.done ? next : best))
  }
  if (rule.kind === 'all-of') {
    const each = rule.rules.map((part) => progressOf(part, facts))
    return { done: sum(each.map(({ done }) => done)), of: sum(each.map(({ of }) => of)) }
  }
  const kind = kindOf(rule)
  const of = kind.needed(rule)
  return { done: Math.min(of, kind.reached(rule, facts).length), of }
}

/** The instant at which the rule held for the first time, had the facts come one after the other; null where it does not. */
export function heldAt(rule: Rule, facts: RuleFacts): string | null {
  if (rule.kind === 'any-of') {
    const times = rule.rules.map((part) => heldAt(part, facts)).filter((at) => at !== null)
    return times.sort()[0] ?? null
  }
  if (rule.kind === 'all-of') {
    return latestOfAll(rule.rules.map((part) => heldAt(part, facts)))
  }
  const kind = kindOf(rule)
  return kind.reached(rule, facts)[kind.needed(rule) - 1] ?? null
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}
