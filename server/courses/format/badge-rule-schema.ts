import { z } from 'zod'
import { type KeptPlainRule, type KeptSimpleRule, RULE_KINDS } from '../../badges/rules/kinds.ts'
import type { RuleKind } from '../../badges/rules/rule-kind.ts'
import { keys, list } from './schema-fields.ts'

/** A rule as a course folder, the database and a form have it. */
export type KeptRule =
  | KeptPlainRule
  | { kind: 'any-of'; rules: KeptSimpleRule[] }
  | { kind: 'all-of'; rules: KeptSimpleRule[] }

const MOST_PARTS = 8

/** What a badge may ask for: a rule of one of these kinds, or several of them together. */
export function ruleSchema(kinds: Readonly<Record<string, RuleKind>>): z.ZodType<KeptRule> {
  const all = Object.values(kinds)
  const simple = all.filter(({ by_people }) => !by_people)
  const parts = list('rules', oneKindOf(simple), 2).max(MOST_PARTS, { error: `at most ${MOST_PARTS} rules` })
  const combined = (['any-of', 'all-of'] as const).map((name) => ({
    name,
    schema: keys(`an ${name} rule`, { kind: z.literal(name), rules: parts }),
  }))
  return oneKindOf([...all, ...combined]) as z.ZodType<unknown> as z.ZodType<KeptRule>
}

function oneKindOf(kinds: readonly Pick<RuleKind, 'name' | 'schema'>[]) {
  const names = kinds.map(({ name }) => name).join(', ')
  return z.discriminatedUnion('kind', kinds.map(({ schema }) => schema) as [z.ZodObject, ...z.ZodObject[]], {
    error: (issue) => `${issue.code === 'invalid_union' ? '' : 'a rule with a kind: '}one of ${names}`,
  })
}

export const ruleShape = ruleSchema(RULE_KINDS)
