import { expect, test } from 'vitest'
import { testSite } from '../support/site.ts'

const at = '/admin/cohorts/spring/close'
const reopen = '/admin/cohorts/spring/reopen'
const AFTER = '2026-06-20T07:00:00Z'

test('after the last day a cohort closes at once: nobody joins, and it is not offered any more', async () => {
  using site = await testSite({ now: AFTER })
  const { cohort, guest, organiser, admin } = site.cast({ joining: 'open' })
  const token = site.services.invitations.make({
    email: 'new@library.example',
    cohort_id: cohort.id,
    role: 'guide',
    by: organiser.id,
  })
  expect((await guest.get('/join/spring')).status).toBe(200)
  expect((await organiser.post(at, { closes_on: '2026-06-20', tell: '1' })).status).toBe(303)
  expect(await organiser.read('/admin/cohorts/spring')).toContain('The cohort is closed. Everything in it stays.')
  const door = await guest.get('/join/spring')
  expect([door.status, (await door.text()).includes('This course has ended')]).toEqual([403, true])
  expect((await admin.post('/join/spring', {})).status).toBe(403)
  expect(site.services.enrolments.find(admin.id, 'spring')).toBeNull()
  expect(site.services.invitations.find(token)).toBeNull()
  site.services.members.enrol({ cohort_id: cohort.id, person_id: admin.id })
  expect(site.services.enrolments.find(admin.id, 'spring')).toBeNull()
})

test('it leaves the first page of the site, though its last day is still to come', async () => {
  using site = await testSite()
  const { guest, organiser } = site.cast()
  expect(await guest.read('/')).toContain('/join/spring')
  await organiser.post(at, { closes_on: '2026-03-02', early: '1' })
  const page = await site.guest().read('/')
  expect(page).not.toContain('/join/spring"')
  expect(page).toContain('/join/elsewhere')
})

test('late work counts, with its true date, and shows as late in the grid', async () => {
  using site = await testSite({ now: '2026-06-30T07:00:00Z' })
  const { cohort, learner, organiser } = site.cast()
  await organiser.post(at, { closes_on: '2026-06-30' })
  site.clock.advance({ hours: 48 })
  const written = await learner.post(cohort.at('/things/1/reflection'), {
    title: 'Late and glad',
    body: 'It was worth the wait.',
    audience: 'cohort',
    intent: 'publish',
  })
  expect(written.status).toBe(303)
  const done = site.db.prepare('SELECT completed_at FROM completion').pluck().all()
  expect(done).toEqual(['2026-07-02T07:00:00.000Z'])
  expect(await organiser.read('/admin/cohorts/spring/grid')).toContain('data-state="late"')
})

test('what is done after a cohort was closed early is late', async () => {
  using site = await testSite()
  const { cohort, learner, organiser } = site.cast()
  await organiser.post(at, { closes_on: '2026-03-02', early: '1' })
  site.clock.advance({ hours: 1 })
  site.reflection(learner, cohort)
  expect(await organiser.read('/admin/cohorts/spring/grid')).toContain('data-state="late"')
})

test('before the last day it must be meant, and a day that has passed is refused', async () => {
  using site = await testSite()
  const { organiser } = site.cast()
  const early = await organiser.post(at, { closes_on: '2026-05-01' })
  expect([early.status, (await early.text()).includes('If you want to close before it, please tick this.')]).toEqual([
    422,
    true,
  ])
  const past = await organiser.post(at, { closes_on: '2026-03-01', early: '1' })
  expect([past.status, (await past.text()).includes('That day has passed')]).toEqual([422, true])
  for (const closes_on of ['', 'soon', '2026-02-30']) expect((await organiser.post(at, { closes_on })).status).toBe(422)
  expect(site.db.prepare('SELECT closed_at FROM cohort').pluck().all()).toEqual([null, null])
})

test('a later day closes it at its midnight in the zone of the cohort, and only then is anybody told', async () => {
  using site = await testSite()
  const { guest, learner, organiser } = site.cast({ time_zone: 'Pacific/Auckland', joining: 'open' })
  await organiser.post(at, { closes_on: '2026-06-15', tell: '1' })
  expect(await organiser.read(at)).toContain('Monday 15 June')
  site.clock.set('2026-06-14T11:59:00Z')
  await site.services.jobs.runDue()
  expect((await guest.get('/join/spring')).status).toBe(200)
  expect(site.services.notices.countNew(learner.id)).toBe(0)
  site.clock.advance({ minutes: 1 })
  await site.services.jobs.runDue()
  expect((await guest.get('/join/spring')).status).toBe(403)
  expect(await site.browserOf(learner.id).read('/notices')).toContain('“Spring” has ended. Everything stays')
  expect(site.services.notices.countNew(organiser.id)).toBe(0)
})

test('nobody is notified of a cancelled or postponed closing, nor when the organiser chose not to', async () => {
  using site = await testSite()
  const { learner, organiser } = site.cast()
  await organiser.post(at, { closes_on: '2026-06-15', tell: '1' })
  await organiser.post(reopen)
  site.clock.set('2026-06-20T07:00:00Z')
  await site.services.jobs.runDue()
  const again = site.browserOf(organiser.id)
  await again.post(at, { closes_on: '2026-06-20' })
  await site.services.jobs.runDue()
  expect(site.services.notices.countNew(learner.id)).toBe(0)
})

test('it can be opened again, and people join as before', async () => {
  using site = await testSite({ now: AFTER })
  const { cohort, guest, organiser, admin } = site.cast({ joining: 'open' })
  await organiser.post(at, { closes_on: '2026-06-20' })
  expect(await organiser.read(at)).toContain(`action="${reopen}"`)
  expect((await organiser.post(reopen)).status).toBe(303)
  expect((await guest.get('/join/spring')).status).toBe(200)
  await admin.post('/join/spring', {})
  expect(site.services.enrolments.find(admin.id, cohort.slug)).not.toBeNull()
})

test('the log says when it was closed and opened again, with what was before', async () => {
  using site = await testSite({ now: AFTER })
  const { cohort, organiser } = site.cast()
  await organiser.post(at, { closes_on: '2026-06-20', once: 'one' })
  await organiser.post(at, { closes_on: '2026-06-20', once: 'one' })
  await organiser.post(reopen)
  const rows = site.db
    .prepare("SELECT kind, detail FROM activity WHERE cohort_id = ? AND kind IN ('cohort.closed', 'cohort.reopened')")
    .all(cohort.id)
  const closed_at = '2026-06-20T07:00:00.000Z'
  expect(rows).toEqual([
    { kind: 'cohort.closed', detail: JSON.stringify({ before: null, after: closed_at }) },
    { kind: 'cohort.reopened', detail: JSON.stringify({ before: closed_at, after: null }) },
  ])
})

test('only organisers of the cohort close it', async () => {
  using site = await testSite({ now: AFTER })
  const { admin, foreignOrganiser, guide, learner } = site.cast()
  const answers: number[] = []
  for (const who of [learner, guide, foreignOrganiser, admin])
    for (const path of [at, reopen]) answers.push((await who.post(path, { closes_on: '2026-06-20' })).status)
  expect(answers).toEqual([403, 403, 403, 403, 404, 404, 404, 404])
  expect(site.db.prepare('SELECT closed_at FROM cohort').pluck().all()).toEqual([null, null])
})

test('people stay on the waiting list of a closed cohort and are enrolled once it reopens', async () => {
  using site = await testSite()
  const { admin, cohort, learner, organiser, peer } = site.cast()
  const { cohortSettings, enrolments, waitingList } = site.services
  cohortSettings.change(cohort.id, { capacity: 2 }, organiser.id)
  waitingList.joinOrWait({ cohort_id: cohort.id, person_id: admin.id, wait: true })
  await organiser.post(at, { closes_on: '2026-03-02', early: '1' })
  site.clock.advance({ minutes: 1 })
  await learner.post(cohort.at('/leave'), { posts: 'stay' })
  expect([enrolments.find(admin.id, 'spring'), waitingList.placeOfPerson(cohort.id, admin.id)]).toEqual([null, 1])
  await organiser.post(reopen)
  expect([enrolments.find(admin.id, 'spring')?.role, enrolments.find(peer.id, 'spring')?.role]).toEqual([
    'learner',
    'learner',
  ])
})

test('a person in several cohorts is told which have ended, without a sad word', async () => {
  using site = await testSite({ now: AFTER })
  const { learner, other } = site.cast()
  other.enrol(learner)
  expect(await learner.read('/home')).toContain('ended, and everything stays')
})
