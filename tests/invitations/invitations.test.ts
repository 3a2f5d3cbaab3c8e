import { expect, test } from 'vitest'
import { type Actor, PASSWORD, type TestSite, testSite } from '../support/site.ts'

const EMAIL = 'zanele@library.example'
const ZANELE = { name: 'Zanele Mthembu', password: PASSWORD }

type Cohort = ReturnType<TestSite['cohort']>

/** Invites as an organiser does, and returns the link's path. */
async function invite(cohort: Cohort, fields: Record<string, string> = {}): Promise<string> {
  const answer = await cohort.organiser.post(`/admin/cohorts/${cohort.slug}/invitations`, {
    addresses: EMAIL,
    ...fields,
  })
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
  return /value="[^"]*(\/invite\/[\w-]+)"/.exec(await answer.text())?.[1] ?? ''
}

function roleOf(site: TestSite, cohort: Cohort, email = EMAIL): string | null {
  const id = site.services.people.credentials(email)?.id ?? 0
  return site.services.enrolments.find(id, cohort.slug)?.role ?? null
}

test('a person without an account makes one by an invitation and is enrolled', async () => {
  using site = await testSite()
  const cohort = site.cohort({ joining: 'invitation' })
  const path = await invite(cohort)
  const guest = site.guest()
  const html = await guest.read(path)
  expect(html).toContain(EMAIL)
  expect(html).toContain('name="name"')
  const answer = await guest.post(path, ZANELE)
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/cohorts/spring'])
  expect(roleOf(site, cohort)).toBe('learner')
  expect((await guest.get('/cohorts/spring')).status).toBe(200)
})

test.each(['learner', 'guide', 'organiser'])('it can be for a %s', async (role) => {
  using site = await testSite()
  const cohort = site.cohort()
  await site.guest().post(await invite(cohort, { role }), ZANELE)
  expect(roleOf(site, cohort)).toBe(role)
})

test('looking at it does not use it up, using it does', async () => {
  using site = await testSite()
  const path = await invite(site.cohort())
  for (const look of [1, 2, 3]) expect([look, (await site.guest().get(path)).status]).toEqual([look, 200])
  expect((await site.guest().post(path, ZANELE)).status).toBe(303)
  for (const answer of [await site.guest().get(path), await site.guest().post(path, ZANELE)]) {
    expect(answer.status).toBe(404)
    expect(await answer.text()).toContain('This invitation has done its work')
  }
})

test('of two uses at the same moment one succeeds', async () => {
  using site = await testSite()
  const path = await invite(site.cohort())
  const uses = ['One', 'Two'].map((name) => site.guest().post(path, { ...ZANELE, name }))
  expect((await Promise.all(uses)).map(({ status }) => status).sort()).toEqual([303, 404])
  expect(site.db.prepare('SELECT count(*) FROM person WHERE email = ?').pluck().get(EMAIL)).toBe(1)
})

test('of two uses at the same moment by a known address one succeeds', async () => {
  using site = await testSite()
  site.person({ email: EMAIL })
  const path = await invite(site.cohort())
  const uses = [1, 2].map(() => site.guest().post(path, { password: PASSWORD }))
  expect((await Promise.all(uses)).map(({ status }) => status).sort()).toEqual([303, 404])
})

test('it is good for seven days', async () => {
  using site = await testSite()
  const path = await invite(site.cohort())
  site.clock.advance({ days: 6, hours: 23, minutes: 59 })
  expect((await site.guest().get(path)).status).toBe(200)
  site.clock.advance({ minutes: 1 })
  expect((await site.guest().get(path)).status).toBe(404)
  expect((await site.guest().post(path, ZANELE)).status).toBe(404)
  expect(site.services.people.credentials(EMAIL)).toBeNull()
})

test('a guessed token opens nothing', async () => {
  using site = await testSite()
  expect((await site.guest().get('/invite/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')).status).toBe(404)
  expect((await site.guest().post('/invite/1', ZANELE)).status).toBe(404)
})

test('the token is 192 bits and is kept nowhere', async () => {
  using site = await testSite()
  const token = (await invite(site.cohort())).replace('/invite/', '')
  expect(Buffer.from(token, 'base64url')).toHaveLength(32)
  expect(site.db.serialize().includes(token)).toBe(false)
})

test('the link begins with the address of the site, not with that of the request', async () => {
  using site = await testSite()
  const { organiser, slug } = site.cohort()
  const headers = { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' }
  const html = await (await organiser.post(`/admin/cohorts/${slug}/invitations`, { addresses: EMAIL }, headers)).text()
  expect(html).toContain(`value="${site.config.base_url}/invite/`)
  expect(html).not.toContain('evil.example')
})

test('whose it is says the invitation, not the form', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const path = await invite(cohort)
  const extra = { email: 'mallory@evil.example', role: 'organiser', cohort_id: '9', person_id: '1' }
  await site.guest().post(path, { ...ZANELE, ...extra })
  expect(roleOf(site, cohort)).toBe('learner')
  expect(site.services.people.credentials('mallory@evil.example')).toBeNull()
})

test('a known address is asked for its password, and a wrong one gets the words of sign-in', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  site.person({ name: 'Zanele Mthembu', email: EMAIL })
  const path = await invite(cohort)
  const html = await site.guest().read(path)
  expect(html).toContain('Its password lets you in.')
  expect(html).not.toContain('name="name"')
  const wrong = await site.guest().post(path, { name: 'Mallory', password: 'a quite different one' })
  expect(wrong.status).toBe(422)
  expect(await wrong.text()).toContain(site.services.words('en')('people.sign_in.wrong'))
  expect(roleOf(site, cohort)).toBeNull()
  expect((await site.guest().post(path, { password: PASSWORD })).status).toBe(303)
  expect(roleOf(site, cohort)).toBe('learner')
})

test('wrong passwords are counted for the invited address', async () => {
  using site = await testSite()
  site.person({ email: EMAIL })
  const path = await invite(site.cohort())
  const other = await invite(site.cohort({ title: 'Other' }), { addresses: 'new@library.example' })
  const statuses: number[] = []
  for (let tries = 0; tries < 22; tries++) {
    statuses.push((await site.guest().post(path, { password: 'no', email: `spread${tries}@library.example` })).status)
  }
  expect(statuses).toEqual([...Array(20).fill(422), 429, 429])
  expect((await site.guest().post(other, ZANELE)).status).toBe(303)
})

test('who is signed in with the address takes it with one button', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const person = site.person({ email: EMAIL })
  const path = await invite(cohort)
  expect(await person.read(path)).not.toContain('name="password"')
  expect((await person.post(path)).status).toBe(303)
  expect(roleOf(site, cohort)).toBe('learner')
})

test('who is signed in with another address does not take it', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const other = site.person()
  const path = await invite(cohort)
  expect((await other.post(path)).status).toBe(422)
  expect(roleOf(site, cohort, other.email)).toBeNull()
  expect((await site.guest().get(path)).status).toBe(200)
})

test('a refused form keeps what was typed and says what is wrong at each field', async () => {
  using site = await testSite()
  const path = await invite(site.cohort())
  const answer = await site.guest().post(path, { name: '', password: 'short' })
  const html = await answer.text()
  expect(answer.status).toBe(422)
  expect(html).toContain('id="name-problem"')
  expect(html).toContain('That is 5 characters. Please use 12 or more.')
})

test('an invitation never lowers a role', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const { invitations, enrolments } = site.services
  const learner = cohort.enrol(site.person({ email: EMAIL }))
  const use = (who: Actor, role: 'learner' | 'guide' | 'organiser') => {
    const token = invitations.make({ cohort_id: cohort.id, email: who.email, role, by: cohort.organiser.id })
    invitations.accept(invitations.find(token)?.id ?? 0, () => who.id)
    return enrolments.find(who.id, cohort.slug)?.role
  }
  expect([use(learner, 'guide'), use(learner, 'learner'), use(cohort.organiser, 'guide')]).toEqual([
    'guide',
    'guide',
    'organiser',
  ])
})

test('a removed person comes back with the role of the new invitation, not the old one', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const second = cohort.enrol(site.person({ email: EMAIL }), 'organiser')
  await cohort.organiser.post(`/admin/cohorts/${cohort.slug}/people/${second.handle}/remove`, { posts: 'stay' })
  await second.post(await invite(cohort, { role: 'learner' }))
  expect(roleOf(site, cohort)).toBe('learner')
})

test('a newer invitation of the same address voids the one before', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const [first, second] = [await invite(cohort), await invite(cohort, { addresses: EMAIL.toUpperCase() })]
  expect((await site.guest().get(first)).status).toBe(404)
  expect((await site.guest().get(second)).status).toBe(200)
})

test('open invitations are listed, and can be taken back', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const path = await invite(cohort)
  const html = await cohort.organiser.read(`/admin/cohorts/${cohort.slug}/invitations`)
  expect(html).toContain(EMAIL)
  expect(html).not.toContain(path)
  const withdraw = /action="([^"]*withdraw)"/.exec(html)?.[1] ?? ''
  const stranger = site.cohort({ title: 'Other' }).organiser
  await stranger.post(withdraw.replace('/spring/', '/other/'))
  expect((await site.guest().get(path)).status).toBe(200)
  expect((await cohort.organiser.post(withdraw)).status).toBe(303)
  expect((await site.guest().get(path)).status).toBe(404)
})

test('the same form sent twice makes one invitation, and shows its link once', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const path = await invite(cohort, { once: 'abc' })
  const again = await cohort.organiser.post(`/admin/cohorts/${cohort.slug}/invitations`, {
    addresses: EMAIL,
    once: 'abc',
  })
  expect([again.status, again.headers.get('location')]).toEqual([303, '/admin/cohorts/spring/invitations'])
  expect((await site.guest().get(path)).status).toBe(200)
})

test('an enrolled person is not invited', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const learner = cohort.enrol(site.person({ email: EMAIL }))
  const answer = await cohort.organiser.post(`/admin/cohorts/${cohort.slug}/invitations`, { addresses: learner.email })
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain('Somebody with this address is in this cohort already.')
})

test.each(['no-address', '', 'a@b\0', '"<@>"', `${'a'.repeat(250)}@b.example`])(
  '%j is no address to invite',
  async (addresses) => {
    using site = await testSite()
    const { id, slug, organiser } = site.cohort()
    const answer = await organiser.post(`/admin/cohorts/${slug}/invitations`, { addresses })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('id="addresses-problem"')
    expect(site.services.invitations.listOpen(id)).toEqual([])
  },
)

test('an unknown role is refused', async () => {
  using site = await testSite()
  const { id, slug, organiser } = site.cohort()
  const fields = { addresses: EMAIL, role: 'admin' }
  expect((await organiser.post(`/admin/cohorts/${slug}/invitations`, fields)).status).toBe(422)
  expect(site.services.invitations.listOpen(id)).toEqual([])
})
