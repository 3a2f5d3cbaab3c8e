import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { type Actor, PASSWORD, type TestSite, testSite } from '../support/site.ts'
import { postOffice } from '../support/smtp-server.ts'

interface Cohort {
  id: number
  slug: string
  organiser: Actor
}

function limit(site: TestSite, cohort: Cohort, capacity: number | null): void {
  site.services.cohortSettings.change(cohort.id, { capacity }, cohort.organiser.id)
}

function join(site: TestSite, cohort: Cohort, who: Actor, fields: Record<string, string> = {}): Promise<Response> {
  const code = site.services.cohorts.findJoinable(cohort.slug)?.join_code ?? ''
  return who.post(`/join/${cohort.slug}`, { code, ...fields })
}

const learners = (site: TestSite, cohort: Cohort) => site.services.cohorts.counts(cohort.id).learners
const isIn = (site: TestSite, cohort: Cohort, who: { id: number }) =>
  site.services.enrolments.find(who.id, cohort.slug) !== null
const inLine = (site: TestSite, cohort: Cohort) =>
  site.services.waitingList.listOfCohort(cohort.id).map(({ name }) => name)

/** A cohort whose only place is taken. */
function fullCohort(site: TestSite) {
  const cohort = site.cohort()
  const first = cohort.enrol(site.person({ name: 'First' }))
  limit(site, cohort, 1)
  return { ...cohort, first }
}

test('of sixty who join at the same moment through two processes exactly twenty find a place', async () => {
  const file = path.join(tmpdir(), `twentythree-places-${randomUUID()}.sqlite`)
  try {
    await using site = await testSite({ file })
    await using other = await testSite({ file })
    const cohort = site.cohort({ joining: 'open' })
    limit(site, cohort, 20)
    const people = Array.from({ length: 60 }, () => site.person())
    const twins = people.map((person, index) => (index % 2 ? other.browserOf(person.id) : person))
    const answers = await Promise.all(twins.map((who) => who.post(`/join/${cohort.slug}`, {})))
    const to = answers.map((answer) => answer.headers.get('location'))
    expect(learners(site, cohort)).toBe(20)
    expect(to.filter((location) => location === '/cohorts/spring')).toHaveLength(20)
    expect(to.filter((location) => location === '/join/spring')).toHaveLength(40)
    expect(await twins[to.indexOf('/join/spring')]!.read('/join/spring')).toContain('Put me in line')
  } finally {
    for (const ending of ['', '-wal', '-shm']) rmSync(file + ending, { force: true })
  }
})

test('a full cohort offers its waiting list and tells the place on it', async () => {
  using site = await testSite()
  const cohort = fullCohort(site)
  const [amara, kenji] = [site.person({ name: 'Amara' }), site.person({ name: 'Kenji' })]
  expect(await amara.read('/join/spring')).toContain('Every place is taken')
  for (const who of [amara, kenji]) {
    expect((await join(site, cohort, who, { wait: '1' })).headers.get('location')).toMatch('/join/spring')
  }
  expect(await kenji.read('/join/spring')).toContain('You are number 2 in line')
  expect(await kenji.read('/home')).toContain('You are number 2 in line')
  expect((await kenji.get('/cohorts/spring')).status).toBe(404)
  expect(inLine(site, cohort)).toEqual(['Amara', 'Kenji'])
})

test('a person without an account makes one and joins the waiting list by one form', async () => {
  using site = await testSite()
  const cohort = fullCohort(site)
  const guest = site.guest()
  const code = site.services.cohorts.findJoinable(cohort.slug)?.join_code ?? ''
  const form = { name: 'Noor', email: 'noor@library.example', password: PASSWORD, code, wait: '1' }
  await guest.post('/join/spring', form)
  expect(inLine(site, cohort)).toEqual(['Noor'])
  expect(await guest.read('/join/spring')).toContain('You are number 1 in line')
})

test('when a learner leaves, the first on the waiting list is enrolled and notified, also by email', async () => {
  await using post = await postOffice()
  await using site = await testSite({ smtp_url: post.url })
  const cohort = fullCohort(site)
  const [amara, kenji] = [site.person({ name: 'Amara' }), site.person({ name: 'Kenji' })]
  for (const who of [amara, kenji]) await join(site, cohort, who, { wait: '1' })
  await cohort.first.post('/cohorts/spring/leave', { posts: 'stay' })
  expect([isIn(site, cohort, amara), isIn(site, cohort, kenji), learners(site, cohort)]).toEqual([true, false, 1])
  expect(await amara.read('/notices')).toContain('A place is free: you are in “Spring” now')
  await site.services.jobs.runDue()
  expect(post.letters.map(({ mail }) => mail?.subject)).toEqual(['A place in Spring is yours'])
  expect(await kenji.read('/join/spring')).toContain('You are number 1 in line')
})

test.each(['removed', 'made a guide', 'gone for good', 'more room', 'no limit'])(
  'a place is free when somebody is %s',
  async (why) => {
    using site = await testSite()
    const cohort = fullCohort(site)
    const { first, organiser } = cohort
    const amara = site.person()
    await join(site, cohort, amara, { wait: '1' })
    const people = `/admin/cohorts/spring/people/${first.handle}`
    if (why === 'removed') await organiser.post(`${people}/remove`, { posts: 'stay' })
    if (why === 'made a guide') await organiser.post(`${people}/role`, { role: 'guide' })
    if (why === 'gone for good') await first.post('/me/delete', { password: PASSWORD, posts: 'go' })
    if (why === 'more room') limit(site, cohort, 2)
    if (why === 'no limit') limit(site, cohort, null)
    expect(isIn(site, cohort, amara)).toBe(true)
    expect(inLine(site, cohort)).toEqual([])
  },
)

test('a capacity below the number of learners removes and enrols nobody', async () => {
  using site = await testSite()
  const { cohort, learner, stranger } = site.cast()
  limit(site, cohort, 1)
  expect(learners(site, cohort)).toBe(2)
  await join(site, cohort, stranger, { wait: '1' })
  await learner.post(cohort.at('/leave'), { posts: 'stay' })
  expect([learners(site, cohort), inLine(site, cohort)]).toEqual([1, ['Tunde Adeyemi']])
})

test('who does not want to wait any more steps back, and the next moves up', async () => {
  using site = await testSite()
  const cohort = fullCohort(site)
  const [amara, kenji] = [site.person({ name: 'Amara' }), site.person({ name: 'Kenji' })]
  for (const who of [amara, kenji]) await join(site, cohort, who, { wait: '1' })
  await amara.post('/join/spring/step-back')
  expect(inLine(site, cohort)).toEqual(['Kenji'])
  expect(await amara.read('/join/spring')).toContain('Put me in line')
})

test('guides, and who is enrolled by hand, need no place', async () => {
  using site = await testSite()
  const cohort = fullCohort(site)
  const guide = site.person({ email: 'guide@library.example' })
  const { invitations } = site.services
  const token = invitations.make({ cohort_id: cohort.id, email: guide.email, role: 'guide', by: cohort.organiser.id })
  await guide.post(`/invite/${token}`)
  expect(isIn(site, cohort, guide)).toBe(true)
})

test('invited learners wait before those without an invitation', async () => {
  using site = await testSite()
  const cohort = fullCohort(site)
  const [amara, kenji] = [site.person({ name: 'Amara' }), site.person({ name: 'Kenji' })]
  await join(site, cohort, amara, { wait: '1' })
  const { invitations } = site.services
  const token = invitations.make({ cohort_id: cohort.id, email: kenji.email, role: 'learner', by: cohort.organiser.id })
  expect(await kenji.read(`/invite/${token}`)).toContain('at the front of the line')
  expect((await kenji.post(`/invite/${token}`)).headers.get('location')).toBe('/join/spring')
  expect(inLine(site, cohort)).toEqual(['Kenji', 'Amara'])
  await cohort.first.post('/cohorts/spring/leave', { posts: 'stay' })
  expect([isIn(site, cohort, kenji), isIn(site, cohort, amara)]).toEqual([true, false])
})

test('organisers, and only they, see the waiting list, admit people and remove them', async () => {
  using site = await testSite()
  const cohort = fullCohort(site)
  const [amara, kenji] = [site.person({ name: 'Amara' }), site.person({ name: 'Kenji' })]
  for (const who of [amara, kenji]) await join(site, cohort, who, { wait: '1' })
  const at = '/admin/cohorts/spring'
  expect(await cohort.organiser.read(`${at}/people`)).toContain('Waiting for a place')
  expect((await cohort.first.post(`${at}/waiting/${kenji.handle}/let-in`)).status).toBe(403)
  await cohort.organiser.post(`${at}/waiting/${kenji.handle}/let-in`)
  expect([isIn(site, cohort, kenji), learners(site, cohort), inLine(site, cohort)]).toEqual([true, 2, ['Amara']])
  await cohort.organiser.post(`${at}/waiting/${amara.handle}/take-off`)
  expect(inLine(site, cohort)).toEqual([])
  expect((await cohort.organiser.post(`${at}/waiting/${amara.handle}/let-in`)).status).toBe(404)
})

test('nobody is admitted to a closed cohort, and places on the waiting list are kept', async () => {
  using site = await testSite()
  const cohort = fullCohort(site)
  const amara = site.person({ name: 'Amara' })
  await join(site, cohort, amara, { wait: '1' })
  site.db.prepare("UPDATE cohort SET closed_at = '2026-03-02T06:00:00.000Z' WHERE id = ?").run(cohort.id)
  const at = `/admin/cohorts/spring/waiting/${amara.handle}/let-in`
  expect((await cohort.organiser.post(at)).status).toBe(403)
  expect(site.services.waitingList.admit(cohort.id, amara.id)).toBe(false)
  expect([inLine(site, cohort), isIn(site, cohort, amara)]).toEqual([['Amara'], false])
})

test('a deactivated person keeps their place on the waiting list and is not promoted', async () => {
  using site = await testSite()
  const cohort = fullCohort(site)
  const admin = site.person({ role: 'admin' })
  const [amara, kenji] = [site.person({ name: 'Amara' }), site.person({ name: 'Kenji' })]
  for (const who of [amara, kenji]) await join(site, cohort, who, { wait: '1' })
  site.services.people.deactivate(amara.id, admin.id)
  await cohort.first.post('/cohorts/spring/leave', { posts: 'stay' })
  expect([isIn(site, cohort, amara), isIn(site, cohort, kenji)]).toEqual([false, true])
  expect(inLine(site, cohort)).toEqual(['Amara'])
})

test('who is blocked does not come in by waiting', async () => {
  using site = await testSite()
  const { cohort, learner, organiser } = site.cast()
  limit(site, cohort, 1)
  const member = site.services.members.findByHandle(cohort.id, learner.handle)!
  site.services.blocks.block(cohort.id, member, 'stay', organiser.id)
  expect((await join(site, cohort, learner, { wait: '1' })).status).toBe(403)
  site.services.waitingList.joinOrWait({ cohort_id: cohort.id, person_id: learner.id, wait: true })
  expect(inLine(site, cohort)).toEqual([])
})
