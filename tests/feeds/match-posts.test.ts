import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type MatchableThing, matchPost } from '../../server/feeds/match-posts.ts'
import { numbersIn } from '../../server/feeds/thing-numbers.ts'
import { expectLinear } from '../support/growth.ts'

const TITLES = [
  ...[
    'Your reflection space',
    'Lock it',
    'Passwords',
    'Updates and backup',
    'What it knows about you',
    'Search by voice',
  ],
  ...['Ask a machine', 'Scan a page', 'Translate', 'Maps and being there', 'Reading on a small screen', 'Listening'],
  ...['Films', 'Photos', 'Sound', 'A small film', 'Draw', 'Chat', 'Share files', 'Meet', 'Teach a colleague', 'Help'],
  'What stays',
]
const things: MatchableThing[] = TITLES.map((title, at) => ({
  thing_id: 100 + at,
  number: at + 1,
  position: at + 1,
  slug: title.toLowerCase().replaceAll(' ', '-'),
  title,
  short: title.split(' ')[0] ?? title,
}))
const place = { base_url: 'https://things.example', cohort: 'spring', course: '23-mobile-things' }
const post = (title: string, tags: string[] = [], html = '') => ({ title, tags, html })

/** As numbers of things: one for sure, several guesses, or none. */
function matched(spoken: ReturnType<typeof post>) {
  const match = matchPost(spoken, things, place)
  const number = (thing_id: number) => thing_id - 99
  if (match.kind === 'sure') return number(match.thing_id)
  return match.kind === 'unsure' ? match.thing_ids.map(number) : null
}

describe('by number', () => {
  test.each([
    ['Thing 7', 7],
    ['thing 7: asked a machine', 7],
    ['My Thing #7', 7],
    ['Thing No. 7', 7],
    ['Thing 07', 7],
    ['#thing7 is done', 7],
    ['23mobilethings7', 7],
    ['#23things7', 7],
    ['23 Mobile Things: Thing 7', 7],
    ['23 Things – 7', 7],
    ['23 things #4 at last', 4],
    ['Thing 7 of 23', 7],
    ['Thing 7/23', 7],
    ['THING SEVEN', 7],
    ['Thing seven: at last', 7],
    ['Thing twenty-three!', 23],
    ['Ding 7 (auf Deutsch)', 7],
    ['Ting nr. 7', 7],
    ['Ｔｈｉｎｇ　７', 7],
    ['Things 7 and 8', [7, 8]],
    ['Things 7, 8 & 9', [7, 8, 9]],
    ['Thing 1, then Thing 2', [1, 2]],
    ['7. Something else', [7]],
    ['One thing one should know', [1]],
    ['7 things I love', null],
    ['23 mobile things', null],
    ['Thing 99', null],
    ['Thing 0', null],
    ['Thing 2.0 and other versions', null],
    ['Everything 7', null],
    ['Week 7', null],
    ['', null],
  ])('"%s"', (title, number) => {
    expect(matched(post(title))).toEqual(number)
  })

  test.each([['thing7'], ['Thing 7'], ['thing-07'], ['23mobilethings7'], ['#23Things7']])('by the tag %s', (tag) => {
    expect(matched(post('On the bus', ['phones', tag]))).toBe(7)
  })

  test('title and tag that name different things need a choice', () => {
    expect(matched(post('Thing 7', ['thing8']))).toEqual([7, 8])
  })

  test('a number takes precedence over a link', () => {
    const html = '<a href="https://things.example/cohorts/spring/things/6">last time</a>'
    expect(matched(post('Thing 7', [], html))).toBe(7)
  })
})

describe('by link, category and title', () => {
  test.each([
    ['https://things.example/cohorts/spring/things/10', 10],
    ['https://things.example/cohorts/spring/things/10/reflection?a=1#b', 10],
    ['https://things.example/courses/23-mobile-things/things/10', 10],
    ['https://things.example/cohorts/autumn/things/10', null],
    ['https://evil.example/cohorts/spring/things/10', null],
    ['https://things.example/cohorts/spring/things/99', null],
    ['https://things.example/cohorts/spring', null],
    ['/cohorts/spring/things/10', null],
  ])('a link to %s', (href, number) => {
    expect(matched(post('On the bus', [], `<p>See <a class="x" href="${href}">it</a>`))).toEqual(number)
  })

  test('links to several things need a choice', () => {
    const link = (number: number) => `<a href='https://things.example/cohorts/spring/things/${number}'>it</a>`
    expect(matched(post('On the bus', [], link(3) + link(4) + link(3)))).toEqual([3, 4])
  })

  test.each([
    ['Maps and being there', 10],
    ['maps-and-being-there', 10],
    ['MAPS', 10],
    ['Holidays', null],
  ])('the category %s', (tag, number) => {
    expect(matched(post('On the bus', [tag]))).toEqual(number)
  })

  test.each([
    ['Maps and being there', 10],
    ['10. Maps and being there', 10],
    ['At last: maps, and being there!', 10],
    ['Translate', 9],
    ['How I translate menus', [9]],
    ['Maps', [10]],
    ['My garden in spring', null],
    ['What I did', null],
  ])('the title "%s"', (title, number) => {
    expect(matched(post(title))).toEqual(number)
  })

  test('a number in the text alone needs a choice', () => {
    expect(matched(post('On the bus', [], '<p>This is about <b>Thing 7</b>, of course.</p>'))).toEqual([7])
    expect(matched(post('On the bus', [], '<p>Thing 7 was easier than Thing 6.</p>'))).toBe(null)
  })
})

const words = fc.array(
  fc.constantFrom('my', 'bus', 'garden', 'phone', 'é', '今日', '🙂', 'and', ':', '-', '(', 'blog'),
  { maxLength: 5 },
)

test('"Thing N" among any other words matches thing N', () => {
  fc.assert(
    fc.property(words, fc.integer({ min: 1, max: 23 }), words, (before, number, after) => {
      const title = [...before, 'Thing', number, ...after.filter((word) => word !== 'and' && word !== '-')].join(' ')
      expect([title, matched(post(title))]).toEqual([title, number])
    }),
  )
})

test('a match contains only things of the calendar, each once', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.stringMatching(/^(?:thing|#|23| |\d|and|,){0,40}$/),
  )
  fc.assert(
    fc.property(text, fc.array(text, { maxLength: 5 }), text, (title, tags, html) => {
      const found = [matched(post(title, tags, html))].flat().filter((number) => number !== null)
      expect(found.every((number) => number >= 1 && number <= 23)).toBe(true)
      expect(new Set(found).size).toBe(found.length)
    }),
  )
})

test.each([
  ['things', 'thing '],
  ['numbers', 'thing 1, '],
  ['digits', '1'],
  ['marks', '-'],
  ['links', '<a href="'],
])('half a million characters of %s take twice the time of half as many', async (_what, part) => {
  const textOf = (size: number) => `thing${part.repeat(size / part.length)}`
  await expectLinear(500_000, textOf, (text) => {
    numbersIn(text)
    matched(post(text, [text], text))
  })
})
