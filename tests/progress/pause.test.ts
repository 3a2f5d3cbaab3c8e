import { expect, test } from 'vitest'
import { type TestSite, testSite } from '../support/site.ts'

const pauses = (site: TestSite) => site.db.prepare('SELECT since, until FROM pause ORDER BY since').all()

test('a learner pauses, the map says so, and they are welcomed back', async () => {
  using site = await testSite({ now: '2026-03-10T07:00:00Z' })
  const { cohort, learner } = site.cast()
  expect(await learner.read(cohort.at(''))).toContain('Need a break?')
  expect((await learner.post(cohort.at('/pause'), { done: '1' })).headers.get('location')).toBe('/cohorts/spring')
  const paused = await learner.read(cohort.at(''))
  expect(paused).toContain('Enjoy the break.')
  expect(paused).toContain('You are taking a break')
  expect(paused).not.toContain('Need a break?')
  site.clock.advance({ hours: 24 * 12 })
  await learner.post(cohort.at('/pause'), { done: '0' })
  const back = await learner.read(cohort.at(''))
  expect(back).toContain('Welcome back, Amara!')
  expect(back).toContain('Need a break?')
  expect(pauses(site)).toEqual([{ since: '2026-03-10T07:00:00.000Z', until: '2026-03-22T07:00:00.000Z' }])
})

test('pausing and coming back are idempotent', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  for (const done of ['1', '1', '0', '0']) {
    site.clock.advance({ hours: 1 })
    expect((await learner.post(cohort.at('/pause'), { done })).status).toBe(303)
  }
  expect(pauses(site)).toEqual([{ since: '2026-03-02T08:00:00.000Z', until: '2026-03-02T10:00:00.000Z' }])
  const kinds = site.db.prepare("SELECT kind FROM activity WHERE kind LIKE 'person.%' ORDER BY id").pluck().all()
  expect(kinds.slice(-2)).toEqual(['person.paused', 'person.came_back'])
})

test('a learner may pause again, and write meanwhile', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  for (const done of ['1', '0', '1']) {
    site.clock.advance({ hours: 1 })
    await learner.post(cohort.at('/pause'), { done })
  }
  expect(pauses(site)).toHaveLength(2)
  expect(site.reflection(learner, cohort)).toBeGreaterThan(0)
})

test('who leads does not pause, what is no yes or no is refused, and strangers are none of it', async () => {
  using site = await testSite()
  const { cohort, guide, learner, stranger } = site.cast()
  expect((await guide.post(cohort.at('/pause'), { done: '1' })).status).toBe(403)
  expect(await guide.read(cohort.at(''))).not.toContain('Need a break?')
  expect((await learner.post(cohort.at('/pause'), { done: 'perhaps' })).status).toBe(422)
  expect((await learner.post(cohort.at('/pause'))).status).toBe(422)
  expect((await stranger.post(cohort.at('/pause'), { done: '1' })).status).toBe(404)
  expect(pauses(site)).toEqual([])
})
