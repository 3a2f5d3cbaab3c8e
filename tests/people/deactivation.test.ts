import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Actor, PASSWORD, type TestSite, testSite } from '../support/site.ts'
import { postOffice } from '../support/smtp-server.ts'

function kindsIn(site: TestSite): string[] {
  return site.db.prepare<[], string>('SELECT kind FROM activity ORDER BY id').pluck().all()
}

function signIn(site: TestSite, email: string): Promise<Response> {
  return site.guest().post('/login', { email, password: PASSWORD })
}

test('who is deactivated is signed out everywhere and cannot sign in, in the words of a wrong password', async () => {
  using site = await testSite()
  const { admin, learner } = site.cast()
  const elsewhere = site.browserOf(learner.id)
  expect((await admin.post(`/admin/people/${learner.handle}/deactivate`)).status).toBe(303)
  for (const browser of [learner, elsewhere]) {
    expect((await browser.get('/home')).headers.get('location')).toContain('/login')
  }
  const answer = await signIn(site, learner.email)
  const wrong = await site.guest().post('/login', { email: learner.email, password: 'not the password' })
  expect([answer.status, wrong.status]).toEqual([422, 422])
  const withoutOnce = (html: string) => html.replace(/value="[\w-]{36}"/g, '')
  expect(withoutOnce(await answer.text())).toBe(withoutOnce(await wrong.text()))
})

test('activating undoes it: role, cohorts and password are as they were', async () => {
  using site = await testSite()
  const { admin, cohort, guide } = site.cast()
  await admin.post(`/admin/people/${guide.handle}/deactivate`)
  await admin.post(`/admin/people/${guide.handle}/activate`)
  expect((await signIn(site, guide.email)).status).toBe(303)
  expect(site.services.enrolments.find(guide.id, cohort.slug)?.role).toBe('guide')
  expect(kindsIn(site).slice(-2)).toEqual(['person.deactivated', 'person.activated'])
})

test('doing it twice is done once', async () => {
  using site = await testSite()
  const { admin, learner } = site.cast()
  for (const act of ['deactivate', 'deactivate', 'activate', 'activate']) {
    expect((await admin.post(`/admin/people/${learner.handle}/${act}`)).status).toBe(303)
  }
  expect(kindsIn(site).filter((kind) => kind.includes('activated'))).toEqual(['person.deactivated', 'person.activated'])
})

test('posts stay where they are', async () => {
  using site = await testSite()
  const { admin, cohort, learner, peer } = site.cast()
  const id = site.reflection(learner, cohort, { body: 'Still here.' })
  await admin.post(`/admin/people/${learner.handle}/deactivate`)
  expect(await peer.read(`/reflections/${id}`)).toContain('Still here.')
})

test('no link brings back who is deactivated: neither an old one, nor one asked for, nor one made', async () => {
  using site = await testSite()
  const { admin, learner } = site.cast()
  const token = site.services.passwordResets.make(learner.id, admin.id)
  await admin.post(`/admin/people/${learner.handle}/deactivate`)
  expect((await site.guest().get(`/reset/${token}`)).status).toBe(404)
  expect(site.services.passwordResets.make(learner.id, admin.id)).toBe(null)
  expect(site.services.passwordResets.makeForSelf(learner.id)).toBe(null)
  await site.guest().post('/forgot', { email: learner.email })
  expect(site.services.passwordResets.requests()).toEqual([])
})

test('nor does joining with the old password, or an invitation', async () => {
  using site = await testSite()
  const { admin, learner, other } = site.cast({ joining: 'open' })
  await admin.post(`/admin/people/${learner.handle}/deactivate`)
  const joining = { name: 'Amara', email: learner.email, password: PASSWORD }
  expect((await site.guest().post(`/join/${other.slug}`, joining)).status).toBe(422)
  const invite = { cohort_id: other.id, email: learner.email, role: 'learner' as const, by: admin.id }
  const token = site.services.invitations.make(invite)
  expect((await site.guest().post(`/invite/${token}`, { password: PASSWORD })).status).toBe(422)
})

test('the private feed is closed meanwhile', async () => {
  using site = await testSite()
  const { admin, cohort, learner } = site.cast()
  const made = await learner.post(cohort.at('/feeds'), { intent: 'make' })
  const path = /(\/feeds\/[\w-]+\/feed\.xml)/.exec(await (await learner.follow(made)).text())?.[1] ?? ''
  expect((await site.guest().get(path)).status).toBe(200)
  await admin.post(`/admin/people/${learner.handle}/deactivate`)
  expect((await site.guest().get(path)).status).toBe(404)
})

test('letters do not reach who is deactivated', async () => {
  await using post = await postOffice()
  await using site = await testSite({ smtp_url: post.url })
  const { admin, cohort, learner, peer } = site.cast()
  const id = site.reflection(learner, cohort)
  await peer.post(`/reflections/${id}/comments`, { body: 'An answer.' })
  await admin.post(`/admin/people/${learner.handle}/deactivate`)
  for (let round = 0; round < 4; round++) {
    site.clock.advance({ minutes: 20 })
    await site.services.jobs.runDue()
  }
  expect(post.letters).toEqual([])
})

describe('what is refused to everybody', () => {
  let site: TestSite
  let cast: ReturnType<TestSite['cast']>
  let other: Actor
  beforeAll(async () => {
    site = await testSite()
    cast = site.cast()
    other = site.person({ role: 'admin' })
  })
  afterAll(() => site[Symbol.asyncDispose]())
  const done = () => kindsIn(site).filter((kind) => /^person\.(?!joined)|reset/.test(kind))

  test.each(['deactivate', 'activate', 'sign-out', 'delete', 'view-as'])(
    'no admin does %s to herself, and none to another admin',
    async (act) => {
      const before = kindsIn(site)
      for (const { handle } of [cast.admin, other])
        expect((await cast.admin.post(`/admin/people/${handle}/${act}`, { posts: 'go' })).status).toBe(403)
      expect((await other.get('/me')).status).toBe(200)
      expect(kindsIn(site)).toEqual(before)
    },
  )

  test.each(['deactivate', 'activate', 'sign-out', 'delete', 'view-as', 'role', 'reset-link'])(
    'nobody but admins does %s, whoever it is about',
    async (act) => {
      for (const who of ['learner', 'guide', 'organiser', 'stranger', 'author'] as const) {
        for (const { handle } of [cast.peer, cast[who], cast.admin]) {
          const answer = await cast[who].post(`/admin/people/${handle}/${act}`, { posts: 'go', role: 'admin' })
          expect(answer.status).toBe(403)
        }
      }
      expect(done()).toEqual([])
    },
  )
})

test('two admins who become each other’s target in the same moment both stay, a hundred times', async () => {
  using site = await testSite()
  const [one, two] = [site.person(), site.person()]
  const { people } = site.services
  for (let round = 0; round < 100; round++) {
    site.db.prepare("UPDATE person SET role = 'admin', deactivated_at = NULL").run()
    const [first, second] = [site.browserOf(one.id), site.browserOf(two.id)]
    await Promise.all([
      first.post(`/admin/people/${one.handle}/role`, { role: 'member' }),
      second.post(`/admin/people/${one.handle}/deactivate`),
      second.post(`/admin/people/${two.handle}/role`, { role: 'member' }),
      first.post(`/admin/people/${two.handle}/deactivate`),
    ])
    const rows = site.db
      .prepare<[], { id: number }>("SELECT id FROM person WHERE role = 'admin' AND deactivated_at IS NULL")
      .all()
    expect(rows.length).toBeGreaterThanOrEqual(1)
  }
  expect(people.hasAdmin()).toBe(true)
})

test('the verbs themselves refuse: an admin as target, oneself, and somebody who is no admin any more', async () => {
  using site = await testSite()
  const admin = site.person({ role: 'admin' })
  const other = site.person({ role: 'admin' })
  const former = site.person()
  const learner = site.person()
  const { people } = site.services
  for (const [id, by] of [
    [other.id, admin.id],
    [admin.id, admin.id],
    [learner.id, former.id],
  ] as const) {
    expect(people.deactivate(id, by)).toBe(false)
    expect(people.activate(id, by)).toBe(false)
    expect(people.endSessions(id, by)).toBe(0)
    expect(people.deleteAccount(id, 'go', by)).toBe(false)
    expect(people.deleteAccount(id, 'stay', by)).toBe(false)
  }
  expect(kindsIn(site)).toEqual([])
})

test('who is deactivated gets no role', async () => {
  using site = await testSite()
  const admin = site.person({ role: 'admin' })
  const person = site.person()
  site.services.people.deactivate(person.id, admin.id)
  expect((await admin.post(`/admin/people/${person.handle}/role`, { role: 'admin' })).status).toBe(422)
  expect(site.services.people.find(person.id)?.role).toBe('member')
})

test('signing somebody out everywhere ends every session and leaves the account as it is', async () => {
  using site = await testSite()
  const { admin, learner } = site.cast()
  const elsewhere = site.browserOf(learner.id)
  await admin.post(`/admin/people/${learner.handle}/sign-out`)
  expect((await learner.get('/me')).status).toBe(303)
  expect((await elsewhere.get('/me')).status).toBe(303)
  expect((await signIn(site, learner.email)).status).toBe(303)
})

test.each(['stay', 'go'] as const)('deleting an account, the posts %s as the admin chose', async (posts) => {
  using site = await testSite()
  const { admin, cohort, learner, peer } = site.cast()
  const id = site.reflection(learner, cohort, { body: 'What I wrote.' })
  const confirm = await admin.read(`/admin/people/${learner.handle}/delete`)
  expect(confirm).toContain('1 reflection')
  expect((await admin.post(`/admin/people/${learner.handle}/delete`, { posts })).status).toBe(303)
  expect((await peer.get(`/reflections/${id}`)).status).toBe(posts === 'stay' ? 200 : 404)
  expect((await signIn(site, learner.email)).status).toBe(422)
  const logged = site.db
    .prepare("SELECT person_id, subject_id, detail FROM activity WHERE kind = 'person.deleted'")
    .all()
  expect(logged).toEqual([{ person_id: admin.id, subject_id: learner.id, detail: JSON.stringify({ posts }) }])
})

test('deleting without saying what becomes of the posts is asked again', async () => {
  using site = await testSite()
  const { admin, learner } = site.cast()
  expect((await admin.post(`/admin/people/${learner.handle}/delete`)).status).toBe(422)
  expect((await learner.get('/home')).status).toBeLessThan(400)
})
