import type { ActivityKind } from '../../activity/activity.ts'
import type { KeptRule, KeptSimpleRule } from '../../courses/format/badge-rule-schema.ts'
import { badgeRule } from '../../courses/policy.ts'

/** A rule with all it needs to know; the things of a set are those of the cohort's calendar. */
export type SimpleRule =
  | Exclude<KeptSimpleRule, { kind: 'set-done' }>
  | { kind: 'set-done'; set: string; things: readonly string[] }
/** Given by people. */
export type PersonalRule = Extract<KeptRule, { kind: 'by-hand' | 'judged' }>
export type Rule =
  | SimpleRule
  | PersonalRule
  | { kind: 'any-of'; rules: SimpleRule[] }
  | { kind: 'all-of'; rules: SimpleRule[] }

/** What one person did in one cohort; `at` is the instant, as it is stored. Things by their slug, a thing once. */
export interface RuleFacts {
  done: readonly { thing: string; at: string }[]
  /** `first`: nobody in the cohort had written about the thing. */
  reflections: readonly { at: string; pictured: boolean; first: boolean; week: number }[]
  /** Given to others. `waited_days`: how long the reflection had been there; 0 where somebody had answered it. */
  answers: readonly { at: string; unanswered: boolean; waited_days: number; another_pod: boolean }[]
  cheers: readonly { by: number; at: string }[]
  /** Things of which something of every depth has been tried. */
  depths: readonly { thing: string; at: string }[]
  feedback: readonly { at: string; alternative: boolean }[]
  /** Each time she was back after silent weeks: how many, and when she wrote. `answered_at`: she answered somebody first. */
  returns: readonly { weeks: number; posted_at: string | null; answered_at: string | null }[]
  /** When the last of her pod had reached the goal; null before that, or without a pod. */
  pod_finished_at: string | null
}
export type FactKind = keyof RuleFacts

export const NO_FACTS: RuleFacts = {
  done: [],
  reflections: [],
  answers: [],
  cheers: [],
  depths: [],
  feedback: [],
  returns: [],
  pod_finished_at: null,
}

/** From when until before when something counts; null on a side that is open. */
export interface TimeSpan {
  from: string | null
  until: string | null
}

/** What may make a thing done; an edit where the course asks for so many words. */
const DOING: readonly ActivityKind[] = ['reflection.published', 'reflection.edited', 'thing.completed']

const EVENTS: Record<Rule['kind'], readonly ActivityKind[]> = {
  'things-done': DOING,
  'things-named': DOING,
  'set-done': DOING,
  'pod-finished': DOING,
  'first-reflection': ['reflection.published'],
  'first-to-write': ['reflection.published'],
  'weeks-with-post': ['reflection.published'],
  'came-back': ['reflection.published', 'comment.written'],
  pictures: ['reflection.published', 'reflection.edited'],
  'answers-given': ['comment.written'],
  'cheers-received': ['cheer.given'],
  'all-depths': ['step.ticked'],
  'feedback-given': ['pulse.given', 'thing.reported'],
  'by-hand': [],
  judged: [],
  'any-of': [],
  'all-of': [],
}

/** The acts that any rule looks at; everything else passes without a statement. */
export const EARNING: ReadonlySet<ActivityKind> = new Set(Object.values(EVENTS).flat())

const NEEDS: Record<Rule['kind'], readonly FactKind[]> = {
  'things-done': ['done'],
  'things-named': ['done'],
  'set-done': ['done'],
  'pod-finished': ['pod_finished_at'],
  'first-reflection': ['reflections'],
  'first-to-write': ['reflections'],
  'weeks-with-post': ['reflections'],
  'came-back': ['returns'],
  pictures: ['reflections'],
  'answers-given': ['answers'],
  'cheers-received': ['cheers'],
  'all-depths': ['depths'],
  'feedback-given': ['feedback'],
  'by-hand': [],
  judged: [],
  'any-of': [],
  'all-of': [],
}

/** Reads a rule as a badge keeps it (JSON) and gives it the things of its set. Throws on what is no rule. */
export function parseRule(json: string, thingsOfSet: (set: string) => readonly string[]): Rule {
  return withThings(badgeRule.parse(JSON.parse(json)), thingsOfSet)
}

/** The rule with the things of its sets. */
export function withThings(rule: KeptRule | Rule, thingsOfSet: (set: string) => readonly string[]): Rule {
  if (rule.kind === 'set-done') return { kind: rule.kind, set: rule.set, things: thingsOfSet(rule.set) }
  if (rule.kind !== 'any-of' && rule.kind !== 'all-of') return rule
  return {
    kind: rule.kind,
    rules: rule.rules.map((part) =>
      part.kind === 'set-done' ? { kind: part.kind, set: part.set, things: thingsOfSet(part.set) } : part,
    ),
  }
}

/** The rule itself, or the rules that it puts together. */
export function partsOf(rule: Rule): readonly Rule[] {
  return rule.kind === 'any-of' || rule.kind === 'all-of' ? rule.rules : [rule]
}

/** What must have happened for the rule to hold when it did not before. */
export function eventsOf(rule: Rule): readonly ActivityKind[] {
  return [...new Set(partsOf(rule).flatMap(({ kind }) => EVENTS[kind]))]
}

/** What the rule asks about. */
export function needsOf(rule: Rule): readonly FactKind[] {
  return [...new Set(partsOf(rule).flatMap(({ kind }) => NEEDS[kind]))]
}

/** Whether an act of one person may make the rule hold for her whole pod. */
export const isOfPod = (rule: Rule): boolean => partsOf(rule).some(({ kind }) => kind === 'pod-finished')

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
  const of = neededOf(rule)
  return { done: Math.min(of, reached(rule, facts).length), of }
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
  return reached(rule, facts)[neededOf(rule) - 1] ?? null
}

/** When the last of several had come; null while one of them is missing. */
export function latestOfAll(times: readonly (string | null | undefined)[]): string | null {
  const known = times.filter((at) => typeof at === 'string').sort()
  return known.length === times.length ? (known.at(-1) ?? null) : null
}

/** What of the facts happened within a span. */
export function within(facts: RuleFacts, { from, until }: TimeSpan): RuleFacts {
  if (from === null && until === null) return facts
  const fits = (at: string | null) => at !== null && (from === null || at >= from) && (until === null || at < until)
  const inside = <Fact extends { at: string }>(all: readonly Fact[]) => all.filter(({ at }) => fits(at))
  return {
    done: inside(facts.done),
    reflections: inside(facts.reflections),
    answers: inside(facts.answers),
    cheers: inside(facts.cheers),
    depths: inside(facts.depths),
    feedback: inside(facts.feedback),
    returns: facts.returns.map(({ weeks, posted_at, answered_at }) => ({
      weeks,
      posted_at: fits(posted_at) ? posted_at : null,
      answered_at: fits(answered_at) ? answered_at : null,
    })),
    pod_finished_at: fits(facts.pod_finished_at) ? facts.pod_finished_at : null,
  }
}

/** When each of what the rule counts was reached, in order. */
function reached(rule: SimpleRule | PersonalRule, facts: RuleFacts): string[] {
  switch (rule.kind) {
    case 'things-done':
      return inOrder(facts.done)
    case 'things-named':
      return inOrder(facts.done.filter(({ thing }) => rule.things.includes(thing)))
    case 'set-done':
      return inOrder(facts.done.filter(({ thing }) => rule.things.includes(thing)))
    case 'first-reflection':
      return inOrder(facts.reflections)
    case 'first-to-write':
      return inOrder(facts.reflections.filter(({ first }) => first))
    case 'pictures':
      return inOrder(facts.reflections.filter(({ pictured }) => pictured))
    case 'answers-given':
      return inOrder(facts.answers.filter((answer) => counts(rule, answer)))
    case 'cheers-received':
      return inOrder(firstOf(facts.cheers, ({ by }) => by))
    case 'weeks-with-post':
      return inOrder(firstOf(facts.reflections, ({ week }) => week))
    case 'came-back':
      return facts.returns
        .filter(({ weeks }) => weeks >= rule.weeks)
        .map(({ posted_at, answered_at }) => (rule.answered_first ? answered_at : posted_at))
        .filter((at) => at !== null)
        .sort()
    case 'all-depths':
      return inOrder(facts.depths)
    case 'feedback-given':
      return inOrder(facts.feedback.filter(({ alternative }) => alternative || !rule.alternative))
    case 'pod-finished':
      return facts.pod_finished_at === null ? [] : [facts.pod_finished_at]
    case 'by-hand':
    case 'judged':
      return []
  }
}

function neededOf(rule: SimpleRule | PersonalRule): number {
  switch (rule.kind) {
    case 'things-done':
    case 'pictures':
    case 'answers-given':
    case 'weeks-with-post':
    case 'feedback-given':
      return rule.count
    case 'cheers-received':
      return rule.people
    case 'all-depths':
      return rule.things
    case 'things-named':
    case 'set-done':
      // a set without things in this cohort cannot be earned by doing nothing
      return Math.max(1, new Set(rule.things).size)
    case 'first-reflection':
    case 'first-to-write':
    case 'came-back':
    case 'pod-finished':
    case 'by-hand':
    case 'judged':
      return 1
  }
}

function counts(
  { to, waited_days = 0 }: Extract<Rule, { kind: 'answers-given' }>,
  answer: RuleFacts['answers'][number],
): boolean {
  if (to === 'unanswered' && !answer.unanswered) return false
  if (to === 'another-pod' && !answer.another_pod) return false
  return answer.waited_days >= waited_days
}

function inOrder(facts: readonly { at: string }[]): string[] {
  return facts.map(({ at }) => at).sort()
}

/** Of each kind the first one. */
function firstOf<Fact extends { at: string }>(facts: readonly Fact[], kindOf: (fact: Fact) => number): Fact[] {
  const first = new Map<number, Fact>()
  for (const fact of facts) {
    const known = first.get(kindOf(fact))
    if (!known || fact.at < known.at) first.set(kindOf(fact), fact)
  }
  return [...first.values()]
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}
