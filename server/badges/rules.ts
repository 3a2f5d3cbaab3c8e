import { z } from 'zod'
import type { ActivityKind } from '../activity/activity.ts'

/** A rule with all it needs to know; the things of a set are those of the cohort's calendar. */
export type Rule =
  | { kind: 'things-done'; count: number }
  | { kind: 'set-done'; set: string; things: readonly string[] }
  | { kind: 'first-reflection' }
  | { kind: 'answers-given'; count: number }

/** What one person did in one cohort: slugs of things done, published reflections, answers to others. */
export type Facts = { done: readonly string[]; reflections: number; answers_given: number }

const count = z.int().min(1)
const storedRule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('things-done'), count }),
  z.strictObject({ kind: z.literal('set-done'), set: z.string().min(1) }),
  z.strictObject({ kind: z.literal('first-reflection') }),
  z.strictObject({ kind: z.literal('answers-given'), count }),
])

/** What may make a thing done; an edit where the course asks for so many words. */
const DOING: readonly ActivityKind[] = ['reflection.published', 'reflection.edited', 'thing.completed']

const EVENTS: Record<Rule['kind'], readonly ActivityKind[]> = {
  'things-done': DOING,
  'set-done': DOING,
  'first-reflection': ['reflection.published'],
  'answers-given': ['comment.written'],
}

/** Reads a rule as a badge keeps it (JSON) and gives it the things of its set. Throws on what is no rule. */
export function parseRule(json: string, thingsOfSet: (set: string) => readonly string[]): Rule {
  const rule = storedRule.parse(JSON.parse(json))
  return rule.kind === 'set-done' ? { ...rule, things: thingsOfSet(rule.set) } : rule
}

/** How much is still missing before the rule holds; 0 means earned. */
export function missing(rule: Rule, facts: Facts): number {
  const done = new Set(facts.done)
  switch (rule.kind) {
    case 'things-done':
      return Math.max(0, rule.count - done.size)
    case 'set-done':
      return needed(rule) - rule.things.filter((thing) => done.has(thing)).length
    case 'first-reflection':
      return facts.reflections > 0 ? 0 : 1
    case 'answers-given':
      return Math.max(0, rule.count - facts.answers_given)
  }
}

/** The ring of the badge: as many ticks as the rule asks for, and those reached. */
export function progressOf(rule: Rule, facts: Facts): { done: number; of: number } {
  const of = needed(rule)
  return { done: of - missing(rule, facts), of }
}

/** What must have happened for the rule to hold when it did not before. */
export function eventsOf(rule: Rule): readonly ActivityKind[] {
  return EVENTS[rule.kind]
}

/** The rule as a sentence of the locale files: key and values. */
export function ruleWords(
  rule: Rule,
  titleOfSet: (set: string) => string,
): { key: string; values: Record<string, string | number> } {
  switch (rule.kind) {
    case 'things-done':
      return { key: 'badges.rule.things_done', values: { count: rule.count } }
    case 'set-done':
      return { key: 'badges.rule.set_done', values: { count: rule.things.length, set: titleOfSet(rule.set) } }
    case 'first-reflection':
      return { key: 'badges.rule.first_reflection', values: {} }
    case 'answers-given':
      return { key: 'badges.rule.answers_given', values: { count: rule.count } }
  }
}

function needed(rule: Rule): number {
  switch (rule.kind) {
    case 'things-done':
    case 'answers-given':
      return rule.count
    case 'first-reflection':
      return 1
    case 'set-done':
      // a set without things in this cohort cannot be earned by doing nothing
      return Math.max(1, rule.things.length)
  }
}
