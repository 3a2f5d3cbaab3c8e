import { expect, test } from 'vitest'
import type { RuleContext } from '../../server/badges/rules/rule-kind.ts'
import { ruleProblems } from '../../server/badges/rules/rule-validation.ts'
import type { Rule } from '../../server/badges/rules/rules.ts'
import words from '../../server/web/locales/en.json' with { type: 'json' }

const thing = (slug: string, set: string, ...depths: string[]) => ({
  slug,
  set: { slug: set },
  steps: depths.map((depth) => ({ depth })),
})
const course: RuleContext = {
  content: {
    sets: [{ slug: 'safe-start' }, { slug: 'empty' }],
    things: [
      thing('a', 'safe-start', 'start', 'more'),
      thing('b', 'safe-start', 'start'),
      thing('c', 'safe-start', 'start'),
    ],
  },
  counts_from: null,
  counts_until: null,
  cohort: null,
}
const cohort = { starts_on: '2026-03-02', ends_on: '2026-03-22', has_pods: false }
const keys = (list: { key: string }[]) => list.map(({ key }) => key.replace('badges.problem.', ''))
const problems = (rule: Rule, context: Partial<RuleContext> = {}) => {
  const { refused, warned } = ruleProblems(rule, { ...course, ...context })
  return { refused: keys(refused), warned: keys(warned) }
}
const first: Rule = { kind: 'first-reflection' }

test.each<[string, Rule, Partial<RuleContext>, string]>([
  ['more things than there are', { kind: 'things-done', count: 4 }, {}, 'too_many'],
  ['more pictures than there are things', { kind: 'pictures', count: 4 }, {}, 'too_many'],
  ['more weeks with a post than there are things', { kind: 'weeks-with-post', count: 4 }, {}, 'too_many'],
  ['a thing that is not there', { kind: 'things-named', things: ['a', 'x'] }, {}, 'no_thing'],
  ['a set that is not there', { kind: 'set-done', set: 'x', things: [] }, {}, 'no_set'],
  ['a set without things', { kind: 'set-done', set: 'empty', things: [] }, {}, 'empty_set'],
  ['all depths of more things than have some', { kind: 'all-depths', things: 2 }, {}, 'no_depths'],
  ['two silent weeks of three', { kind: 'came-back', weeks: 2 }, { cohort }, 'too_short'],
  ['a pod where there are none', { kind: 'pod-finished' }, { cohort }, 'no_pods'],
  ['another pod where there are none', { kind: 'answers-given', count: 1, to: 'another-pod' }, { cohort }, 'no_pods'],
  ['the same twice', { kind: 'any-of', rules: [{ kind: 'pod-finished' }, { kind: 'pod-finished' }] }, {}, 'twice'],
  [
    'days that end before they begin',
    first,
    { counts_from: '2026-03-02', counts_until: '2026-03-01' },
    'span_backwards',
  ],
  ['days before the cohort', first, { cohort, counts_until: '2026-03-01' }, 'span_before'],
  [
    'a part that can never hold',
    { kind: 'all-of', rules: [{ kind: 'first-reflection' }, { kind: 'pictures', count: 9 }] },
    {},
    'too_many',
  ],
])('%s is refused', (_, rule, context, expected) => {
  expect(problems(rule, context).refused).toEqual([expected])
})

test.each<[string, Rule, Partial<RuleContext>, string]>([
  [
    'a choice that everybody has at once',
    { kind: 'any-of', rules: [{ kind: 'first-reflection' }, { kind: 'pictures', count: 3 }] },
    {},
    'any_is_first',
  ],
  ['a rule about pods for all cohorts', { kind: 'pod-finished' }, {}, 'needs_pods'],
  ['days for all cohorts', first, { counts_from: '2026-03-02' }, 'span_for_all'],
])('%s is warned of', (_, rule, context, expected) => {
  expect(problems(rule, context)).toEqual({ refused: [], warned: [expected] })
})

test.each<Rule>([
  first,
  { kind: 'things-done', count: 3 },
  { kind: 'things-named', things: ['a', 'b'] },
  { kind: 'set-done', set: 'safe-start', things: ['a', 'b', 'c'] },
  { kind: 'all-depths', things: 1 },
  { kind: 'by-hand' },
  { kind: 'all-of', rules: [{ kind: 'first-reflection' }, { kind: 'pictures', count: 3 }] },
])('nothing speaks against %j', (rule) => {
  expect(problems(rule)).toEqual({ refused: [], warned: [] })
})

test('every problem has its sentence', () => {
  const known = Object.keys(words.badges.problem).map((key) => key.replace(/_(zero|one|other)$/, ''))
  const told = [
    ...ruleProblems({ kind: 'things-done', count: 4 }, course).refused,
    ...ruleProblems({ kind: 'all-depths', things: 4 }, course).refused,
    ...ruleProblems({ kind: 'pod-finished' }, course).warned,
  ]
  expect(keys(told).filter((key) => !known.includes(key))).toEqual([])
})
