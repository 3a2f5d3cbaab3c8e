import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RULE_KINDS, type SimpleRule } from '../../server/badges/rules/kinds.ts'
import { NO_FACTS, type RuleFacts, within } from '../../server/badges/rules/rule-facts.ts'
import { ruleSentence } from '../../server/badges/rules/rule-sentence.ts'
import { eventsOf, heldAt, missing, parseRule, progressOf, type Rule } from '../../server/badges/rules/rules.ts'
import { datesFor } from '../../server/web/text/dates.ts'
import { loadTranslations } from '../../server/web/text/i18n.ts'

const sets: Record<string, readonly string[]> = { 'safe-start': ['a', 'b', 'c'], empty: [] }
const read = (rule: unknown) => parseRule(JSON.stringify(rule), (set) => sets[set] ?? [])

const day = (number: number) =>
  Temporal.Instant.fromEpochMilliseconds(number * 86_400_000).toString({ fractionalSecondDigits: 3 })
const doneIn = (...things: string[]): Partial<RuleFacts> => ({
  done: things.map((thing, at) => ({ thing, at: day(at) })),
})
const wrote = (count: number, more: Partial<RuleFacts['reflections'][number]> = {}): Partial<RuleFacts> => ({
  reflections: Array.from({ length: count }, (_, at) => ({
    at: day(at),
    pictured: false,
    first: false,
    week: at,
    ...more,
  })),
})
const answered = (count: number, more: Partial<RuleFacts['answers'][number]> = {}): Partial<RuleFacts> => ({
  answers: Array.from({ length: count }, (_, at) => ({
    at: day(at),
    unanswered: false,
    waited_days: 0,
    another_pod: false,
    ...more,
  })),
})
const back = (weeks: number, answered_at: string | null = null): Partial<RuleFacts> => ({
  returns: [{ weeks, posted_at: day(30), answered_at }],
})

test.each<[string, unknown, Partial<RuleFacts>, number]>([
  ['five things, none done', { kind: 'things-done', count: 5 }, {}, 5],
  ['five things, four done', { kind: 'things-done', count: 5 }, doneIn('a', 'b', 'c', 'd'), 1],
  ['five things, six done', { kind: 'things-done', count: 5 }, doneIn('a', 'b', 'c', 'd', 'e', 'f'), 0],
  ['a set, one of it and one other done', { kind: 'set-done', set: 'safe-start' }, doneIn('b', 'x'), 2],
  ['a set, all done', { kind: 'set-done', set: 'safe-start' }, doneIn('c', 'x', 'a', 'b'), 0],
  ['a set of which the cohort has nothing', { kind: 'set-done', set: 'empty' }, doneIn('a'), 1],
  ['two named things, one done', { kind: 'things-named', things: ['a', 'z'] }, doneIn('a', 'b'), 1],
  ['a first reflection, none written', { kind: 'first-reflection' }, answered(3), 1],
  ['a first reflection, two written', { kind: 'first-reflection' }, wrote(2), 0],
  [
    'two pictures, one shown',
    { kind: 'pictures', count: 2 },
    { reflections: [...(wrote(1, { pictured: true }).reflections ?? []), ...(wrote(3).reflections ?? [])] },
    1,
  ],
  ['the first words on a thing, written by others', { kind: 'first-to-write' }, wrote(4), 1],
  ['the first words on a thing', { kind: 'first-to-write' }, wrote(1, { first: true }), 0],
  ['ten answers, nine given', { kind: 'answers-given', count: 10 }, answered(9), 1],
  ['ten answers, eleven given', { kind: 'answers-given', count: 10 }, answered(11), 0],
  ['a lonely post, answered posts answered', { kind: 'answers-given', count: 1, to: 'unanswered' }, answered(3), 1],
  [
    'a post that waited, too early',
    { kind: 'answers-given', count: 1, waited_days: 3 },
    answered(1, { unanswered: true, waited_days: 2 }),
    1,
  ],
  [
    'a post that waited',
    { kind: 'answers-given', count: 1, waited_days: 3 },
    answered(1, { unanswered: true, waited_days: 3 }),
    0,
  ],
  ['another pod', { kind: 'answers-given', count: 2, to: 'another-pod' }, answered(2, { another_pod: true }), 0],
  [
    'thanks of two, twice by the same',
    { kind: 'cheers-received', people: 2 },
    {
      cheers: [
        { by: 1, at: day(1) },
        { by: 1, at: day(2) },
      ],
    },
    1,
  ],
  [
    'thanks of two',
    { kind: 'cheers-received', people: 2 },
    {
      cheers: [
        { by: 1, at: day(1) },
        { by: 2, at: day(2) },
      ],
    },
    0,
  ],
  ['three weeks, two posts in one', { kind: 'weeks-with-post', count: 2 }, wrote(3, { week: 4 }), 1],
  ['two weeks, not in a row', { kind: 'weeks-with-post', count: 3 }, wrote(3), 0],
  ['back after one week', { kind: 'came-back', weeks: 2 }, back(1), 1],
  ['back after three weeks', { kind: 'came-back', weeks: 2 }, back(3), 0],
  ['back without answering first', { kind: 'came-back', weeks: 2, answered_first: true }, back(3), 1],
  ['back and answering first', { kind: 'came-back', weeks: 2, answered_first: true }, back(2, day(29)), 0],
  ['all depths of two, of one tried', { kind: 'all-depths', things: 2 }, { depths: [{ thing: 'a', at: day(1) }] }, 1],
  [
    'feedback without another way',
    { kind: 'feedback-given', count: 1, alternative: true },
    { feedback: [{ at: day(1), alternative: false }] },
    1,
  ],
  ['feedback', { kind: 'feedback-given', count: 1 }, { feedback: [{ at: day(1), alternative: false }] }, 0],
  ['a pod that is there', { kind: 'pod-finished' }, { pod_finished_at: day(3) }, 0],
  ['by hand', { kind: 'by-hand' }, doneIn('a', 'b'), 1],
  ['judged', { kind: 'judged', ask: 'Show it.' }, doneIn('a', 'b'), 1],
  [
    'any of two, the closest counts',
    {
      kind: 'any-of',
      rules: [
        { kind: 'things-done', count: 9 },
        { kind: 'answers-given', count: 2 },
      ],
    },
    { ...doneIn('a'), ...answered(1) },
    1,
  ],
  [
    'all of two, together',
    {
      kind: 'all-of',
      rules: [
        { kind: 'things-done', count: 3 },
        { kind: 'answers-given', count: 2 },
      ],
    },
    { ...doneIn('a'), ...answered(1) },
    3,
  ],
])('%s', (_, rule, facts, expected) => {
  expect(missing(read(rule), { ...NO_FACTS, ...facts })).toBe(expected)
})

test('the ring shows what is reached of what is asked for', () => {
  const ring = (rule: unknown, facts: Partial<RuleFacts>) => progressOf(read(rule), { ...NO_FACTS, ...facts })
  expect(ring({ kind: 'set-done', set: 'safe-start' }, doneIn('a', 'x'))).toEqual({ done: 1, of: 3 })
  expect(ring({ kind: 'things-done', count: 2 }, doneIn('a', 'b', 'c'))).toEqual({ done: 2, of: 2 })
  expect(ring({ kind: 'set-done', set: 'empty' }, {})).toEqual({ done: 0, of: 1 })
})

test('a rule looks only at what can satisfy it', () => {
  expect(eventsOf(read({ kind: 'answers-given', count: 1 }))).toEqual(['comment.written'])
  expect(eventsOf(read({ kind: 'set-done', set: 'safe-start' }))).toEqual([
    'reflection.published',
    'reflection.edited',
    'thing.completed',
  ])
  expect(eventsOf(read({ kind: 'first-reflection' }))).toEqual(['reflection.published'])
  expect(eventsOf(read({ kind: 'by-hand' }))).toEqual([])
  const nested = { kind: 'any-of', rules: [{ kind: 'first-reflection' }, { kind: 'cheers-received', people: 2 }] }
  expect(eventsOf(read(nested))).toEqual(['reflection.published', 'cheer.given'])
})

test.each([
  ['no JSON', '{'],
  ['an unknown kind', '{"kind":"streak"}'],
  ['a count of none', '{"kind":"things-done","count":0}'],
  ['half a thing', '{"kind":"things-done","count":1.5}'],
  ['a key too many', '{"kind":"first-reflection","count":1}'],
  ['a set without a name', '{"kind":"set-done"}'],
  ['one rule alone put together', '{"kind":"any-of","rules":[{"kind":"first-reflection"}]}'],
  [
    'a combination inside a combination',
    '{"kind":"any-of","rules":[{"kind":"pod-finished"},{"kind":"all-of","rules":[{"kind":"pod-finished"},{"kind":"first-reflection"}]}]}',
  ],
  ['a judgement among others', '{"kind":"all-of","rules":[{"kind":"first-reflection"},{"kind":"by-hand"}]}'],
  ['no rule at all', 'null'],
])('%s is no rule', (_, json) => {
  expect(() => parseRule(json, () => [])).toThrow()
})

const slug = fc.constantFrom(...'abcdefghijklmnopqrstuvw')
const instant = fc.integer({ min: 0, max: 200 }).map(day)
const count = fc.integer({ min: 1, max: 12 })
const simple: fc.Arbitrary<SimpleRule> = fc.oneof(
  fc.record({ kind: fc.constant('things-done' as const), count }),
  fc.record({ kind: fc.constant('things-named' as const), things: fc.uniqueArray(slug, { minLength: 1 }) }),
  fc.record({ kind: fc.constant('set-done' as const), set: fc.constant('any'), things: fc.uniqueArray(slug) }),
  fc.constantFrom(
    { kind: 'first-reflection' as const },
    { kind: 'first-to-write' as const },
    { kind: 'pod-finished' as const },
  ),
  fc.record({ kind: fc.constant('pictures' as const), count }),
  fc.record(
    {
      kind: fc.constant('answers-given' as const),
      count,
      to: fc.constantFrom('unanswered' as const, 'another-pod' as const),
      waited_days: count,
    },
    { requiredKeys: ['kind', 'count'] },
  ),
  fc.record({ kind: fc.constant('cheers-received' as const), people: count }),
  fc.record({ kind: fc.constant('weeks-with-post' as const), count }),
  fc.record(
    { kind: fc.constant('came-back' as const), weeks: count, answered_first: fc.constant(true as const) },
    { requiredKeys: ['kind', 'weeks'] },
  ),
  fc.record({ kind: fc.constant('all-depths' as const), things: count }),
  fc.record(
    { kind: fc.constant('feedback-given' as const), count, alternative: fc.constant(true as const) },
    { requiredKeys: ['kind', 'count'] },
  ),
)
const parts = fc.array(simple, { minLength: 2, maxLength: 8 })
const rule: fc.Arbitrary<Rule> = fc.oneof(
  { weight: 3, arbitrary: simple },
  fc.record({ kind: fc.constant('any-of' as const), rules: parts }),
  fc.record({ kind: fc.constant('all-of' as const), rules: parts }),
)
const facts: fc.Arbitrary<RuleFacts> = fc.record({
  done: fc.uniqueArray(fc.record({ thing: slug, at: instant }), { selector: ({ thing }) => thing }),
  reflections: fc.array(fc.record({ at: instant, pictured: fc.boolean(), first: fc.boolean(), week: fc.nat(30) })),
  answers: fc.array(
    fc.record({ at: instant, unanswered: fc.boolean(), waited_days: fc.nat(15), another_pod: fc.boolean() }),
  ),
  cheers: fc.array(fc.record({ by: fc.nat(20), at: instant })),
  depths: fc.uniqueArray(fc.record({ thing: slug, at: instant }), { selector: ({ thing }) => thing }),
  feedback: fc.array(fc.record({ at: instant, alternative: fc.boolean() })),
  returns: fc.array(
    fc.record({
      weeks: fc.integer({ min: 1, max: 15 }),
      posted_at: fc.option(instant),
      answered_at: fc.option(instant),
    }),
  ),
  pod_finished_at: fc.option(instant),
})

function together(some: RuleFacts, more: RuleFacts): RuleFacts {
  const things = new Set(some.done.map(({ thing }) => thing))
  const depths = new Set(some.depths.map(({ thing }) => thing))
  return {
    done: [...some.done, ...more.done.filter(({ thing }) => !things.has(thing))],
    reflections: [...some.reflections, ...more.reflections],
    answers: [...some.answers, ...more.answers],
    cheers: [...some.cheers, ...more.cheers],
    depths: [...some.depths, ...more.depths.filter(({ thing }) => !depths.has(thing))],
    feedback: [...some.feedback, ...more.feedback],
    returns: [...some.returns, ...more.returns],
    pod_finished_at: some.pod_finished_at ?? more.pod_finished_at,
  }
}

function backwards(all: RuleFacts): RuleFacts {
  return {
    done: all.done.toReversed(),
    reflections: all.reflections.toReversed(),
    answers: all.answers.toReversed(),
    cheers: all.cheers.toReversed(),
    depths: all.depths.toReversed(),
    feedback: all.feedback.toReversed(),
    returns: all.returns.toReversed(),
    pod_finished_at: all.pod_finished_at,
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

test('nothing is missing exactly when the ring is full and an instant is known; from the start it never is', () => {
  fc.assert(
    fc.property(rule, facts, (each, has) => {
      const { done, of } = progressOf(each, has)
      expect(missing(each, has) === 0).toBe(done === of)
      expect(heldAt(each, has) !== null).toBe(done === of)
      expect(of).toBeGreaterThan(0)
      expect(heldAt(each, NO_FACTS)).toBe(null)
    }),
  )
})

test('doing more never takes a badge further away, nor later', () => {
  fc.assert(
    fc.property(rule, facts, facts, (each, some, more) => {
      const all = together(some, more)
      const [before, after] = [heldAt(each, some), heldAt(each, all)]
      if (before !== null) expect(after !== null && after <= before).toBe(true)
      if (each.kind !== 'any-of') expect(missing(each, all)).toBeLessThanOrEqual(missing(each, some))
    }),
  )
})

test('a rule holds for what happened up to an instant exactly when it was held by then', () => {
  fc.assert(
    fc.property(rule, facts, fc.integer({ min: 0, max: 201 }), (each, has, last) => {
      const held = heldAt(each, has)
      const until = day(last)
      expect(missing(each, within(has, { from: null, until })) === 0).toBe(held !== null && held < until)
    }),
  )
})

test('any of them is the earliest, all of them the latest', () => {
  fc.assert(
    fc.property(parts, facts, (rules, has) => {
      const held = rules.map((part) => heldAt(part, has))
      const known = held.filter((at) => at !== null).sort()
      expect(heldAt({ kind: 'any-of', rules }, has)).toBe(known[0] ?? null)
      expect(heldAt({ kind: 'all-of', rules }, has)).toBe(known.length === rules.length ? known.at(-1) : null)
    }),
  )
})

test('the order in which things were done does not matter', () => {
  fc.assert(
    fc.property(rule, facts, (each, has) => {
      expect(missing(each, backwards(has))).toBe(missing(each, has))
      expect(heldAt(each, backwards(has))).toBe(heldAt(each, has))
    }),
  )
})

test('every rule reads as a sentence of known words', () => {
  const t = loadTranslations()('en')
  const voice = {
    t,
    locale: 'en',
    dates: datesFor('en', 'Europe/Oslo', Temporal.Instant.from('2026-05-04T10:00:00Z'), t),
  }
  const titles = { set: (name: string) => `<${name}>`, thing: (name: string) => `«${name}»` }
  fc.assert(
    fc.property(
      fc.oneof(rule, fc.constant(read({ kind: 'by-hand' })), fc.constant(read({ kind: 'judged', ask: 'Show it.' }))),
      (each) => {
        const said = ruleSentence(voice, each, titles)
        expect(said).not.toMatch(/badges\.|\{\{|undefined|null/)
        expect(said).toMatch(/^[A-Z].*\.$/)
      },
    ),
  )
})

test('a combination refuses kinds awarded by people and other combinations because of their kind', () => {
  const rule = (part: unknown) => ({ kind: 'any-of', rules: [{ kind: 'first-reflection' }, part] })
  const alone = Object.values(RULE_KINDS).filter(({ by_people }) => by_people)
  expect(alone.map(({ name }) => name)).toEqual(['by-hand', 'judged'])
  for (const part of [{ kind: 'by-hand' }, { kind: 'judged', ask: 'Show it.' }, rule({ kind: 'pod-finished' })])
    expect(() => read(rule(part))).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path: ['rules', 1, 'kind'] })] }),
    )
  expect(() => read(rule({ kind: 'pod-finished' }))).not.toThrow()
})
