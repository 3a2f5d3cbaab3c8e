import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  eventsOf,
  type Facts,
  missing,
  parseRule,
  progressOf,
  type Rule,
  ruleWords,
} from '../../server/badges/rules.ts'
import words from '../../server/web/locales/en.json' with { type: 'json' }

const nothing: Facts = { done: [], reflections: 0, answers_given: 0 }
const sets: Record<string, readonly string[]> = { 'safe-start': ['a', 'b', 'c'], empty: [] }
const read = (rule: unknown) => parseRule(JSON.stringify(rule), (set) => sets[set] ?? [])

test.each<[string, unknown, Partial<Facts>, number]>([
  ['five things, none done', { kind: 'things-done', count: 5 }, {}, 5],
  ['five things, four done', { kind: 'things-done', count: 5 }, { done: ['a', 'b', 'c', 'd'] }, 1],
  ['five things, six done', { kind: 'things-done', count: 5 }, { done: ['a', 'b', 'c', 'd', 'e', 'f'] }, 0],
  ['two things, the same one told twice', { kind: 'things-done', count: 2 }, { done: ['a', 'a'] }, 1],
  ['a set, one of it and one other done', { kind: 'set-done', set: 'safe-start' }, { done: ['b', 'x'] }, 2],
  ['a set, all done', { kind: 'set-done', set: 'safe-start' }, { done: ['c', 'x', 'a', 'b'] }, 0],
  ['a set of which the cohort has nothing', { kind: 'set-done', set: 'empty' }, { done: ['a'] }, 1],
  ['a first reflection, none written', { kind: 'first-reflection' }, { answers_given: 3 }, 1],
  ['a first reflection, two written', { kind: 'first-reflection' }, { reflections: 2 }, 0],
  ['ten answers, nine given', { kind: 'answers-given', count: 10 }, { answers_given: 9 }, 1],
  ['ten answers, eleven given', { kind: 'answers-given', count: 10 }, { answers_given: 11 }, 0],
])('%s', (_, rule, facts, expected) => {
  expect(missing(read(rule), { ...nothing, ...facts })).toBe(expected)
})

test('the ring shows what is reached of what is asked for', () => {
  expect(progressOf(read({ kind: 'set-done', set: 'safe-start' }), { ...nothing, done: ['a', 'x'] })).toEqual({
    done: 1,
    of: 3,
  })
  expect(progressOf(read({ kind: 'things-done', count: 2 }), { ...nothing, done: ['a', 'b', 'c'] })).toEqual({
    done: 2,
    of: 2,
  })
  expect(progressOf(read({ kind: 'set-done', set: 'empty' }), nothing)).toEqual({ done: 0, of: 1 })
})

test('a rule looks only at what can satisfy it', () => {
  expect(eventsOf(read({ kind: 'answers-given', count: 1 }))).toEqual(['comment.written'])
  expect(eventsOf(read({ kind: 'set-done', set: 'safe-start' }))).toEqual([
    'reflection.published',
    'reflection.edited',
    'thing.completed',
  ])
  expect(eventsOf(read({ kind: 'first-reflection' }))).toEqual(['reflection.published'])
})

test.each([
  ['no JSON', '{'],
  ['an unknown kind', '{"kind":"streak"}'],
  ['a count of none', '{"kind":"things-done","count":0}'],
  ['half a thing', '{"kind":"things-done","count":1.5}'],
  ['a key too many', '{"kind":"first-reflection","count":1}'],
  ['a set without a name', '{"kind":"set-done"}'],
  ['no rule at all', 'null'],
])('%s is no rule', (_, json) => {
  expect(() => parseRule(json, () => [])).toThrow()
})

test('every rule has its sentence among the words', () => {
  const known = words.badges.rule
  const sentences = (rule: unknown) => {
    const { key, values } = ruleWords(read(rule), (set) => `"${set}"`)
    const name = key.replace('badges.rule.', '')
    return [values, Object.keys(known).filter((each) => each === name || each.startsWith(`${name}_`))]
  }
  expect(sentences({ kind: 'things-done', count: 5 })).toEqual([{ count: 5 }, ['things_done_one', 'things_done_other']])
  expect(sentences({ kind: 'set-done', set: 'safe-start' })).toEqual([
    { count: 3, set: '"safe-start"' },
    ['set_done_one', 'set_done_other'],
  ])
  expect(sentences({ kind: 'first-reflection' })).toEqual([{}, ['first_reflection']])
  expect(sentences({ kind: 'answers-given', count: 1 })).toEqual([
    { count: 1 },
    ['answers_given_one', 'answers_given_other'],
  ])
})

const slug = fc.constantFrom(...'abcdefghijklmnopqrstuvw')
const rule: fc.Arbitrary<Rule> = fc.oneof(
  fc.integer({ min: 1, max: 23 }).map((count) => ({ kind: 'things-done' as const, count })),
  fc.uniqueArray(slug).map((things) => ({ kind: 'set-done' as const, set: 'any', things })),
  fc.constant({ kind: 'first-reflection' as const }),
  fc.integer({ min: 1, max: 30 }).map((count) => ({ kind: 'answers-given' as const, count })),
)
const facts: fc.Arbitrary<Facts> = fc.record({
  done: fc.array(slug),
  reflections: fc.nat(40),
  answers_given: fc.nat(40),
})

function together(some: Facts, more: Facts): Facts {
  return {
    done: [...some.done, ...more.done],
    reflections: some.reflections + more.reflections,
    answers_given: some.answers_given + more.answers_given,
  }
}

test('missing is a whole number, never below 0 nor above what is asked for', () => {
  fc.assert(
    fc.property(rule, facts, (each, has) => {
      const left = missing(each, has)
      expect(Number.isInteger(left) && left >= 0 && left <= progressOf(each, has).of).toBe(true)
    }),
  )
})

test('nothing is missing exactly when the ring is full, and a ring is never empty from the start', () => {
  fc.assert(
    fc.property(rule, facts, (each, has) => {
      const { done, of } = progressOf(each, has)
      expect(missing(each, has) === 0).toBe(done === of)
      expect(of).toBeGreaterThan(0)
      expect(missing(each, nothing)).toBe(of)
    }),
  )
})

test('doing more never takes a badge further away', () => {
  fc.assert(
    fc.property(rule, facts, facts, (each, some, more) => {
      expect(missing(each, together(some, more))).toBeLessThanOrEqual(missing(each, some))
    }),
  )
})

test('the order in which things were done does not matter', () => {
  fc.assert(
    fc.property(rule, facts, (each, has) => {
      expect(missing(each, { ...has, done: has.done.toReversed() })).toBe(missing(each, has))
    }),
  )
})
