import { expect, test } from 'vitest'
import { type Actor, testSite } from '../support/site.ts'

const ZONE = '/admin/cohorts/spring/time-zone'

/** When things of the cohort open, by their number. */
function opening(site: Awaited<ReturnType<typeof testSite>>, cohort_id: number): Map<number, string> {
  const { calendar } = site.services
  return new Map(calendar.entries(cohort_id).map(({ number, opens_at }) => [number ?? 0, opens_at]))
}

test('before the first thing opens everything keeps its date and opens at midnight of the new zone', async () => {
  using site = await testSite({ now: '2026-02-20T09:00:00Z' })
  const { organiser, cohort } = site.cast({ time_zone: 'Europe/Oslo' })
  const plain = await organiser.get(ZONE)
  expect([plain.status, await plain.text()]).toEqual([
    200,
    expect.stringContaining('<option value="Europe/Oslo" selected>'),
  ])
  const page = await organiser.read(`${ZONE}?time_zone=America/Halifax`)
  expect(page).toContain('Nothing is open yet')
  const answer = await organiser.post(ZONE, { time_zone: 'America/Halifax', version: '1' })
  expect(answer.headers.get('location')).toBe('/admin/cohorts/spring/calendar')
  const opens = opening(site, cohort.id)
  // before and after the clocks change there on 8 March
  expect([opens.get(1), opens.get(3)]).toEqual(['2026-03-02T04:00:00.000Z', '2026-03-09T03:00:00.000Z'])
  expect(site.services.cohorts.counts(cohort.id)).toBeTruthy()
})

test('afterwards the page shows what moves, and what is open stays open', async () => {
  using site = await testSite({ now: '2026-03-09T09:00:00Z' })
  const { organiser, cohort, learner } = site.cast({ time_zone: 'Europe/Oslo' })
  const before = opening(site, cohort.id)
  const page = await organiser.read(`${ZONE}?time_zone=America/Halifax`)
  expect(page).toContain('Things that are open stay open')
  expect(page).toMatch(/Thing 5.*Monday 16 March, 0:00.*Monday 16 March, 4:00/s)
  expect(page).not.toContain('Thing 4<')
  await organiser.post(ZONE, { time_zone: 'America/Halifax', version: '1', tell: '1' })
  const after = opening(site, cohort.id)
  expect([after.get(4), after.get(5)]).toEqual([before.get(4), '2026-03-16T03:00:00.000Z'])
  expect((await learner.get(cohort.at('/things/4'))).status).toBe(200)
  await site.services.jobs.runDue()
  expect(await learner.read('/notices')).toContain('The time zone is America/Halifax now')
  expect(await organiser.read('/admin/cohorts/spring/log')).toMatch(/time zone.*America\/Halifax/is)
})

test('a thing that would open at once is told of, and does', async () => {
  using site = await testSite({ now: '2026-03-08T20:00:00Z' })
  const { organiser, cohort, learner } = site.cast({ time_zone: 'Europe/Oslo' })
  expect((await learner.get(cohort.at('/things/3'))).status).not.toBe(200)
  expect(await organiser.read(`${ZONE}?time_zone=Asia/Tokyo`)).toContain('Opens immediately')
  await organiser.post(ZONE, { time_zone: 'Asia/Tokyo', version: '1' })
  expect((await learner.get(cohort.at('/things/3'))).status).toBe(200)
})

test('a planned closing moves with the zone, and its notice is sent once', async () => {
  using site = await testSite({ now: '2026-03-09T09:00:00Z' })
  const { organiser, cohort, learner } = site.cast({ time_zone: 'Europe/Oslo' })
  await organiser.post('/admin/cohorts/spring/close', { closes_on: '2026-06-30', early: '1', tell: '1' })
  expect(await organiser.read(`${ZONE}?time_zone=UTC`)).toMatch(/The cohort closes.*30 June, 0:00.*30 June, 2:00/s)
  await organiser.post(ZONE, { time_zone: 'UTC', version: '1' })
  site.clock.set('2026-06-29T23:00:00Z')
  await site.services.jobs.runDue()
  const { enrolments } = site.services
  expect(enrolments.find(learner.id, cohort.slug)?.cohort.closed_at).toBe('2026-06-30T00:00:00.000Z')
  const told = () => site.db.prepare("SELECT count(*) FROM notice WHERE kind = 'closed' AND person_id = ?").pluck()
  expect(told().get(learner.id)).toBe(0)
  site.clock.set('2026-06-30T00:01:00Z')
  await site.services.jobs.runDue()
  expect(told().get(learner.id)).toBe(1)
})

test('a calendar that has changed meanwhile, an unknown zone and people without the right are refused', async () => {
  using site = await testSite()
  const { organiser, guide, learner, foreignOrganiser, cohort } = site.cast()
  const wanted = { time_zone: 'Asia/Tokyo', version: '1' }
  for (const other of [guide, learner]) expect((await other.post(ZONE, wanted)).status).toBe(403)
  expect((await foreignOrganiser.post(ZONE, wanted)).status).toBe(404)
  expect((await organiser.post(ZONE, { ...wanted, version: '7' })).status).toBe(409)
  for (const time_zone of ['Mars/Olympus', '+02:00', '']) {
    const answer = await organiser.post(ZONE, { time_zone, version: '1' })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('id="time_zone-problem"')
  }
  expect((await organiser.get(`${ZONE}?time_zone=Mars/Olympus`)).status).toBe(422)
  expect(site.db.prepare('SELECT time_zone FROM cohort WHERE id = ?').pluck().get(cohort.id)).toBe('Europe/Oslo')
})

test('the preview shows each instant by both clocks, also the end of the last day', async () => {
  using site = await testSite({ now: '2026-03-10T09:00:00Z' })
  const { organiser } = site.cast({ time_zone: 'Europe/Oslo' })
  const text = (await organiser.read(`${ZONE}?time_zone=America/Toronto`)).replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
  // the clocks of Toronto changed on 8 March, those of Oslo change on the 29th
  expect(text).toContain('Monday 16 March, 0:00 Sunday 15 March, 19:00 in America/Toronto')
  expect(text).toContain('Monday 16 March, 5:00 Monday 16 March, 0:00 in America/Toronto')
  expect(text).toContain('Monday 6 April, 0:00 Sunday 5 April, 18:00 in America/Toronto')
  expect(text).toMatch(/The last day ends .*, 0:00 .*, 18:00 in America\/Toronto/)
})

test('what opens at once opens now and not in the past, so that the order of openings stays', async () => {
  using site = await testSite({ now: '2026-03-15T12:00:00Z' })
  const { organiser, cohort } = site.cast({ time_zone: 'Pacific/Honolulu' })
  await organiser.post(ZONE, { time_zone: 'Pacific/Kiritimati', version: '1' })
  expect(opening(site, cohort.id).get(5)).toBe('2026-03-15T12:00:00.000Z')
  const opened = site.services.calendar.entries(cohort.id).map(({ opens_at }) => opens_at)
  expect(opened).toEqual(opened.toSorted())
})

test('a form that is sent twice changes the time zone once', async () => {
  using site = await testSite({ now: '2026-02-20T09:00:00Z' })
  const { organiser } = site.cast()
  for (let time = 0; time < 2; time += 1)
    expect((await organiser.post(ZONE, { time_zone: 'Asia/Tokyo', version: '1', once: 'f00dcafe12' })).status).toBe(303)
  expect(site.db.prepare("SELECT count(*) FROM activity WHERE kind = 'calendar.changed'").pluck().get()).toBe(1)
})

test('a badge that was earned keeps its date, and the next one has that of the new zone', async () => {
  using site = await testSite({ now: '2026-03-09T20:00:00Z' })
  const { cohort, guest, learner, organiser, peer } = site.cast()
  const earn = async (person: Actor) => {
    site.reflection(person, cohort)
    const id = site.db.prepare('SELECT id FROM award WHERE person_id = ?').pluck().get(person.id)
    await person.post(`/awards/${id}/share`, { shared: '1' })
    return `/awards/${id}`
  }
  const first = await earn(learner)
  site.clock.advance({ minutes: 10 })
  await organiser.post(ZONE, { time_zone: 'Asia/Tokyo', version: '1' })
  const second = await earn(peer)
  expect(await guest.read(first)).toContain('9 March 2026')
  expect(await guest.read(second)).toContain('10 March 2026')
  const json = await (await guest.get(`${first}/credential.json`)).json()
  expect(json.validFrom).toBe('2026-03-09T21:00:00+01:00')
  expect(await learner.read('/cohorts/spring/badges')).toContain('9 March 2026')
  const file = await (await organiser.get('/admin/cohorts/spring/awards.csv')).text()
  expect([file.includes(`${learner.handle},2026-03-09`), file.includes(`${peer.handle},2026-03-10`)]).toEqual([
    true,
    true,
  ])
})
