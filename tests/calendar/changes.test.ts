import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addCatchUp,
  type CalendarChange,
  CalendarRefusal,
  type EditableEntry,
  moveEntry,
  removeRest,
} from '../../server/calendar/changes.ts'
import { isOpen, opensAt, planCalendar } from '../../server/calendar/plan.ts'

const ZONE = 'Europe/Berlin'
const starter = { per_week: 2, catch_up_after: [7] }

/** Nine things from Monday 2 March: 1 2 | 3 4 | 5 6 | 7 | catch-up | 8 9. */
function spring(time_zone = ZONE): EditableEntry[] {
  return rows(planCalendar({ starts_on: '2026-03-02', time_zone, rhythm: starter, things: 9 }))
}

function rows(calendar: ReturnType<typeof planCalendar>): EditableEntry[] {
  return calendar.map((entry, index) => {
    const number = entry.kind === 'thing' ? entry.number : null
    return { ...entry, id: index + 1, number, thing_id: number && number + 100 }
  })
}

function at(now: string, time_zone = ZONE) {
  return { now: Temporal.Instant.from(now), time_zone }
}

/** One line an entry: its date and what it is. */
function lines({ entries }: Pick<CalendarChange, 'entries'>): string[] {
  return entries.map(({ opens_on, kind, number }) => `${opens_on.slice(5)} ${number ?? kind}`)
}

function refusalOf(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof CalendarRefusal)) throw error
    return [error.reason, error.neighbour?.number ?? error.neighbour?.kind ?? null]
  }
}

const before = at('2026-03-03T08:00:00Z')

test('an entry moves and all after it follow by as many days', () => {
  const change = moveEntry(spring(), 4, { opens_on: '2026-03-23', rest: 'follow' }, before)
  expect(lines(change)).toEqual([
    ...['03-02 1', '03-02 2', '03-09 3', '03-09 4'],
    ...['03-23 5', '03-23 6', '03-30 7', '04-06 catch-up', '04-13 8', '04-13 9'],
  ])
  expect([change.moved, change.days]).toEqual([5, 7])
})

test('an entry moves alone between its neighbours', () => {
  const change = moveEntry(spring(), 6, { opens_on: '2026-03-26', rest: 'stay' }, before)
  expect(lines(change).slice(5, 8)).toEqual(['03-16 6', '03-26 7', '03-30 catch-up'])
  expect([change.moved, change.days]).toEqual([0, 3])
})

test('the week of the clock change is a week like others, and each entry opens at midnight', () => {
  const { entries } = moveEntry(spring(), 6, { opens_on: '2026-03-29', rest: 'follow' }, before)
  expect(entries.slice(6, 8).map(({ opens_on, opens_at }) => [opens_on, opens_at])).toEqual([
    ['2026-03-29', '2026-03-28T23:00:00.000Z'],
    ['2026-04-05', '2026-04-04T22:00:00.000Z'],
  ])
})

test('a thing may come to the day of another thing, and open today', () => {
  expect(lines(moveEntry(spring(), 2, { opens_on: '2026-03-03', rest: 'stay' }, before))[2]).toBe('03-03 3')
  expect(lines(moveEntry(spring(), 4, { opens_on: '2026-03-09', rest: 'stay' }, before))[4]).toBe('03-09 5')
})

test.each([
  ['what is open', 1, '2026-03-20', 'follow', ['open', null]],
  ['a day that has passed', 2, '2026-03-02', 'follow', ['past', null]],
  ['its own day', 2, '2026-03-09', 'follow', ['same', null]],
  ['a day before its predecessor', 4, '2026-03-08', 'follow', ['before', 4]],
  ['a day before its predecessor, alone', 4, '2026-03-08', 'stay', ['before', 4]],
  ['the day of a catch-up week before it', 8, '2026-03-30', 'follow', ['before', 'catch-up']],
  ['a catch-up week to the day of a thing', 7, '2026-03-23', 'follow', ['before', 7]],
  ['a day after its successor, which stays', 6, '2026-04-07', 'stay', ['after', 'catch-up']],
  ['the day of its successor of another kind', 6, '2026-03-30', 'stay', ['after', 'catch-up']],
  ['a thing behind the other of its day', 4, '2026-03-17', 'stay', ['after', 6]],
] as const)('moving to %s is refused', (_what, entry, opens_on, rest, refusal) => {
  expect(refusalOf(() => moveEntry(spring(), entry, { opens_on, rest }, before))).toEqual(refusal)
})

test('a catch-up week takes the place of the next week, and the rest comes a week later', () => {
  const change = addCatchUp(spring(), 3, before)
  expect(lines(change).slice(2)).toEqual([
    ...['03-09 3', '03-09 4', '03-16 catch-up', '03-23 5', '03-23 6', '03-30 7'],
    ...['04-06 catch-up', '04-13 8', '04-13 9'],
  ])
  expect([change.moved, change.days, change.entry.id]).toEqual([6, 7, null])
})

test('a catch-up week may come after what is open now, and at the very end', () => {
  expect(lines(addCatchUp(spring(), 1, before)).slice(1, 4)).toEqual(['03-02 2', '03-09 catch-up', '03-16 3'])
  expect(lines(addCatchUp(spring(), 9, before)).slice(-2)).toEqual(['04-06 9', '04-13 catch-up'])
})

test.each([
  ['between two things of a day', 2, before, ['not_last', 4]],
  ['after a catch-up week', 7, before, ['not_last', 8]],
  ['before what is open', 1, at('2026-03-09T08:00:00Z'), ['open', 3]],
  ['in a week that has passed', 9, at('2026-04-14T08:00:00Z'), ['over', null]],
] as const)('a catch-up week %s is refused', (_what, entry, place, refusal) => {
  expect(refusalOf(() => addCatchUp(spring(), entry, place))).toEqual(refusal)
})

test('what was added comes out again, and everything is as before', () => {
  const added = addCatchUp(spring(), 3, before)
  expect(removeRest(added.entries, 4, { rest: 'follow' }, before).entries).toEqual(spring())
})

test('a week is taken out and the dates stay', () => {
  expect(lines(removeRest(spring(), 7, { rest: 'stay' }, before)).slice(6)).toEqual(['03-23 7', '04-06 8', '04-06 9'])
})

test('things are never taken out, nor a week that has begun', () => {
  expect(refusalOf(() => removeRest(spring(), 6, { rest: 'stay' }, before))).toEqual(['thing', null])
  expect(refusalOf(() => removeRest(spring(), 7, { rest: 'follow' }, at('2026-03-31T08:00:00Z')))).toEqual([
    'open',
    null,
  ])
})

const remarkable = ['Pacific/Apia', 'America/St_Johns', 'Australia/Lord_Howe', 'Africa/Casablanca', 'America/Havana']
const calendar = fc
  .record({
    starts_on: fc.integer({ min: 0, max: 4000 }).map((days) => plus('2020-01-01', days)),
    time_zone: fc.constantFrom(...remarkable, 'Europe/Berlin', 'Pacific/Auckland', 'UTC'),
    things: fc.integer({ min: 1, max: 25 }),
    rhythm: fc.record({
      per_week: fc.integer({ min: 1, max: 4 }),
      catch_up_after: fc.subarray([1, 2, 3, 5, 7, 8, 13, 19]),
    }),
    holidays: fc.array(fc.record({ from: fc.constant('2024-12-20'), to: fc.constant('2025-01-06') }), { maxLength: 1 }),
  })
  .map((plan) => ({ ...plan, entries: rows(planCalendar(plan)) }))

const act = fc.oneof(
  fc.record({
    kind: fc.constant('move' as const),
    at: fc.nat(40),
    days: fc.integer({ min: -30, max: 60 }),
    rest: fc.constantFrom('follow' as const, 'stay' as const),
  }),
  fc.record({ kind: fc.constant('add' as const), at: fc.nat(40) }),
  fc.record({
    kind: fc.constant('out' as const),
    at: fc.nat(40),
    rest: fc.constantFrom('follow' as const, 'stay' as const),
  }),
)
const life = fc.record({
  calendar,
  acts: fc.array(fc.record({ act, hours: fc.integer({ min: 0, max: 400 }) }), { minLength: 1, maxLength: 12 }),
})

function plus(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString()
}

/** Lives through the acts, time going on between them; refused ones change nothing. */
function live({ calendar, acts }: typeof life extends fc.Arbitrary<infer Life> ? Life : never) {
  const { time_zone } = calendar
  let now = Temporal.Instant.from(opensAt(calendar.starts_on, time_zone)).subtract({ hours: 100 })
  let entries = calendar.entries
  let id = 1000
  return acts.flatMap(({ act, hours }) => {
    now = now.add({ hours })
    const place = { now, time_zone }
    const at = act.at % entries.length
    const earlier = entries
    try {
      const opens_on = plus(entries[at]!.opens_on, act.kind === 'move' ? act.days : 0)
      const change =
        act.kind === 'move'
          ? moveEntry(entries, at, { opens_on, rest: act.rest }, place)
          : act.kind === 'add'
            ? addCatchUp(entries, at, place)
            : removeRest(entries, at, act, place)
      entries = change.entries.map((entry) => ({ ...entry, id: entry.id ?? id++ }))
      return [{ act, at, earlier, later: entries, change, place }]
    } catch (error) {
      if (!(error instanceof CalendarRefusal)) throw error
      return []
    }
  })
}

test('whatever organisers do, things stay in order, none lost and none twice', () => {
  fc.assert(
    fc.property(life, (each) => {
      const things = each.calendar.entries.flatMap(({ number }) => number ?? [])
      for (const { later } of live(each)) expect(later.flatMap(({ number }) => number ?? [])).toEqual(things)
    }),
  )
})

test('whatever organisers do, dates rise, and only things share one', () => {
  fc.assert(
    fc.property(life, (each) => {
      for (const { later } of live(each)) {
        for (const [index, entry] of later.slice(1).entries()) {
          const one = later[index]!
          const shared = one.kind === 'thing' && entry.kind === 'thing'
          expect(shared ? one.opens_on <= entry.opens_on : one.opens_on < entry.opens_on).toBe(true)
          expect(one.opens_at <= entry.opens_at).toBe(true)
        }
      }
    }),
  )
})

test('what is open stays open, on its day and in its place', () => {
  fc.assert(
    fc.property(life, (each) => {
      for (const { earlier, later, place } of live(each)) {
        const open = earlier.filter((entry) => isOpen(entry, place.now))
        expect(later.slice(0, open.length)).toEqual(open)
      }
    }),
  )
})

test('every entry opens at the first instant of its date in the zone of the cohort', () => {
  fc.assert(
    fc.property(life, (each) => {
      for (const { later, place } of live(each)) {
        for (const { opens_on, opens_at } of later) expect(opens_at).toBe(opensAt(opens_on, place.time_zone))
      }
    }),
  )
})

test('no two weeks change places, and what follows keeps its distances', () => {
  fc.assert(
    fc.property(life, (each) => {
      for (const { act, at, earlier, later, change } of live(each)) {
        const stayed = new Set(later.map(({ id }) => id))
        const order = earlier.filter(({ id }) => stayed.has(id)).map(({ id }) => id)
        const known = new Set(order)
        expect(later.filter(({ id }) => known.has(id)).map(({ id }) => id)).toEqual(order)
        const moved = change.moved === 0 ? 0 : change.days
        for (const entry of earlier.slice(at + 1)) {
          expect(later.find(({ id }) => id === entry.id)?.opens_on).toBe(plus(entry.opens_on, moved))
        }
        for (const entry of earlier.slice(0, at)) expect(later).toContainEqual(entry)
        expect(later.length - earlier.length).toBe(act.kind === 'add' ? 1 : act.kind === 'out' ? -1 : 0)
      }
    }),
  )
})

test('these lives see changes of each kind, and refusals', () => {
  const seen = new Map<string, number>()
  for (const each of fc.sample(life, { numRuns: 300, seed: 23 })) {
    const done = live(each)
    for (const { act } of done) seen.set(act.kind, (seen.get(act.kind) ?? 0) + 1)
    seen.set('refused', (seen.get('refused') ?? 0) + each.acts.length - done.length)
  }
  for (const kind of ['move', 'add', 'out', 'refused']) expect([kind, (seen.get(kind) ?? 0) > 30]).toEqual([kind, true])
})
