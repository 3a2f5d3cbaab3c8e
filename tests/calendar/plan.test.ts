import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isOpen, lastDay, opensAt, planCalendar, suggestedStart } from '../../server/calendar/plan.ts'

const starter = { per_week: 2, catch_up_after: [7, 13, 19] }
const spring = { starts_on: '2026-03-02', time_zone: 'Europe/Berlin', rhythm: starter, things: 23 }

/** One line a week: its date and what it holds. */
function weeksOf(plan: Parameters<typeof planCalendar>[0]): string[] {
  const weeks = new Map<string, string[]>()
  for (const entry of planCalendar(plan)) {
    const words = entry.kind === 'thing' ? String(entry.number) : entry.kind
    weeks.set(entry.opens_on, [...(weeks.get(entry.opens_on) ?? []), words])
  }
  return [...weeks].map(([date, words]) => `${date} ${words.join(' ')}`)
}

test('23 things, two a week with three catch-ups, take fifteen weeks', () => {
  expect(weeksOf(spring)).toEqual([
    '2026-03-02 1 2',
    '2026-03-09 3 4',
    '2026-03-16 5 6',
    '2026-03-23 7',
    '2026-03-30 catch-up',
    '2026-04-06 8 9',
    '2026-04-13 10 11',
    '2026-04-20 12 13',
    '2026-04-27 catch-up',
    '2026-05-04 14 15',
    '2026-05-11 16 17',
    '2026-05-18 18 19',
    '2026-05-25 catch-up',
    '2026-06-01 20 21',
    '2026-06-08 22 23',
  ])
})

test('the last day is the end of the last week', () => {
  expect(lastDay(planCalendar(spring))).toBe('2026-06-14')
})

test('a week that would begin in a holiday comes a week later, and all after it', () => {
  const holidays = [
    { from: '2026-03-09', to: '2026-03-09' },
    { from: '2026-03-17', to: '2026-03-30' },
  ]
  expect(weeksOf({ ...spring, things: 6, holidays })).toEqual([
    '2026-03-02 1 2',
    '2026-03-09 holiday',
    '2026-03-16 3 4',
    '2026-03-23 holiday',
    '2026-03-30 holiday',
    '2026-04-06 5 6',
  ])
})

test('a catch-up week that falls into a holiday is kept for afterwards', () => {
  const rhythm = { per_week: 1, catch_up_after: [1] }
  const holidays = [{ from: '2026-03-05', to: '2026-03-12' }]
  expect(weeksOf({ ...spring, rhythm, things: 2, holidays })).toEqual([
    '2026-03-02 1',
    '2026-03-09 holiday',
    '2026-03-16 catch-up',
    '2026-03-23 2',
  ])
})

test('a course without things has no calendar and no last day', () => {
  expect(planCalendar({ ...spring, things: 0 })).toEqual([])
  expect(() => lastDay([])).toThrow(RangeError)
})

test('a rhythm without things in a week is refused instead of never ending', () => {
  expect(() => planCalendar({ ...spring, rhythm: { per_week: 0, catch_up_after: [] } })).toThrow('per_week is 0')
})

test.each([
  ['Europe/Berlin', '2026-03-30', '2026-03-29T22:00:00.000Z', 'summer time'],
  ['Europe/Berlin', '2026-10-26', '2026-10-25T23:00:00.000Z', 'winter time'],
  ['Pacific/Auckland', '2026-03-02', '2026-03-01T11:00:00.000Z', 'ahead of UTC'],
  ['America/St_Johns', '2026-07-06', '2026-07-06T02:30:00.000Z', 'half an hour'],
  ['Asia/Kathmandu', '2026-03-02', '2026-03-01T18:15:00.000Z', 'a quarter of an hour'],
  ['Australia/Lord_Howe', '2026-04-05', '2026-04-04T13:00:00.000Z', 'before half an hour is put back that night'],
  ['Australia/Lord_Howe', '2026-04-06', '2026-04-05T13:30:00.000Z', 'after it'],
  ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00.000Z', 'a date that began at one o’clock'],
  ['America/Havana', '2026-11-01', '2026-11-01T04:00:00.000Z', 'a date with two midnights: the first'],
  ['Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00.000Z', 'a date that never was: the next'],
  ['Pacific/Apia', '2011-12-31', '2011-12-30T10:00:00.000Z', 'the day after it'],
  ['Africa/Casablanca', '2026-02-15', '2026-02-14T23:00:00.000Z', 'before Ramadan'],
])('%s on %s opens at %s (%s)', (time_zone, date, instant) => {
  expect(opensAt(date, time_zone)).toBe(instant)
})

test('an entry is open from its instant on, and not a moment before', () => {
  const entry = { opens_at: '2026-03-01T11:00:00.000Z' }
  expect(isOpen(entry, Temporal.Instant.from('2026-03-01T10:59:59.999Z'))).toBe(false)
  expect(isOpen(entry, Temporal.Instant.from('2026-03-01T11:00:00Z'))).toBe(true)
  expect(isOpen(entry, Temporal.Instant.from('2036-03-01T11:00:00Z'))).toBe(true)
})

test.each([
  ['monday', '2026-03-02', '2026-03-09'],
  ['monday', '2026-03-03', '2026-03-16'],
  ['sunday', '2026-03-03', '2026-03-15'],
  ['thursday', '2026-12-23', '2026-12-31'],
] as const)('the start suggested for a %s on %s is %s', (weekday, today, date) => {
  expect(suggestedStart({ weekday }, today)).toBe(date)
})

const remarkable = ['Pacific/Apia', 'America/St_Johns', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Asia/Kathmandu']
const zone = fc.oneof(fc.constantFrom(...remarkable), fc.constantFrom(...Intl.supportedValuesOf('timeZone')))
const dayIn = (date: string) => (days: number) => Temporal.PlainDate.from(date).add({ days }).toString()
const date = fc.integer({ min: 0, max: 14_975 }).map(dayIn('2000-01-01'))

const plan = date.chain((starts_on) =>
  fc.record({
    starts_on: fc.constant(starts_on),
    time_zone: zone,
    things: fc.integer({ min: 1, max: 40 }),
    rhythm: fc.record({
      per_week: fc.integer({ min: 1, max: 7 }),
      catch_up_after: fc.subarray(
        Array.from({ length: 45 }, (_, index) => index + 1),
        { maxLength: 8 },
      ),
    }),
    holidays: fc.array(
      fc
        .tuple(fc.integer({ min: -30, max: 300 }), fc.integer({ min: 0, max: 40 }))
        .map(([from, days]) => ({ from: dayIn(starts_on)(from), to: dayIn(starts_on)(from + days) })),
      { maxLength: 4 },
    ),
  }),
)

test('things come in order, none lost and none twice', () => {
  fc.assert(
    fc.property(plan, (each) => {
      const numbers = planCalendar(each).flatMap((entry) => (entry.kind === 'thing' ? entry.number : []))
      expect(numbers).toEqual(Array.from({ length: each.things }, (_, index) => index + 1))
    }),
  )
})

test('the same plan makes the same calendar', () => {
  fc.assert(
    fc.property(plan, (each) => {
      expect(planCalendar(structuredClone(each))).toEqual(planCalendar(each))
    }),
  )
})

test('every entry opens at the first instant of its date in any zone, over all jumps of the clocks', () => {
  fc.assert(
    fc.property(plan, (each) => {
      for (const { opens_on, opens_at } of planCalendar(each)) {
        const local = Temporal.Instant.from(opens_at).toZonedDateTimeISO(each.time_zone)
        const moment = local.subtract({ milliseconds: 1 })
        const skipped = each.time_zone === 'Pacific/Apia' && opens_on === '2011-12-30'
        expect(local.toPlainDate().toString()).toBe(skipped ? '2011-12-31' : opens_on)
        expect(moment.toPlainDate().toString() < opens_on).toBe(true)
      }
    }),
    { numRuns: 300 },
  )
})

test('each week has its own day, a whole number of weeks from the start, and its instants rise', () => {
  fc.assert(
    fc.property(plan, (each) => {
      const start = Temporal.PlainDate.from(each.starts_on)
      const weeks = [...new Map(planCalendar(each).map((entry) => [entry.opens_on, entry.opens_at]))]
      for (const [index, [opens_on, opens_at]] of weeks.entries()) {
        expect(start.until(opens_on).days).toBe(7 * index)
        if (index > 0) expect(opens_at > (weeks[index - 1]?.[1] ?? '')).toBe(true)
      }
    }),
  )
})

test('a week holds one kind, and at most as many things as the rhythm says', () => {
  fc.assert(
    fc.property(plan, (each) => {
      const weeks = Map.groupBy(planCalendar(each), ({ opens_on }) => opens_on)
      for (const entries of weeks.values()) {
        const kinds = new Set(entries.map(({ kind }) => kind))
        expect(kinds.size).toBe(1)
        expect(entries.length).toBeLessThanOrEqual(kinds.has('thing') ? each.rhythm.per_week : 1)
      }
    }),
  )
})

test('catch-up weeks stand where they were asked for and nowhere else', () => {
  fc.assert(
    fc.property(plan, (each) => {
      const stops = planCalendar(each).filter(({ kind }) => kind !== 'holiday')
      const after = stops.flatMap((entry, index) => {
        const before = stops[index - 1]
        return entry.kind === 'catch-up' ? [before?.kind === 'thing' ? before.number : undefined] : []
      })
      expect(after).toEqual(each.rhythm.catch_up_after.filter((number) => number <= each.things))
    }),
  )
})

test('nothing but a holiday begins in a holiday', () => {
  fc.assert(
    fc.property(plan, (each) => {
      for (const { kind, opens_on } of planCalendar(each)) {
        const resting = each.holidays.some(({ from, to }) => from <= opens_on && opens_on <= to)
        expect(kind === 'holiday').toBe(resting)
      }
    }),
  )
})

test('the start suggested is the weekday of the rhythm, seven to thirteen days ahead', () => {
  fc.assert(
    fc.property(date, fc.constantFrom('monday', 'wednesday', 'sunday'), (today, weekday) => {
      const start = Temporal.PlainDate.from(suggestedStart({ weekday }, today))
      const ahead = Temporal.PlainDate.from(today).until(start).days
      expect(start.toLocaleString('en', { weekday: 'long' }).toLowerCase()).toBe(weekday)
      expect(ahead >= 7 && ahead <= 13).toBe(true)
    }),
  )
})
