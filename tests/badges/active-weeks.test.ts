import fc from 'fast-check'
import { expect, test } from 'vitest'
import { weeksOf } from '../../server/badges/active-weeks.ts'
import { type Actor, testSite } from '../support/site.ts'

const MONDAYS = ['2026-03-02', '2026-03-09', '2026-03-16', '2026-03-23']
const spell = {
  starts_on: '2026-03-02',
  ends_on: '2026-03-29',
  today: '2026-04-20',
  here: [],
  opens: MONDAYS,
  pauses: [],
}

test('a week with activity counts once, on whichever of its days', () => {
  const here = ['2026-03-02', '2026-03-08', '2026-03-05', '2026-03-22']
  expect(weeksOf({ ...spell, here })).toEqual(['here', 'quiet', 'here', 'quiet'])
})

test('weeks without openings and paused weeks are rest, and count when there is activity', () => {
  const opens = MONDAYS.filter((_day, at) => at !== 1)
  const pauses = [{ since: '2026-03-19', until: '2026-03-24' }]
  expect(weeksOf({ ...spell, opens, pauses })).toEqual(['quiet', 'rest', 'rest', 'rest'])
  expect(weeksOf({ ...spell, opens, pauses, here: ['2026-03-10', '2026-03-23'] })).toEqual([
    'quiet',
    'here',
    'rest',
    'here',
  ])
})

test('there are as many weeks as have begun; after the end up to the last activity', () => {
  expect(weeksOf({ ...spell, today: '2026-03-09' })).toHaveLength(2)
  expect(weeksOf(spell)).toHaveLength(4)
  expect(weeksOf({ ...spell, here: ['2026-04-07'] })).toHaveLength(6)
})

test('the count is that of the different weeks with activity, whatever the pauses', () => {
  const day = fc
    .integer({ min: 0, max: 27 })
    .map((days) => Temporal.PlainDate.from('2026-03-02').add({ days }).toString())
  fc.assert(
    fc.property(fc.array(day), fc.array(fc.tuple(day, day)), (here, spells) => {
      const pauses = spells.map(([since, until]) => ({ since, until }))
      const weeks = weeksOf({ ...spell, here, pauses })
      const different = new Set(here.map((date) => Math.floor((Number(date.slice(8)) - 2) / 7)))
      expect(weeks.filter((week) => week === 'here')).toHaveLength(different.size)
    }),
  )
})

test('the wall shows the weeks with a reflection, a comment or a completed thing, and no streak', async () => {
  using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  const wall = (who: Actor) => who.read(cohort.at('/badges'))
  expect(await wall(learner)).toContain('Your first week shows here')
  const id = site.reflection(peer, cohort)
  site.services.comments.write(id, learner.id, 'I had the same.')
  expect(await wall(learner)).toContain('One week so far: week 1.')
  site.clock.advance({ days: 21 })
  expect(await wall(learner)).toContain('One week so far: week 1.')
  site.reflection(learner, cohort, { number: 2 })
  site.clock.advance({ days: 7 })
  site.reflection(learner, cohort, { number: 3 })
  expect(await wall(learner)).toContain('Three weeks so far: 1 and 4–5.')
  expect(await wall(peer)).toContain('One week so far: week 1.')
})

test('days are those of the cohort’s own clock', async () => {
  using site = await testSite({ now: '2026-03-08T12:00:00Z' })
  const { cohort, learner } = site.cast({ time_zone: 'Pacific/Auckland' })
  // noon on Sunday in Greenwich is Monday there
  site.reflection(learner, cohort)
  expect(await learner.read(cohort.at('/badges'))).toContain('One week so far: week 2.')
})
