import { z } from 'zod'
import { field, keys, line, list, named, oneOf, whole } from './schema-fields.ts'

/** What a badge asks for, as a course folder, the database and a form say it. Never speed, never the number of words. */

export const SIMPLE_KINDS = [
  'set-done',
  'things-done',
  'things-named',
  'first-reflection',
  'first-to-write',
  'pictures',
  'answers-given',
  'cheers-received',
  'weeks-with-post',
  'came-back',
  'all-depths',
  'feedback-given',
  'pod-finished',
] as const
/** Given by people; no act earns them by itself. */
const PERSONAL_KINDS = ['by-hand', 'judged'] as const
const NESTED_KINDS = ['any-of', 'all-of'] as const
export const RULE_KINDS = [...SIMPLE_KINDS, ...PERSONAL_KINDS, ...NESTED_KINDS] as const
type RuleKind = (typeof RULE_KINDS)[number]
const ANSWERED = ['unanswered', 'another-pod'] as const
const MOST_PARTS = 8

const yes = (words: string) =>
  field<true>(`true, for ${words}; without the key it does not matter`, (value) => value === true)
const kind = <const Kind extends RuleKind>(name: Kind) => z.literal(name)
const oneKindOf = (kinds: readonly string[]) => ({
  error: (issue: { code?: string }) =>
    `${issue.code === 'invalid_union' ? '' : 'a rule with a kind: '}one of ${kinds.join(', ')}`,
})

const SIMPLE = [
  keys('a set-done rule', { kind: kind('set-done'), set: named('safe-start') }),
  keys('a things-done rule', { kind: kind('things-done'), count: whole(1, 99) }),
  keys('a things-named rule', { kind: kind('things-named'), things: list('things', named('maps'), 1) }),
  keys('a first-reflection rule', { kind: kind('first-reflection') }),
  keys('a first-to-write rule', { kind: kind('first-to-write') }),
  keys('a pictures rule', { kind: kind('pictures'), count: whole(1, 99) }),
  keys('an answers-given rule', {
    kind: kind('answers-given'),
    count: whole(1, 1000),
    to: oneOf(ANSWERED).exactOptional(),
    waited_days: whole(1, 60).exactOptional(),
  }),
  keys('a cheers-received rule', { kind: kind('cheers-received'), people: whole(1, 1000) }),
  keys('a weeks-with-post rule', { kind: kind('weeks-with-post'), count: whole(1, 60) }),
  keys('a came-back rule', {
    kind: kind('came-back'),
    weeks: whole(1, 20),
    answered_first: yes('an answer to somebody before a reflection').exactOptional(),
  }),
  keys('an all-depths rule', { kind: kind('all-depths'), things: whole(1, 99) }),
  keys('a feedback-given rule', {
    kind: kind('feedback-given'),
    count: whole(1, 99),
    alternative: yes('feedback that names something else to use').exactOptional(),
  }),
  keys('a pod-finished rule', { kind: kind('pod-finished') }),
] as const

const simpleRuleShape = z.discriminatedUnion('kind', SIMPLE, oneKindOf(SIMPLE_KINDS))

const parts = list('rules', simpleRuleShape, 2).max(MOST_PARTS, { error: `at most ${MOST_PARTS} rules` })

export const ruleShape = z.discriminatedUnion(
  'kind',
  [
    ...SIMPLE,
    keys('a by-hand rule', { kind: kind('by-hand') }),
    keys('a judged rule', { kind: kind('judged'), ask: line(300) }),
    keys('an any-of rule', { kind: kind('any-of'), rules: parts }),
    keys('an all-of rule', { kind: kind('all-of'), rules: parts }),
  ],
  oneKindOf(RULE_KINDS),
)

/** A rule as it is kept. */
export type KeptRule = z.infer<typeof ruleShape>
export type KeptSimpleRule = z.infer<typeof simpleRuleShape>
