import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CalendarEntry } from '../../server/calendar/plan.ts'
import type { Thing } from '../../server/courses/course-content.ts'
import { breaksOf, cellStates, thingColumns } from '../../server/insights/grid.ts'
import { breaksBetween, headcount, type SpreadRow, thingTallies } from '../../server/insights/statistics.ts'

const OVER = '2026-04-06T00:00:00.000Z'

function entry(week: number, kind: CalendarEntry['kind'], number: number | null = null): CalendarEntry {
  const opens_on = Temporal.PlainDate.from('2026-03-02').add({ weeks: week }).toString()
  return { kind, number, thing_id: number && number * 10, opens_on, opens_at: `${opens_on}T00:00:00.000Z` }
}

const CALENDAR = [
  entry(0, 'thing', 1),
  entry(1, 'catch-up'),
  entry(2, 'thing', 2),
  entry(3, 'thing', 3),
  entry(4, 'holiday'),
]
const course = { thing: (id: number) => ({ id, title: `Thing ${id}` }) as Thing }
const columns = thingColumns(CALENDAR, course, '2026-03-17T12:00:00.000Z')
const rests = breaksOf(CALENDAR, OVER)
const cells = (work: Partial<Parameters<typeof cellStates>[1]>) =>
  cellStates(columns, { done: {}, skipped: {}, drafted: [], ...work }, rests)

test('a cell says what a learner did, else whether the thing is open', () => {
  expect(cells({})).toEqual(['open', 'open', 'closed'])
  expect(cells({ drafted: [20], skipped: { 10: 'No phone' } })).toEqual(['skipped', 'draft', 'closed'])
})

test('done goes before put aside, and put aside before a draft', () => {
  const done = { 10: '2026-03-03T09:00:00.000Z' }
  expect(cells({ done, skipped: { 10: 'x', 20: 'y' }, drafted: [10, 20] })).toEqual(['done', 'skipped', 'closed'])
})

test.each([
  ['2026-03-08T23:59:59.999Z', 'done'],
  ['2026-03-09T00:00:00.000Z', 'late'],
  ['2026-03-15T23:59:59.999Z', 'late'],
  ['2026-03-16T00:00:00.000Z', 'done'],
  ['2026-03-30T00:00:00.000Z', 'late'],
  ['2026-04-05T23:59:59.999Z', 'late'],
  [OVER, 'late'],
  ['2031-01-01T00:00:00.000Z', 'late'],
])('what is done at %s is %s: in a time without new things, or after the end', (done_at, state) => {
  expect(cells({ done: { 10: done_at } })[0]).toBe(state)
})

test('things that open on one day before a catch-up are not made late by it', () => {
  const same_day = [entry(0, 'thing', 1), entry(0, 'thing', 2), entry(1, 'catch-up')]
  expect(breaksOf(same_day, OVER)).toEqual([
    { from: '2026-03-09T00:00:00.000Z', to: OVER },
    { from: OVER, to: '9999' },
  ])
})

test('a break is in the chart once a thing has opened after it', () => {
  expect(breaksBetween(CALENDAR, '2026-03-10T00:00:00.000Z')).toEqual([])
  expect(breaksBetween(CALENDAR, '2026-03-16T00:00:00.000Z')).toEqual([{ kind: 'catch-up', after: 1 }])
  expect(breaksBetween(CALENDAR, '2027-01-01T00:00:00.000Z')).toEqual([{ kind: 'catch-up', after: 1 }])
})

test('only open things are counted, those nobody did with nothing', () => {
  const row = { thing_id: 20, done: 3, answered: 2, useful: 1, partly_useful: 1, will_use: 2, perhaps: 0 }
  const tallies = thingTallies(columns, [row, { ...row, thing_id: 30 }])
  expect(tallies.map(({ number, done, answered }) => [number, done, answered])).toEqual([
    [1, 0, 0],
    [2, 3, 2],
  ])
})

test('the middle value is the lower median', () => {
  const counts = fc.array(fc.nat(23), { minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(counts, (dones) => {
      const row = dones.toSorted((one, other) => one - other)
      const rows = [...Map.groupBy(row, (done) => done)].map(([done, people]): SpreadRow => {
        return { role: 'learner', done, people: people.length, wrote: 0, quiet: 0 }
      })
      expect(headcount(rows).middle).toBe(row[Math.floor((row.length - 1) / 2)])
    }),
  )
})

test('guides and organisers are told apart and counted in no number of the learners', () => {
  const row = { done: 5, people: 2, wrote: 1, quiet: 1 }
  const rows: SpreadRow[] = [
    { ...row, role: 'learner', done: 1 },
    { ...row, role: 'guide' },
    { ...row, role: 'organiser' },
  ]
  expect(headcount(rows)).toEqual({ learners: 2, guides: 2, organisers: 2, wrote: 1, quiet: 1, middle: 1 })
  expect(headcount([{ ...row, role: 'organiser' }]).middle).toBeNull()
})
