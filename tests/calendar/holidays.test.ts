import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CalendarChange, CalendarRefusal, type EditableEntry } from '../../server/calendar/changes.ts'
import {
  addHoliday,
  applyCourse,
  compareWithCourse,
  restoreThing,
  takeOutThing,
} from '../../server/calendar/course-sync.ts'
import { opensAt, planCalendar } from '../../server/calendar/plan.ts'
import { testSite } from '../support/site.ts'

const ZONE = 'Europe/Berlin'
const place = { now: Temporal.Instant.from('2026-03-03T08:00:00Z'), time_zone: ZONE }

/** From Monday 2 March: 1 2 | 3 4 | 5 6 | 7 | catch-up | 8 9. */
function spring(time_zone = ZONE, starts_on = '2026-03-02', things = 9): EditableEntry[] {
  const rhythm = { per_week: 2, catch_up_after: [7] }
  return planCalendar({ starts_on, time_zone, rhythm, things }).map((entry, index) => {
    const number = entry.kind === 'thing' ? entry.number : null
    return { ...entry, id: index + 1, number, thing_id: number && number + 100 }
  })
}

function lines({ entries }: Pick<CalendarChange, 'entries'>): string[] {
  return entries.map(({ opens_on, kind, number }) => `${opens_on.slice(5)} ${number ?? kind}`)
}

function reasonOf(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof CalendarRefusal)) throw error
    return error.reason
  }
}

const add = (from: string, to = from) => addHoliday(spring(), { from, to }, place)
const wanted = { added: true, hidden: true, reordered: true }
const course = (...things: number[]) => ({ aside: [], things, wanted, per_week: 2 })
const AS_IT_WAS = [101, 102, 103, 104, 105, 106, 107, 108, 109]

test('what would open in a holiday comes a week later, and all after it', () => {
  const change = add('2026-03-09', '2026-03-15')
  expect(lines(change)).toEqual([
    ...['03-02 1', '03-02 2', '03-09 holiday', '03-16 3', '03-16 4'],
    ...['03-23 5', '03-23 6', '03-30 7', '04-06 catch-up', '04-13 8', '04-13 9'],
  ])
  expect([change.moved, change.days]).toEqual([8, 7])
})

test('a holiday of two weeks takes two, and one that is there already counts', () => {
  expect(lines(add('2026-03-09', '2026-03-22')).slice(2, 5)).toEqual(['03-09 holiday', '03-16 holiday', '03-23 3'])
  const again = addHoliday(add('2026-03-09').entries, { from: '2026-03-07', to: '2026-03-18' }, place)
  expect(lines(again).slice(2, 5)).toEqual(['03-09 holiday', '03-16 holiday', '03-23 3'])
  expect(reasonOf(() => addHoliday(add('2026-03-09').entries, { from: '2026-03-08', to: '2026-03-10' }, place))).toBe(
    'no_week',
  )
})

test('days on which nothing opens, and those that are over, move nothing', () => {
  expect(reasonOf(() => add('2026-03-10', '2026-03-12'))).toBe('no_week')
  expect(reasonOf(() => add('2026-02-23', '2026-03-02'))).toBe('past')
  expect(reasonOf(() => add('2027-01-01', '2027-01-10'))).toBe('no_week')
})

test('what is open stays in a holiday that has begun', () => {
  expect(lines(add('2026-03-01', '2026-03-09')).slice(0, 4)).toEqual(['03-02 1', '03-02 2', '03-09 holiday', '03-16 3'])
})

test('a thing alone in its week can give it to the next, one that shares its day cannot', () => {
  expect(lines(takeOutThing(spring(), 6, { rest: 'follow' }, place)).slice(5)).toEqual([
    '03-16 6',
    '03-23 catch-up',
    '03-30 8',
    '03-30 9',
  ])
  expect(lines(takeOutThing(spring(), 6, { rest: 'stay' }, place)).slice(5)).toEqual([
    '03-16 6',
    '03-30 catch-up',
    '04-06 8',
    '04-06 9',
  ])
  expect(lines(takeOutThing(spring(), 2, { rest: 'follow' }, place)).slice(2, 4)).toEqual(['03-09 4', '03-16 5'])
})

test('an open thing, the only one and a week without things are not taken out', () => {
  expect(reasonOf(() => takeOutThing(spring(), 0, { rest: 'stay' }, place))).toBe('open')
  expect(reasonOf(() => takeOutThing(spring(), 7, { rest: 'stay' }, place))).toBe('no_thing')
  expect(reasonOf(() => takeOutThing(spring(ZONE, '2026-04-06', 1), 0, { rest: 'stay' }, place))).toBe('only')
})

test('a thing comes back on its day or another one, among the others of the day by its number', () => {
  const [third] = spring().slice(2)
  const without = takeOutThing(spring(), 2, { rest: 'stay' }, place).entries
  if (!third) throw new Error('no thing 3')
  expect(restoreThing(without, third, '2026-03-09', place).entries).toEqual(spring())
  expect(lines(restoreThing(without, third, '2026-03-25', place)).slice(5, 8)).toEqual([
    '03-23 7',
    '03-25 3',
    '03-30 catch-up',
  ])
  expect(reasonOf(() => restoreThing(without, third, '2026-03-30', place))).toBe('before')
  expect(reasonOf(() => restoreThing(without, third, '2026-03-01', place))).toBe('past')
})

test('the news of a course are its new, hidden and reordered things, as far as they are still to come', () => {
  const news = (aside: { thing_id: number }[], ...things: number[]) =>
    compareWithCourse(spring(), aside, things, place.now)
  expect(news([], ...AS_IT_WAS)).toEqual({ added: [], hidden: [], reordered: false })
  expect(news([], ...AS_IT_WAS, 110)).toEqual({ added: [110], hidden: [], reordered: false })
  expect(news([{ thing_id: 110 }], ...AS_IT_WAS, 110).added).toEqual([])
  expect(news([], 102, 101, 103, 105, 104, 106, 107, 108)).toEqual({ added: [], hidden: [109], reordered: true })
  expect(news([], 102, ...AS_IT_WAS.slice(2)).hidden).toEqual([])
})

test('new things come at the end under further numbers, also after those that were taken out', () => {
  const change = applyCourse(
    spring(),
    { ...course(...AS_IT_WAS, 110, 111, 112), aside: [{ thing_id: 99, number: 12 }] },
    place,
  )
  expect(lines(change).slice(-3)).toEqual(['04-13 13', '04-13 14', '04-20 15'])
  expect(reasonOf(() => applyCourse(spring(), course(...AS_IT_WAS), place))).toBe('nothing_new')
})

test('the order of the course is taken over among the things to come, and each keeps its number', () => {
  const change = applyCourse(spring(), course(109, 101, 102, 103, 104, 105, 106, 107, 108), place)
  expect(lines(change)).toEqual([
    ...['03-02 1', '03-02 2', '03-09 9', '03-09 3', '03-16 4', '03-16 5', '03-23 6', '03-30 catch-up'],
    ...['04-06 7', '04-06 8'],
  ])
})

test('things that the course hides go, and the week of one alone goes with it', () => {
  expect(lines(applyCourse(spring(), course(101, 102, 103, 104, 105, 106, 108, 109), place)).slice(5)).toEqual([
    '03-16 6',
    '03-23 catch-up',
    '03-30 8',
    '03-30 9',
  ])
})

const zones = fc.constantFrom('Europe/Berlin', 'Pacific/Apia', 'America/Sao_Paulo', 'UTC', 'Pacific/Auckland')
const starts = fc.constantFrom('2011-12-05', '2011-12-16', '2018-10-21', '2026-03-02', '2026-10-12')

type Act = (entries: EditableEntry[], at: number) => CalendarChange
const acts = fc.record({
  time_zone: zones,
  starts_on: starts,
  /** Days from the start until somebody changes the calendar. */
  when: fc.integer({ min: -10, max: 40 }),
  at: fc.nat(12),
  span: fc.nat(20),
  kind: fc.constantFrom('holiday', 'skip', 'take_over' as const),
  things: fc.shuffledSubarray([...AS_IT_WAS, 110, 111], { minLength: 1 }),
})

test('whatever is changed: the order holds, numbers stay with their things, what is open stays, and instants fit dates', () => {
  fc.assert(
    fc.property(acts, ({ time_zone, starts_on, when, at, span, kind, things }) => {
      const entries = spring(time_zone, starts_on)
      const today = Temporal.PlainDate.from(starts_on).add({ days: when })
      const here = { now: today.toZonedDateTime({ timeZone: time_zone, plainTime: '12:00' }).toInstant(), time_zone }
      const from = Temporal.PlainDate.from(starts_on).add({ days: at * 5 })
      const work: Record<typeof kind, Act> = {
        holiday: () => addHoliday(entries, { from: from.toString(), to: from.add({ days: span }).toString() }, here),
        skip: () => takeOutThing(entries, at % entries.length, { rest: span % 2 ? 'follow' : 'stay' }, here),
        take_over: () => applyCourse(entries, course(...things), here),
      }
      const change = reasonOf(() => work[kind](entries, at))
      if (typeof change === 'string') return
      const after = (change as CalendarChange).entries
      const numbers = new Map(entries.map(({ thing_id, number }) => [thing_id, number]))
      for (const [index, entry] of after.entries()) {
        if (entry.thing_id !== null && numbers.has(entry.thing_id))
          expect(entry.number).toBe(numbers.get(entry.thing_id))
        expect(entry.opens_at).toBe(opensAt(entry.opens_on, time_zone))
        const next = after[index + 1]
        if (!next) continue
        const both = entry.kind === 'thing' && next.kind === 'thing'
        expect(both ? entry.opens_on <= next.opens_on : entry.opens_on < next.opens_on).toBe(true)
      }
      const open = entries.filter(({ opens_at }) => opens_at <= here.now.toString({ fractionalSecondDigits: 3 }))
      expect(after.slice(0, open.length)).toEqual(open)
      const all = after.flatMap(({ number }) => (number === null ? [] : [number]))
      expect(new Set(all).size).toBe(all.length)
    }),
  )
})

test('a holiday moves by whole weeks: every weekday stays, also where clocks change or a day is missing', () => {
  fc.assert(
    fc.property(zones, starts, fc.nat(40), fc.nat(20), (time_zone, starts_on, day, span) => {
      const entries = spring(time_zone, starts_on)
      const from = Temporal.PlainDate.from(starts_on).add({ days: day })
      const here = { now: Temporal.Instant.from('2011-01-01T00:00:00Z'), time_zone }
      const to = from.add({ days: span }).toString()
      const change = reasonOf(() => addHoliday(entries, { from: from.toString(), to }, here))
      if (typeof change === 'string') return
      for (const { id, opens_on } of (change as CalendarChange).entries) {
        const was = entries.find((entry) => entry.id === id)
        if (!was) continue
        const moved = Temporal.PlainDate.from(was.opens_on).until(opens_on)
        expect(moved.days % 7).toBe(0)
        expect(moved.days).toBeGreaterThanOrEqual(0)
      }
    }),
  )
})

const at = '/admin/cohorts/spring/calendar'

test('an organiser adds a holiday, and a wrong range says so at its field', async () => {
  using site = await testSite()
  const { cohort, organiser } = site.cast()
  const wrong = await organiser.post(`${at}/holidays`, { version: '1', from: '2026-03-20', to: '2026-03-10' })
  expect([wrong.status, (await wrong.text()).includes('href="#holiday-to"')]).toEqual([422, true])
  const nothing = await organiser.post(`${at}/holidays`, { version: '1', from: '2026-03-10', to: '2026-03-11' })
  expect([nothing.status, (await nothing.text()).includes('Nothing new opens on these days')]).toEqual([422, true])
  const done = await organiser.post(`${at}/holidays`, { version: '1', from: '2026-03-09' })
  expect(done.status).toBe(303)
  expect(await organiser.read(at)).toContain('A holiday begins on Monday 9 March.')
  const { entries } = site.services.calendar
  expect(entries(cohort.id)[2]).toMatchObject({ kind: 'holiday', opens_on: '2026-03-09' })
  const stale = await organiser.post(`${at}/holidays`, { version: '1', from: '2026-03-16' })
  expect(stale.status).toBe(409)
})

test('a thing that is taken out keeps its number and what was written about it, and comes back', async () => {
  using site = await testSite()
  const { cohort, guide, learner, organiser } = site.cast()
  const written = site.reflection(guide, cohort, { number: 5, title: 'Tried it early' })
  const { calendar } = site.services
  const fifth = calendar.entries(cohort.id).find(({ number }) => number === 5)
  const skip = `${at}/${fifth?.id}`
  expect((await organiser.post(`${skip}/skip`, { version: '1', rest: 'stay' })).status).toBe(303)
  expect(calendar.entries(cohort.id).map(({ number }) => number)).not.toContain(5)
  expect(calendar.entries(cohort.id).map(({ number }) => number)).toContain(6)
  expect(await learner.read(cohort.at(''))).not.toContain('5. The 5. thing')
  expect(await learner.read(`/reflections/${written}`)).toContain('Tried it early')
  const out = await organiser.read(at)
  expect((await organiser.get(cohort.at('/things/5'))).status).toBe(404)
  expect(out).toContain('Thing 5 is taken out.')
  expect(out).toContain(`action="${skip}/put-back"`)
  const early = await organiser.post(`${skip}/put-back`, { version: '2', opens_on: '2026-03-01' })
  expect(early.status).toBe(422)
  expect((await organiser.post(`${skip}/put-back`, { version: '2', opens_on: '2026-03-16' })).status).toBe(303)
  expect(
    calendar
      .entries(cohort.id)
      .slice(4, 6)
      .map(({ number }) => number),
  ).toEqual([5, 6])
  expect(calendar.takenOut(cohort.id)).toEqual([])
  expect(await learner.read(cohort.at(''))).toContain('5. The 5. thing')
})

test('a thing that is open cannot be taken out, nor one of another cohort', async () => {
  using site = await testSite()
  const { cohort, foreignOrganiser, organiser, other } = site.cast()
  const [first] = site.services.calendar.entries(cohort.id)
  const open = await organiser.post(`${at}/${first?.id}/skip`, { version: '1', rest: 'stay' })
  expect([open.status, (await open.text()).includes('what is open stays open')]).toEqual([422, true])
  const theirs = site.services.calendar.entries(other.id)[8]
  expect((await organiser.post(`${at}/${theirs?.id}/skip`, { version: '1', rest: 'stay' })).status).toBe(404)
  expect((await foreignOrganiser.post(`${at}/${first?.id}/skip`, { version: '1', rest: 'stay' })).status).toBe(404)
})

test('what is new in the course is taken over when an organiser asks for it', async () => {
  using site = await testSite()
  const { cohort, organiser } = site.cast({ things: 12 })
  const { calendar, courses } = site.services
  expect(await organiser.read(at)).not.toContain('The course has changed')
  const course_id = site.course(12)
  site.db.prepare('UPDATE thing SET position = 0 WHERE course_id = ? AND position = 12').run(course_id)
  site.db.prepare('UPDATE course SET revision = revision + 1 WHERE id = ?').run(course_id)
  expect(courses.bySlug('course-12')?.things).toHaveLength(11)
  expect(await organiser.read(at)).toContain('Take one thing out that the course has hidden')
  const nothing = await organiser.post(`${at}/course`, { version: '1', added: '1' })
  expect([nothing.status, (await nothing.text()).includes('Nothing was ticked')]).toEqual([422, true])
  expect((await organiser.post(`${at}/course`, { version: '1', hidden: '1' })).status).toBe(303)
  expect(calendar.entries(cohort.id).map(({ number }) => number)).not.toContain(12)
  expect(await organiser.read(at)).not.toContain('The course has changed')
})
