import { expect, test } from 'vitest'
import { followedBlog } from '../support/fixtures/followed-blog.ts'
import { type Actor, PASSWORD, type TestSite, testSite } from '../support/site.ts'

function rowOf(site: TestSite, { id }: Actor) {
  return site.db.prepare<[number], Record<string, unknown>>('SELECT * FROM person WHERE id = ?').get(id)
}

function leave(person: Actor, posts: string, password = PASSWORD): Promise<Response> {
  return person.post('/me/delete', { posts, password })
}

test('with posts that go, nothing of the person is left', async () => {
  using site = await testSite()
  const person = site.person()
  const answer = await leave(person, 'go')
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe('/')
  expect(rowOf(site, person)).toBe(undefined)
  expect((await person.get('/me')).status).toBe(303)
})

test('with posts that stay, the name stays and the account is closed', async () => {
  using site = await testSite()
  const person = site.person({ name: 'Amara Okonkwo', workplace: 'East Quay', role: 'author' })
  const elsewhere = site.browserOf(person.id)
  expect((await leave(person, 'stay')).status).toBe(303)
  const row = rowOf(site, person)
  expect(row).toMatchObject({ name: 'Amara Okonkwo', handle: 'amara-okonkwo', workplace: null, role: 'member' })
  expect(row?.['email']).toMatch(/^left-[\w-]+$/)
  expect((await elsewhere.get('/me')).status).toBe(303)
  expect((await site.guest().post('/login', { email: person.email, password: PASSWORD })).status).toBe(422)
})

test('private data is deleted also where posts stay', async () => {
  using site = await testSite()
  const { cohort, guide, learner } = site.cast()
  const id = site.reflection(learner, cohort, { body: 'Stays.' })
  followedBlog(site, learner, cohort, { posts: 1 })
  site.services.comments.write(id, guide.id, 'Somebody answered.')
  await learner.post('/me/letters', { answers: '0' })
  await learner.post(cohort.at('/feeds'), { intent: 'make' })
  const left = () =>
    ['notice', 'following', 'no_letters', 'feed', 'feed_address'].filter((table) => {
      const [column, of] = table.startsWith('feed')
        ? ['enrolment_id', '(SELECT id FROM enrolment WHERE person_id = ?)']
        : ['person_id', '(?)']
      return site.db.prepare(`SELECT 1 FROM ${table} WHERE ${column} IN ${of}`).get(learner.id)
    })
  expect(left()).toEqual(['notice', 'following', 'no_letters', 'feed', 'feed_address'])
  await leave(learner, 'stay')
  expect(left()).toEqual([])
  expect(await guide.read(`/reflections/${id}`)).toContain('Stays.')
})

test('two people who left are two', async () => {
  using site = await testSite()
  const people = [site.person(), site.person()]
  for (const person of people) await leave(person, 'stay')
  expect(new Set(people.map((person) => rowOf(site, person)?.['email'])).size).toBe(2)
})

test('who left and stays by name gets no role, no reset link, and is not in the list', async () => {
  using site = await testSite()
  const admin = site.person({ role: 'admin' })
  const person = site.person({ name: 'Amara Okonkwo' })
  await leave(person, 'stay')
  expect((await admin.post(`/admin/people/${person.handle}/role`, { role: 'admin' })).status).toBe(404)
  expect((await admin.post(`/admin/people/${person.handle}/reset-link`)).status).toBe(404)
  expect(await admin.read('/admin/people')).not.toContain('amara-okonkwo')
  expect(site.services.passwordResets.make(person.id, admin.id)).toBe(null)
})

test('the address is free for a new account', async () => {
  using site = await testSite()
  await leave(site.person({ email: 'amara@library.example' }), 'stay')
  expect(site.person({ email: 'amara@library.example' }).id).toBeGreaterThan(0)
})

test('leaving is in the audit log without a name', async () => {
  using site = await testSite()
  const person = site.person()
  await leave(person, 'go')
  const logged = site.db.prepare("SELECT subject_id, detail FROM activity WHERE kind = 'person.deleted'").all()
  expect(logged).toEqual([{ subject_id: person.id, detail: '{"posts":"go"}' }])
})

test('what is said goodbye with stands on the next page', async () => {
  using site = await testSite()
  const person = site.person()
  await leave(person, 'go')
  expect(await person.read('/login')).toContain('Your account has ended.')
})

test('the last admin cannot leave, with or without posts', async () => {
  using site = await testSite()
  const admin = site.person({ role: 'admin' })
  site.person()
  for (const posts of ['stay', 'go']) {
    const answer = await leave(admin, posts)
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('You are the only admin of this site.')
  }
  expect((await admin.get('/me')).status).toBe(200)
})

test.each(['stay', 'go'])('of two admins who leave in the same moment one stays (%s)', async (posts) => {
  using site = await testSite()
  const admins = [site.person({ role: 'admin' }), site.person({ role: 'admin' })]
  const answers = await Promise.all(admins.map((admin) => leave(admin, posts)))
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 422])
  expect(site.services.people.hasAdmin()).toBe(true)
})

test.each([
  ['a wrong password', { posts: 'go', password: 'not the password at all' }],
  ['no password', { posts: 'go' }],
  ['no choice', { password: PASSWORD }],
  ['an unknown choice', { posts: 'burn', password: PASSWORD }],
  ['two choices', { posts: ['stay', 'go'], password: PASSWORD }],
])('nobody leaves with %s', async (_what, fields: Record<string, string | string[]>) => {
  using site = await testSite()
  const person = site.person()
  const before = rowOf(site, person)
  expect((await person.post('/me/delete', fields)).status).toBe(422)
  expect(rowOf(site, person)).toEqual(before)
})

test('posts that stay are read by those who could, drafts and what only the author could read go', async () => {
  using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  const stays = site.reflection(learner, cohort, { audience: 'cohort' })
  const goes = site.reflection(learner, cohort, { number: 2, audience: 'me' })
  await leave(learner, 'stay')
  expect(await peer.read(`/reflections/${stays}`)).toContain('Amara Okonkwo')
  const left = site.db.prepare('SELECT id FROM reflection WHERE id IN (?, ?)').pluck().all(stays, goes)
  expect(left).toEqual([stays])
  expect(site.services.enrolments.find(learner.id, cohort.slug)).toBe(null)
})

test('posts that go take their answers along and leave other people’s posts alone', async () => {
  using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  const goes = site.reflection(learner, cohort)
  const stays = site.reflection(peer, cohort)
  for (const [actor, id] of [
    [peer, goes],
    [learner, stays],
  ] as const) {
    expect((await actor.post(`/reflections/${id}/comments`, { body: 'Well said.' })).status).toBe(303)
  }
  expect((await leave(learner, 'go')).status).toBe(303)
  expect(site.db.prepare('SELECT id FROM reflection').pluck().all()).toEqual([stays])
  expect(site.db.prepare('SELECT count(*) FROM comment').pluck().get()).toBe(0)
  expect(site.db.pragma('foreign_key_check')).toEqual([])
})
