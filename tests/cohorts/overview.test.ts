import { expect, test } from 'vitest'
import { testSite } from '../support/site.ts'

test('the page says that phones cannot reach an address nobody has set', async () => {
  using site = await testSite()
  const { slug, organiser } = site.cohort()
  expect(await organiser.read(`/admin/cohorts/${slug}`)).toContain('Phones cannot reach this address yet.')
})

test('who may join is changed at once', async () => {
  using site = await testSite()
  const { slug, organiser } = site.cohort()
  const link = async () =>
    /id="link" readonly value="([^"]*)"/.exec(await organiser.read(`/admin/cohorts/${slug}`))?.[1]
  expect(await link()).toContain('?code=')
  expect((await organiser.post(`/admin/cohorts/${slug}/joining`, { joining: 'open' })).status).toBe(303)
  expect(await link()).toBe('http://localhost:2323/join/spring')
  await organiser.post(`/admin/cohorts/${slug}/joining`, { joining: 'invitation' })
  expect(await link()).toBeUndefined()
  expect(site.services.cohorts.listOpen()).toEqual([])
})

test('an unknown way to join is refused on the page', async () => {
  using site = await testSite()
  const { slug, organiser } = site.cohort()
  const answer = await organiser.post(`/admin/cohorts/${slug}/joining`, { joining: 'everybody' })
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain('id="joining-problem"')
  expect(site.services.cohorts.findJoinable(slug)?.joining).toBe('code')
})

test('a new code closes the door that the old one opened, and is made once however often the form comes', async () => {
  using site = await testSite()
  const { slug, organiser } = site.cohort()
  const code = () => site.services.cohorts.findJoinable(slug)?.join_code
  const before = code()
  await organiser.post(`/admin/cohorts/${slug}/joining`, { new_code: '1', once: 'c1' })
  const after = code()
  expect(after).not.toBe(before)
  await organiser.post(`/admin/cohorts/${slug}/joining`, { new_code: '1', once: 'c1' })
  expect(code()).toBe(after)
  expect((await site.person().post(`/join/${slug}`, { code: before ?? '' })).status).toBe(422)
})

test('the next openings are the next ones', async () => {
  using site = await testSite({ now: '2026-03-04T07:00:00Z' })
  const { slug, organiser } = site.cohort()
  const html = await organiser.read(`/admin/cohorts/${slug}`)
  expect(Array.from(html.matchAll(/href="\/cohorts\/spring\/things\/(\d+)"/g), ([, number]) => number)).toEqual([
    '3',
    '4',
    '5',
    '6',
    '7',
  ])
  site.clock.set('2027-01-01T00:00:00Z')
  expect(await site.browserOf(organiser.id).read(`/admin/cohorts/${slug}`)).toContain('Everything is open.')
})

test('the calendar lists every week with its things', async () => {
  using site = await testSite()
  const { slug, organiser } = site.cohort()
  const html = await organiser.read(`/admin/cohorts/${slug}/calendar`)
  expect(html.match(/href="\/cohorts\/spring\/things\/\d+"/g)).toHaveLength(23)
  expect(html.match(/Catch-up week/g)).toHaveLength(3)
  expect(html).toContain('Europe/Oslo')
})

test('admin pages are stored in no cache', async () => {
  using site = await testSite()
  const { slug, organiser } = site.cohort()
  for (const path of ['', '/people', '/calendar', `/people/${organiser.handle}/remove`]) {
    const answer = await organiser.get(`/admin/cohorts/${slug}${path}`)
    expect([path, answer.status, answer.headers.get('cache-control')]).toEqual([path, 200, 'no-store'])
  }
})

test('the admin page is for admins, organisers and authors, each with what is theirs', async () => {
  using site = await testSite()
  const { admin, author, cohort, learner, organiser, guide } = site.cast()
  const all = await admin.read('/admin')
  for (const href of ['/admin/people', '/admin/cohorts/new', '/admin/courses', '/admin/courses/course-23'])
    expect(all).toContain(`href="${href}"`)
  const theirs = await organiser.read('/admin')
  expect(theirs).toContain(`href="/admin/cohorts/${cohort.slug}"`)
  expect(theirs).not.toContain('/admin/people')
  const writes = await author.read('/admin')
  expect(writes).toContain('href="/admin/courses"')
  expect(writes).not.toContain('/admin/people')
  for (const person of [learner, guide]) expect((await person.get('/admin')).status).toBe(403)
})

test("an organiser's pages take at most eight statements", async () => {
  using site = await testSite()
  const { cohort, organiser } = site.cast()
  for (const path of ['', '/people', '/calendar']) {
    const statements = await site.statements(() => organiser.get(`/admin/cohorts/${cohort.slug}${path}`))
    expect([path, statements.length <= 8]).toEqual([path, true])
  }
})
