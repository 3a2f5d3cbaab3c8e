import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BODY_MAX, type ThingOutline } from '../../server/courses/format/schema.ts'
import { type Passage, textChanges, thingChanges } from '../../server/courses/text-diff.ts'
import { smallCourse } from './outlines.ts'

const thing = smallCourse.things[1]!

/** `=` what stayed, `+` what came, `-` what went. */
function signs(passages: readonly Passage[]): string[] {
  const sign = { same: '=', added: '+', removed: '-' }
  return passages.map((passage) => passage.map(({ kind, text }) => `${sign[kind]}${text}`).join('|'))
}

function changed(change: Partial<ThingOutline>) {
  return thingChanges(thing, { ...thing, ...change })
}

test('a changed word is shown in its paragraph', () => {
  expect(signs(textChanges(['One two three four.'], ['One two five four.']))).toEqual([
    '=One two |-three|+five|= four.',
  ])
})

test('added and removed paragraphs are shown whole, unchanged ones are kept', () => {
  const [before, after] = [
    ['First one.', 'Second one.', 'Third one.'],
    ['First one.', 'Third one.', 'Something new.'],
  ]
  expect(signs(textChanges(before, after))).toEqual(['=First one.', '-Second one.', '=Third one.', '+Something new.'])
})

test('paragraphs that have little in common are shown one after the other', () => {
  const [before, after] = [
    ['A walk through the stacks, by bus.'],
    ['Ferns and their names are another matter, altogether.'],
  ]
  expect(signs(textChanges(before, after))).toEqual([`-${before[0]}`, `+${after[0]}`])
})

test('equal parts are left out', () => {
  expect(changed({})).toEqual([])
  expect(changed({ title: 'My phone' }).map(({ part }) => part)).toEqual(['title'])
})

test('every part of a thing is compared by itself', () => {
  const { tried, ...rest } = thing
  const parts = thingChanges(thing, {
    ...rest,
    title: 'Another',
    short: 'Other',
    summary: 'Another one.',
    set: 'finder',
    icon: 'map',
    tried_on: 'A tablet',
    minutes: { start: 10, challenge: 30 },
    steps: { start: [{ slug: 'look', title: 'Look again' }], challenge: [{ slug: 'tidy', title: 'Tidy' }] },
    note: 'A note.',
    without_account: 'A way.',
    prompts: ['Why?'],
    body: 'Words.',
  }).map(({ part }) => part)
  expect(parts).toEqual([
    ...['title', 'short', 'summary', 'set', 'icon', 'tried', 'tried_on', 'body', 'note', 'without_account', 'prompts'],
    ...['minutes_start', 'steps_start', 'minutes_more', 'steps_more', 'minutes_challenge', 'steps_challenge'],
  ])
  expect(tried).toBe('2026-11-02')
})

test('of a long text only the paragraphs next to a change are shown', () => {
  const words = Array.from({ length: 9 }, (_, index) => `Paragraph ${index}.`)
  const [change] = thingChanges(
    { ...thing, body: words.join('\n\n') },
    { ...thing, body: words.with(4, 'Paragraph four.').join('\n\n') },
  )
  expect(change?.passages.map((passage) => ('left_out' in passage ? passage.left_out : signs([passage])[0]))).toEqual([
    3,
    '=Paragraph 3.',
    '=Paragraph |-4|+four|=.',
    '=Paragraph 5.',
    3,
  ])
})

const paragraph = fc
  .array(fc.constantFrom('one', 'two', 'three', 'four', ' ', '\n', ',', 'ü', '中文', '📚'), { minLength: 1 })
  .map((words) => words.join(''))
const text = fc.array(paragraph, { maxLength: 12 })

test('same and removed pieces make the earlier text, same and added pieces the later one', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const passages = textChanges(before, after)
      const without = (kind: 'added' | 'removed') =>
        passages
          .filter((passage) => passage.some((piece) => piece.kind !== kind))
          .map((passage) =>
            passage
              .filter((piece) => piece.kind !== kind)
              .map((piece) => piece.text)
              .join(''),
          )
      expect(without('added').join('')).toBe(before.join(''))
      expect(without('removed').join('')).toBe(after.join(''))
    }),
  )
})

test('a text compared with itself has no changes', () => {
  fc.assert(
    fc.property(text, (words) => {
      expect(
        textChanges(words, words)
          .flat()
          .every(({ kind }) => kind === 'same'),
      ).toBe(true)
    }),
  )
})

const numbered = (count: number, between: string, from = 0) =>
  Array.from({ length: count }, (_, index) => `${(index + from).toString(36)}`)
    .join(between)
    .slice(0, BODY_MAX)

test.each([
  ['as many paragraphs as fit', numbered(10_000, '\n\n'), numbered(10_000, '\n\n', 20_000)],
  ['one paragraph of other words', numbered(10_000, ' '), numbered(10_000, ' ', 20_000)],
  ['every other word', numbered(9_000, ' a '), numbered(9_000, ' b ')],
  ['the same word all along', 'a '.repeat(20_000), 'a '.repeat(19_000)],
  ['one word without an end', 'a'.repeat(40_000), 'b'.repeat(40_000)],
  ['signs only', '.,'.repeat(20_000), ',.'.repeat(20_000)],
  [
    'forty paragraphs of other words',
    numbered(200, ' ').concat('\n\n').repeat(40),
    numbered(200, ' ', 900).concat('\n\n').repeat(40),
  ],
])('the longest texts are compared: %s', (_what, before, after) => {
  const [change] = thingChanges({ ...thing, body: before }, { ...thing, body: after })
  expect(change?.part).toBe('body')
})
