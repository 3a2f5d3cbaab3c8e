import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CourseContent, Thing } from '../../server/courses/course-content.ts'
import { buildMap, type MapEntry, type Tile } from '../../server/progress/map.ts'

const now = { instant: '2026-03-10T12:00:00.000Z', today: '2026-03-10' }

/** A course whose things stand in sets of five. */
function content(things: number): Pick<CourseContent, 'completion' | 'thing'> {
  const hues = ['teal', 'blue', 'violet', 'orange', 'green', 'raspberry'] as const
  const all = Array.from({ length: things }, (_, at): Thing => {
    const set = Math.floor(at / 5)
    return {
      id: at + 1,
      slug: `thing-${at + 1}`,
      position: at + 1,
      title: `The ${at + 1}. thing`,
      short: `Thing ${at + 1}`,
      summary: '',
      icon: 'smartphone',
      minutes: { start: 15 },
      language: 'en',
      fingerprint: '',
      tried: null,
      tried_on: null,
      body_html: '',
      note_html: null,
      without_account_html: null,
      prompts: [],
      set: {
        id: set + 1,
        slug: `set-${set}`,
        title: `Set ${set}`,
        language: 'en',
        hue: hues[set] ?? 'teal',
        position: set + 1,
      },
      steps: [],
      revision: 1,
    }
  })
  return {
    completion: { by: 'reflection', skip: true, min_words: 0 },
    thing: (id) => all.find((thing) => thing.id === id),
  }
}

function thing(
  number: number,
  opens_on: string,
  mine: Partial<Pick<MapEntry, 'done' | 'skipped' | 'drafted'>> = {},
): MapEntry {
  const opens_at = `${opens_on}T00:00:00.000Z`
  return { kind: 'thing', number, thing_id: number, opens_on, opens_at, done: 0, skipped: 0, drafted: 0, ...mine }
}

function stop(kind: 'catch-up' | 'holiday', opens_on: string): MapEntry {
  const opens_at = `${opens_on}T00:00:00.000Z`
  return { kind, number: null, thing_id: null, opens_on, opens_at, done: 0, skipped: 0, drafted: 0 }
}

const states = (tiles: Tile[]) => tiles.map(({ state }) => state)
const map = (entries: MapEntry[], leads = false) => buildMap(entries, content(23), now, leads)

test('the next thing is the first open one that is neither done nor put aside', () => {
  const made = map([
    thing(1, '2026-03-02', { done: 1 }),
    thing(2, '2026-03-02', { skipped: 1 }),
    thing(3, '2026-03-09'),
    thing(4, '2026-03-09'),
    thing(5, '2026-03-16'),
  ])
  expect(states(made.tiles)).toEqual(['done', 'skipped', 'next', 'open', 'closed'])
  expect(made.next?.number).toBe(3)
  expect(made.waiting).toBe(2)
  expect(made.opens_next).toBe('2026-03-16')
})

test('any order: a later thing may be done before an earlier one', () => {
  const made = map([thing(1, '2026-03-02'), thing(2, '2026-03-02', { done: 1 })])
  expect(states(made.tiles)).toEqual(['next', 'done'])
})

test('a thing opens in the very moment of its entry', () => {
  const at = (instant: string) =>
    buildMap([thing(1, '2026-03-11')], content(1), { instant, today: '2026-03-11' }, false)
  expect(at('2026-03-10T23:59:59.999Z').tiles[0]?.open).toBe(false)
  expect(at('2026-03-11T00:00:00.000Z').tiles[0]?.open).toBe(true)
})

test('who leads may visit what is still to open, and does not have it as the next thing', () => {
  const made = map([thing(1, '2026-03-16')], true)
  expect(made.tiles[0]).toMatchObject({ open: true, early: true, state: 'open' })
  expect(made.next).toBeNull()
  expect(made.waiting).toBe(0)
})

test.each(['done', 'skipped', 'drafted'] as const)(
  'what is open stays open: a thing that is %s, whatever became of its date',
  (mine) => {
    const made = map([thing(1, '2026-12-01', { [mine]: 1 })])
    expect(made.tiles[0]?.open).toBe(true)
  },
)

test('each set has a column, in the order of the calendar, and its first tile bears the name', () => {
  const made = map([thing(6, '2026-03-02'), thing(1, '2026-03-02'), thing(7, '2026-03-02')])
  expect(made.tiles.map(({ column, first_of_set }) => [column, first_of_set])).toEqual([
    [1, true],
    [2, true],
    [1, false],
  ])
})

test('sets count what is done of what the calendar has', () => {
  const made = map([thing(1, '2026-03-02', { done: 1 }), thing(2, '2026-03-02'), thing(6, '2026-03-02')])
  expect(made.sets.map(({ set, done, of }) => [set.title, done, of])).toEqual([
    ['Set 0', 1, 2],
    ['Set 1', 0, 1],
  ])
})

test('a break is in the column of the thing before it and lasts until the day before the next entry', () => {
  const made = map([thing(6, '2026-03-02'), stop('catch-up', '2026-03-09'), thing(7, '2026-03-16')])
  expect(made.path[1]).toMatchObject({
    from: '2026-03-09',
    to: '2026-03-15',
    until: '2026-03-16',
    now: true,
    column: 1,
  })
})

test('a break at the end lasts a week, and nothing opens after it', () => {
  const made = map([thing(1, '2026-03-02'), stop('catch-up', '2026-03-16')])
  expect(made.break).toMatchObject({ from: '2026-03-16', to: '2026-03-22', until: null, now: false })
})

test('a catch-up week is announced the week before it, not earlier', () => {
  const entries = [thing(1, '2026-03-02'), stop('catch-up', '2026-03-16'), thing(2, '2026-03-23')]
  const rest = (today: string) =>
    buildMap(entries, content(2), { instant: `${today}T12:00:00.000Z`, today }, false).break
  expect(rest('2026-03-08')).toBeNull()
  expect(rest('2026-03-09')).toMatchObject({ now: false, until: '2026-03-23' })
  expect(rest('2026-03-16')).toMatchObject({ now: true })
  expect(rest('2026-03-22')).toMatchObject({ now: true })
  expect(rest('2026-03-23')).toBeNull()
})

test('a holiday after a catch-up week moves the day on which things open again', () => {
  const made = map([
    thing(1, '2026-03-02'),
    stop('catch-up', '2026-03-09'),
    stop('holiday', '2026-03-16'),
    thing(2, '2026-03-23'),
  ])
  expect(made.break).toMatchObject({ kind: 'catch-up', to: '2026-03-15', until: '2026-03-23' })
})

const mark = fc.constantFrom<0 | 1>(0, 1)
const anyEntries = fc
  .array(fc.record({ week: fc.integer({ min: 0, max: 4 }), done: mark, skipped: mark, drafted: mark }), {
    maxLength: 23,
  })
  .map((rows) => {
    const opens_on = (week: number) => Temporal.PlainDate.from('2026-02-24').add({ weeks: week }).toString()
    const sorted = rows.toSorted((one, other) => one.week - other.week)
    return sorted.map(({ week, ...mine }, at) => thing(at + 1, opens_on(week), mine))
  })

test('every thing of the calendar is on the map once, in order, and at most one is the next', () => {
  fc.assert(
    fc.property(anyEntries, fc.boolean(), (entries, leads) => {
      const made = map(entries, leads)
      expect(made.tiles.map(({ number }) => number)).toEqual(entries.map(({ number }) => number))
      expect(made.tiles.filter(({ state }) => state === 'next').length).toBe(made.next ? 1 : 0)
      expect(made.sets.reduce((sum, { of }) => sum + of, 0)).toBe(made.total)
      expect(made.sets.reduce((sum, { done }) => sum + done, 0)).toBe(made.done)
    }),
  )
})

test('no activity of a learner closes a thing', () => {
  fc.assert(
    fc.property(anyEntries, (entries) => {
      const before = map(entries.map((entry) => ({ ...entry, done: 0, skipped: 0, drafted: 0 }) as const))
      const after = map(entries)
      expect(after.tiles.every((tile, at) => tile.open || !before.tiles[at]?.open)).toBe(true)
    }),
  )
})
