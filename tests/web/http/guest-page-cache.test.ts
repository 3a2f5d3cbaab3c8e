import { expect, test } from 'vitest'
import { testSite } from '../../support/site.ts'

test('a page that many guests read is made once, and anew as soon as something changed', async () => {
  using site = await testSite()
  const { cohort, guest, learner } = site.cast()
  const id = site.reflection(learner, cohort, { title: 'For all', audience: 'world' })
  const address = `/reflections/${id}`
  const first = await (await guest.get(address)).text()
  const statements = await site.statements(async () => expect(await (await guest.get(address)).text()).toBe(first))
  expect(statements.length).toBeLessThanOrEqual(2)
  await learner.post(cohort.at('/things/1/reflection'), {
    intent: 'publish',
    title: 'Only for us',
    body: 'Now.',
    audience: 'cohort',
  })
  expect((await guest.get(address)).status).toBe(404)
})

test('what is said of time is a minute old at most', async () => {
  using site = await testSite()
  const { cohort, guest, learner } = site.cast()
  site.reflection(learner, cohort, { audience: 'world' })
  expect(await guest.read(`/people/${learner.handle}`)).toContain('just now')
  site.clock.advance({ minutes: 5 })
  expect(await guest.read(`/people/${learner.handle}`)).toContain('5 minutes ago')
})

test('a page of somebody who is signed in is never given to a guest', async () => {
  using site = await testSite()
  const { guest, learner } = site.cast()
  expect(await learner.read('/courses/course-23')).toContain('aria-label="Main"')
  expect(await guest.read('/courses/course-23')).not.toContain('aria-label="Main"')
})
