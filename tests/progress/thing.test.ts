import { expect, test } from 'vitest'
import { testSite } from '../support/site.ts'

test('a thing opens at 00:00 in the zone of the cohort, not a minute before', async () => {
  await using site = await testSite({ now: '2026-03-01T10:59:00Z' })
  const { cohort, learner } = site.cast({ starts_on: '2026-03-02', time_zone: 'Pacific/Auckland' })
  expect((await learner.get(cohort.at('/things/1'))).status).toBe(403)
  site.clock.advance({ minutes: 1 })
  expect((await learner.get(cohort.at('/things/1'))).status).toBe(200)
})

test('a closed thing shows its title and date and nothing of what is inside', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const page = await (await learner.get(cohort.at('/things/3'))).text()
  expect(page).toContain('The 3. thing')
  expect(page).toContain('Opens Monday 9 March')
  expect(page).not.toContain('Why thing 3 matters')
  expect(page).not.toContain('What one does in thing 3')
  expect(page).not.toContain('Look twice')
  expect(page).not.toContain('What surprised you')
})

test('what is open stays open, long after the end of the cohort', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  site.clock.advance({ years: 2 })
  const later = site.browserOf(learner.id)
  const statuses = await Promise.all([1, 12, 23].map(async (n) => (await later.get(cohort.at(`/things/${n}`))).status))
  expect(statuses).toEqual([200, 200, 200])
})

test('guides and organisers see a thing before its day, with a note that learners do not', async () => {
  await using site = await testSite()
  const { cohort, guide, organiser } = site.cast()
  for (const leading of [guide, site.browserOf(organiser.id)]) {
    const answer = await leading.get(cohort.at('/things/3'))
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('Learners see this from Monday 9 March.')
  }
})

test('things that are open may be done in any order', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  site.reflection(learner, cohort, { number: 2 })
  const page = await learner.read(cohort.at(''))
  expect(page).toContain('2. The 2. thing, done')
  expect(page).toContain('1. The 1. thing, next for you')
})

test.each(['0', '24', '-1', '1.5', 'one', '1e1', '99999999999999999999'])('there is no thing %s', async (number) => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  expect((await learner.get(cohort.at(`/things/${number}`))).status).toBe(404)
})

test('a stranger does not learn that the cohort or its things exist', async () => {
  await using site = await testSite()
  const { cohort, stranger, foreignGuide, foreignOrganiser, admin } = site.cast()
  for (const person of [stranger, foreignGuide, foreignOrganiser, admin]) {
    expect((await person.get(cohort.at(''))).status).toBe(404)
    expect((await person.get(cohort.at('/things/1'))).status).toBe(404)
    expect((await person.post(cohort.at('/things/1/steps/try'), { done: '1' })).status).toBe(404)
    expect((await person.post(cohort.at('/things/1/skip'), { done: '1', reason: 'x' })).status).toBe(404)
    expect((await person.post(cohort.at('/goal'), { goal: '5' })).status).toBe(404)
  }
})

test('a guest is asked to sign in, and their requests are refused', async () => {
  await using site = await testSite()
  const { cohort, guest } = site.cast()
  const answer = await guest.get(cohort.at('/things/1'))
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe(`/login?next=${encodeURIComponent(cohort.at('/things/1'))}`)
  expect((await guest.post(cohort.at('/things/1/skip'), { done: '1', reason: 'x' })).status).toBe(403)
})

test('the page leads to the editor with each prompt in place', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const page = await learner.read(cohort.at('/things/1'))
  expect(page).toContain(`href="${cohort.at('/things/1/reflection?prompt=1')}"`)
  expect(page).toContain(`href="${cohort.at('/things/1/reflection?prompt=2')}"`)
})

test('a draft is found again from the map and from the thing', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  await learner.post(cohort.at('/things/1/reflection'), { body: 'Half a thought', intent: 'draft', version: '0' })
  expect(await learner.read(cohort.at(''))).toContain('Go on with your draft')
  expect(await learner.read(cohort.at('/things/1'))).toContain('Go on with your draft')
})

test('once written, the thing leads to one’s own reflection', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const id = site.reflection(learner, cohort, { title: 'My first try' })
  const page = await learner.read(cohort.at('/things/1'))
  expect(page).toContain(`href="/reflections/${id}"`)
  expect(page).toContain('My first try')
})

test('who has written about a thing is told to those who may read it', async () => {
  await using site = await testSite()
  const { cohort, learner, peer, guide } = site.cast()
  site.reflection(peer, cohort, { title: 'For the guides alone', audience: 'guides' })
  expect(await learner.read(cohort.at('/things/1'))).not.toContain('For the guides alone')
  expect(await guide.read(cohort.at('/things/1'))).toContain('For the guides alone')
})

test('a deleted reflection takes the thing back to open', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const id = site.reflection(learner, cohort)
  await learner.post(`/reflections/${id}/delete`)
  expect(await learner.read(cohort.at(''))).toContain('1. The 1. thing, next for you')
})

test('a thing page asks at most 8 statements, the same with one reflection about it and with a hundred', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const count = async () => (await site.statements(() => learner.get(cohort.at('/things/1')))).length
  site.reflection(cohort.enrol(site.person()), cohort)
  await learner.get(cohort.at('/things/1'))
  const one = await count()
  for (let number = 0; number < 99; number++) site.reflection(cohort.enrol(site.person()), cohort)
  expect(await count()).toBe(one)
  expect(one).toBeLessThanOrEqual(8)
})
