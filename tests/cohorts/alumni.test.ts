import { expect, test } from 'vitest'
import { type TestSite, testSite } from '../support/site.ts'

const AFTER = '2026-07-10T07:00:00Z'
const later = '/cohorts/spring/later'
const tip = { title: 'Offline maps', body: 'They work **below deck**.', link: 'https://maps.example/offline' }

function idOf(site: TestSite): number {
  return site.db.prepare<[], number>('SELECT id FROM later_thing').pluck().get() ?? 0
}

test('after the last day the map says what the person did, that everything stays, and what is offered', async () => {
  using site = await testSite({ now: AFTER })
  const { cohort, learner, peer } = site.cast()
  site.reflection(learner, cohort)
  const other = site.reflection(peer, cohort)
  await learner.post(`/reflections/${other}/comments`, { body: 'So did I.' })
  const map = await learner.read(cohort.at(''))
  expect(map).toContain('Everything stays')
  expect(map).toContain('one of 23 things done')
  expect(map).toContain('one reflection')
  expect(map).toContain('one answer to others')
  expect(map).toContain('Share Thing 24')
})

test('while the course runs the map is as ever, and nobody shares a thing', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  expect(await learner.read(cohort.at(''))).not.toContain('Everything stays')
  for (const answer of [await learner.get(later), await learner.post(later, tip)]) {
    expect([answer.status, (await answer.text()).includes('This opens after the last day')]).toEqual([403, true])
  }
  expect((await learner.post(cohort.at('/guide-again'), { done: '1' })).status).toBe(403)
})

test('a cohort that was closed early is over for its map too', async () => {
  using site = await testSite()
  const { cohort, learner, organiser } = site.cast()
  await organiser.post('/admin/cohorts/spring/close', { closes_on: '2026-03-02', early: '1' })
  expect(await learner.read(cohort.at(''))).toContain('Everything stays')
})

test('a thing that is shared has its number and month, and is read by the cohort and nobody else', async () => {
  using site = await testSite({ now: AFTER })
  const { cohort, guest, learner, peer, stranger } = site.cast()
  expect((await learner.post(later, tip)).headers.get('location')).toBe(later)
  const page = await peer.read(later)
  expect(page).toContain('Thing 24 · July 2026')
  expect(page).toContain('Offline maps')
  expect(page).toContain('<strong>below deck</strong>')
  expect(page).toContain('href="https://maps.example/offline" rel="noopener nofollow ugc"')
  expect(await peer.read(cohort.at(''))).toContain('One thing that came after')
  expect((await stranger.get(later)).status).toBe(404)
  expect((await guest.get(later)).status).toBe(303)
})

test('within a month it is one thing, written anew; the next month is another', async () => {
  using site = await testSite({ now: '2026-07-31T09:00:00Z' })
  const { learner } = site.cast({ time_zone: 'Pacific/Auckland' })
  await learner.post(later, tip)
  expect(await learner.read(later)).toContain('value="Offline maps"')
  await learner.post(later, { ...tip, title: 'Offline maps, again' })
  expect(site.db.prepare('SELECT title FROM later_thing').pluck().all()).toEqual(['Offline maps, again'])
  site.clock.set('2026-07-31T12:30:00Z')
  await site.browserOf(learner.id).post(later, { ...tip, title: 'August' })
  expect(site.db.prepare('SELECT month FROM later_thing ORDER BY id').pluck().all()).toEqual(['2026-07', '2026-08'])
})

test('what is wrong is said at its field, and what was typed stays', async () => {
  using site = await testSite({ now: AFTER })
  const { learner } = site.cast()
  for (const link of ['javascript:alert(1)', 'maps', 'https://', 'ftp://maps.example/']) {
    const answer = await learner.post(later, { ...tip, link })
    const page = await answer.text()
    expect([link, answer.status, page.includes('id="link-problem"')]).toEqual([link, 422, true])
    expect(page).toContain('value="Offline maps"')
  }
  expect((await learner.post(later, { ...tip, body: 'x'.repeat(2001) })).status).toBe(422)
  expect((await learner.post(later, { title: '', body: '' })).status).toBe(422)
  const evil = await learner.post(later, { ...tip, body: '<script>alert(1)</script> [x](javascript:alert(1))' })
  expect(evil.status).toBe(303)
  const page = await learner.read(later)
  expect(page).not.toContain('<script>alert')
  expect(page).not.toContain('href="javascript')
})

test('others say thanks once and take it back; authors cannot thank themselves', async () => {
  using site = await testSite({ now: AFTER })
  const { learner, peer, stranger } = site.cast()
  await learner.post(later, tip)
  const at = `${later}/${idOf(site)}/cheer`
  for (let time = 0; time < 2; time++) expect((await peer.post(at, { done: '1' })).status).toBe(303)
  await learner.post(at, { done: '1' })
  expect(await learner.read(later)).toContain('One person says thanks')
  await peer.post(at, { done: '0' })
  expect(await learner.read(later)).not.toContain('says thanks')
  expect((await peer.post(at, { done: 'perhaps' })).status).toBe(422)
  expect((await stranger.post(at, { done: '1' })).status).toBe(404)
  expect((await stranger.post(`/cohorts/elsewhere/later/${idOf(site)}/cheer`, { done: '1' })).status).toBe(404)
})

test('its author and the organisers delete it, nobody else; what an organiser does is in the log', async () => {
  using site = await testSite({ now: AFTER })
  const { admin, foreignOrganiser, guide, learner, organiser, peer, stranger } = site.cast()
  await learner.post(later, tip)
  const at = `${later}/${idOf(site)}/delete`
  const elsewhere = `/cohorts/elsewhere/later/${idOf(site)}/delete`
  expect((await peer.post(at)).status).toBe(403)
  expect((await guide.post(at)).status).toBe(403)
  for (const who of [stranger, foreignOrganiser, admin]) expect((await who.post(at)).status).toBe(404)
  expect((await foreignOrganiser.post(elsewhere)).status).toBe(404)
  expect((await learner.post(at)).status).toBe(303)
  await learner.post(later, tip)
  expect((await organiser.post(`${later}/${idOf(site)}/delete`)).status).toBe(303)
  expect(idOf(site)).toBe(0)
  const log = site.db
    .prepare("SELECT person_id, subject_id FROM activity WHERE kind = 'person.later_thing_deleted'")
    .all()
  expect(log).toEqual([{ person_id: organiser.id, subject_id: learner.id }])
})

test('who offers to guide is ticked for the next run, and may take it back', async () => {
  using site = await testSite({ now: AFTER })
  const { admin, cohort, guide, learner } = site.cast()
  cohort.enrol(admin, 'organiser')
  const again = '/admin/cohorts/spring/again'
  const offer = cohort.at('/guide-again')
  await learner.post(offer, { done: '1' })
  await learner.post(offer, { done: '1' })
  expect(await learner.read(cohort.at(''))).toContain('You would guide next time')
  expect(await guide.read(cohort.at(''))).not.toContain(offer)
  const page = await admin.read(again)
  expect(page).toContain(`name="lead_${learner.id}" value="1" checked`)
  expect(page).toContain('would guide next time')
  const sent = { title: 'Next', starts_on: '2027-03-01', [`lead_${learner.id}`]: '1' }
  expect((await admin.post(again, sent)).status).toBe(200)
  expect(site.db.prepare('SELECT email, role FROM invitation').all()).toEqual([{ email: learner.email, role: 'guide' }])
  await learner.post(offer, { done: '0' })
  expect(await admin.read(again)).not.toContain(`name="lead_${learner.id}"`)
})

test('a shared thing is deleted with the posts of a person who leaves, and stays where they stay', async () => {
  using site = await testSite({ now: AFTER })
  const { cohort, learner, peer } = site.cast()
  await learner.post(later, tip)
  await peer.post(later, { ...tip, title: 'Podcasts' })
  await learner.post(cohort.at('/leave'), { posts: 'go' })
  await peer.post(cohort.at('/leave'), { posts: 'stay' })
  expect(site.db.prepare('SELECT title FROM later_thing').pluck().all()).toEqual(['Podcasts'])
})

test('an announcement that is pinned stands on the map of those who took part', async () => {
  using site = await testSite({ now: AFTER })
  const { cohort, learner, organiser } = site.cast()
  const text = { title: 'Reunion', body: 'In the harbour, on 4 September.', pinned: '1' }
  expect((await organiser.post('/admin/cohorts/spring/announcements', text)).status).toBe(303)
  expect(await learner.read(cohort.at(''))).toContain('In the harbour, on 4 September.')
})
