import { expect, test } from 'vitest'
import { PASSWORD, type TestSite, testSite } from '../support/site.ts'

const AMARA = { name: 'Amara Okonkwo', email: 'amara@library.example', password: PASSWORD, workplace: 'East Quay' }

function codeOf(site: TestSite, cohort: { slug: string }): string {
  return site.services.cohorts.findJoinable(cohort.slug)?.join_code ?? ''
}

function enrolments(site: TestSite): unknown[] {
  return site.db
    .prepare(
      `SELECT name, email, person.role AS site_role, workplace, enrolment.role, goal, left_at
         FROM person JOIN enrolment ON person_id = person.id WHERE enrolment.role <> 'organiser' ORDER BY person.id`,
    )
    .all()
}

function problems(html: string): string[] {
  return Array.from(html.matchAll(/id="(\w+)-problem"/g), ([, field = '']) => field)
}

test('a person without an account makes one by the code, is enrolled as a learner and signed in', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const guest = site.guest()
  const answer = await guest.post(`/join/${cohort.slug}`, { ...AMARA, code: codeOf(site, cohort) })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/cohorts/spring'])
  expect(enrolments(site)).toEqual([
    {
      name: AMARA.name,
      email: AMARA.email,
      site_role: 'member',
      workplace: 'East Quay',
      role: 'learner',
      goal: 23,
      left_at: null,
    },
  ])
  expect((await guest.get('/cohorts/spring')).status).toBe(200)
})

test('fields that the form does not have are not seen', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const other = site.cohort({ title: 'Other' })
  const extra = {
    role: 'admin',
    id: '7',
    person_id: '1',
    cohort_id: String(other.id),
    goal: '1',
    handle: 'root',
    left_at: '2020',
    created_at: 'x',
  }
  await site.guest().post(`/join/${cohort.slug}`, { ...AMARA, ...extra, code: codeOf(site, cohort) })
  expect(enrolments(site)).toEqual([
    expect.objectContaining({ site_role: 'member', role: 'learner', goal: 23, left_at: null }),
  ])
  const row = site.db
    .prepare('SELECT handle, cohort_id FROM person JOIN enrolment ON person_id = person.id WHERE email = ?')
    .get(AMARA.email)
  expect(row).toEqual({ handle: 'amara-okonkwo', cohort_id: cohort.id })
})

test('everything that is wrong is told beside its field, and what was typed stays', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const answer = await site.guest().post(`/join/${cohort.slug}`, {
    name: ' ',
    email: 'no address',
    password: 'short',
    code: 'xxxx-xxxx',
    workplace: 'W'.repeat(121),
  })
  const html = await answer.text()
  expect(answer.status).toBe(422)
  expect(problems(html).sort()).toEqual(['code', 'email', 'name', 'password', 'workplace'])
  expect(html).toContain('value="no address"')
  expect(html).toContain('value="xxxx-xxxx"')
  expect(html).not.toContain('value="short"')
})

test('an empty form is told so at each field that is asked for', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const answer = await site.guest().post(`/join/${cohort.slug}`)
  expect([answer.status, problems(await answer.text()).sort()]).toEqual([422, ['code', 'email', 'name', 'password']])
})

test.each([
  [
    'repeated',
    [
      ['name', 'A'],
      ['name', 'B'],
      ['email', 'a@b.example'],
      ['email', 'c@d.example'],
    ],
  ],
  [
    'invisible',
    [
      ['name', '\u3164\u200b'],
      ['email', 'a@b.example'],
      ['password', PASSWORD],
    ],
  ],
  [
    'too long',
    [
      ['name', 'A'.repeat(121)],
      ['email', `${'a'.repeat(255)}@b.example`],
      ['password', 'a'.repeat(201)],
      ['code', 'c'.repeat(61)],
    ],
  ],
] satisfies [string, [string, string][]][])('hostile fields (%s) are refused with the form', async (_name, fields) => {
  using site = await testSite()
  const cohort = site.cohort({ joining: 'open' })
  expect((await site.guest().post(`/join/${cohort.slug}`, fields)).status).toBe(422)
  expect(enrolments(site)).toEqual([])
})

test('a wrong code enrols nobody and makes no account', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const answer = await site.guest().post(`/join/${cohort.slug}`, { ...AMARA, code: 'bcdf-ghjk' })
  expect([answer.status, problems(await answer.text())]).toEqual([422, ['code']])
  expect(site.services.people.credentials(AMARA.email)).toBeNull()
})

test('the code of another cohort opens nothing here', async () => {
  using site = await testSite()
  const [cohort, other] = [site.cohort(), site.cohort({ title: 'Other' })]
  expect((await site.guest().post(`/join/${cohort.slug}`, { ...AMARA, code: codeOf(site, other) })).status).toBe(422)
})

test('the code is taken as people type it off a poster', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const typed = ` ${codeOf(site, cohort).toUpperCase().replace('-', ' ')} `
  expect((await site.guest().post(`/join/${cohort.slug}`, { ...AMARA, code: typed })).status).toBe(303)
})

test('the link brings the code along', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const html = await site.guest().read(`/join/${cohort.slug}?code=${codeOf(site, cohort)}`)
  expect(html).toContain(`name="code" type="text" value="${codeOf(site, cohort)}"`)
})

test('an open cohort asks for no code', async () => {
  using site = await testSite()
  const cohort = site.cohort({ joining: 'open' })
  const guest = site.guest()
  expect(await guest.read(`/join/${cohort.slug}`)).not.toContain('name="code"')
  expect((await guest.post(`/join/${cohort.slug}`, AMARA)).status).toBe(303)
})

test('a cohort by invitation says so, and no form gets past that', async () => {
  using site = await testSite()
  const cohort = site.cohort({ joining: 'invitation' })
  const guest = site.guest()
  const html = await guest.read(`/join/${cohort.slug}`)
  expect(html).toContain('This one is by invitation.')
  expect(html).not.toContain('name="email"')
  const answer = await guest.post(`/join/${cohort.slug}`, { ...AMARA, code: codeOf(site, cohort) })
  expect(answer.status).toBe(403)
  expect((await site.person().post(`/join/${cohort.slug}`, { code: codeOf(site, cohort) })).status).toBe(403)
  expect(enrolments(site)).toEqual([])
})

test('a known address with its password is enrolled and signed in, under the account it has', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  site.person({ name: 'Amara Okonkwo', email: AMARA.email, workplace: 'Central' })
  const guest = site.guest()
  const answer = await guest.post(`/join/${cohort.slug}`, {
    ...AMARA,
    email: 'Amara@Library.example',
    name: '',
    code: codeOf(site, cohort),
  })
  expect(answer.status).toBe(303)
  expect(enrolments(site)).toEqual([
    expect.objectContaining({ name: 'Amara Okonkwo', workplace: 'Central', role: 'learner' }),
  ])
  expect((await guest.get('/cohorts/spring')).status).toBe(200)
})

test('a known address with another password gets the words of sign-in, and nothing changes', async () => {
  using site = await testSite()
  const cohort = site.cohort({ joining: 'open' })
  site.person({ email: AMARA.email })
  const guest = site.guest()
  const answer = await guest.post(`/join/${cohort.slug}`, { ...AMARA, password: 'another sentence instead' })
  expect(answer.status).toBe(422)
  const words = site.services.words('en')('people.sign_in.wrong')
  const signIn = await site.guest().post('/login', { email: AMARA.email, password: 'another sentence instead' })
  expect(await answer.text()).toContain(words)
  expect([signIn.status, (await signIn.text()).includes(words)]).toEqual([422, true])
  expect(enrolments(site)).toEqual([])
  expect((await guest.get('/me')).status).toBe(303)
})

test('without the code nobody learns which addresses are known', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  site.person({ email: AMARA.email })
  const pages = [AMARA.email, 'nobody@library.example'].map(async (email) => {
    const answer = await site.guest().post(`/join/${cohort.slug}`, { ...AMARA, email, code: 'wrong' })
    return [answer.status, (await answer.text()).replaceAll(email, '')]
  })
  const [known, unknown] = await Promise.all(pages)
  expect(known).toEqual(unknown)
})

test('sixty people join from one training room within a minute', { timeout: 60_000 }, async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const code = codeOf(site, cohort)
  const joins = Array.from({ length: 60 }, (_, index) =>
    site.guest().post(`/join/${cohort.slug}`, { ...AMARA, email: `person${index}@room.example`, code }),
  )
  expect((await Promise.all(joins)).map(({ status }) => status)).toEqual(Array(60).fill(303))
  expect(enrolments(site)).toHaveLength(60)
})

test('sixty people who each mistype the form three times lock nobody out', { timeout: 60_000 }, async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const code = codeOf(site, cohort)
  const { email } = site.person()
  const join = (fields: Record<string, string>) =>
    site.guest().post(`/join/${cohort.slug}`, { ...AMARA, code, ...fields })
  for (let index = 0; index < 60; index++) {
    const email = `person${index}@room.example`
    const mistakes = [{ email, name: '' }, { email, password: 'short' }, { email: 'person at room.example' }]
    const answers = await Promise.all(mistakes.map(join))
    expect(answers.map(({ status }) => status)).toEqual([422, 422, 422])
  }
  expect(site.db.prepare('SELECT count(*) FROM failure_limit').pluck().get()).toBe(0)
  expect((await join({ email: 'person0@room.example' })).status).toBe(303)
  expect((await site.guest().post('/login', { email, password: PASSWORD })).status).toBe(303)
})

test('mistyped codes lock nobody out of signing in', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const { email } = site.person()
  for (let index = 0; index < 200; index++)
    await site.guest().post(`/join/${cohort.slug}`, { ...AMARA, email: `person${index}@room.example`, code: 'wrong' })
  expect((await site.guest().post(`/join/${cohort.slug}`, { ...AMARA, code: 'wrong' })).status).toBe(429)
  expect((await site.guest().post('/login', { email, password: PASSWORD })).status).toBe(303)
})

test('guesses at a known address count for it, whoever is asked for a name', async () => {
  using site = await testSite()
  const cohort = site.cohort({ joining: 'open' })
  const { email } = site.person()
  const guess = (password: string) => site.guest().post(`/join/${cohort.slug}`, { email, password, name: '' })
  for (let tries = 0; tries < 20; tries++) expect((await guess('not the password at all')).status).toBe(422)
  expect((await guess(PASSWORD)).status).toBe(429)
})

test('wrong codes are counted: after twenty the address waits, also with the right one', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const statuses: number[] = []
  for (let tries = 0; tries < 25; tries++) {
    statuses.push((await site.guest().post(`/join/${cohort.slug}`, { ...AMARA, code: 'wrong' })).status)
  }
  expect(statuses).toEqual([...Array(20).fill(422), ...Array(5).fill(429)])
  const right = await site.guest().post(`/join/${cohort.slug}`, { ...AMARA, code: codeOf(site, cohort) })
  expect([right.status, right.headers.get('retry-after')]).toEqual([429, '900'])
  site.clock.advance({ minutes: 16 })
  expect((await site.guest().post(`/join/${cohort.slug}`, { ...AMARA, code: codeOf(site, cohort) })).status).toBe(303)
})

test('the same form twice at once makes one account and one enrolment, and both lead to the cohort', async () => {
  using site = await testSite()
  const cohort = site.cohort({ joining: 'open' })
  const answers = await Promise.all([1, 2, 3].map(() => site.guest().post(`/join/${cohort.slug}`, AMARA)))
  expect(answers.map(({ status }) => status)).toEqual([303, 303, 303])
  expect(enrolments(site)).toHaveLength(1)
})

test('who is signed in joins with one button', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const person = site.person({ name: 'Kenji Watanabe' })
  const html = await person.read(`/join/${cohort.slug}?code=${codeOf(site, cohort)}`)
  expect(html).toContain('You are signed in as Kenji Watanabe')
  expect(html).not.toContain('name="password"')
  expect((await person.post(`/join/${cohort.slug}`, { code: 'wrong' })).status).toBe(422)
  expect((await person.post(`/join/${cohort.slug}`, { code: codeOf(site, cohort) })).status).toBe(303)
  expect(enrolments(site)).toEqual([expect.objectContaining({ name: 'Kenji Watanabe', role: 'learner' })])
})

test('who is enrolled already is led to the cohort', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const learner = cohort.enrol(site.person())
  for (const answer of [
    await learner.get(`/join/${cohort.slug}`),
    await learner.post(`/join/${cohort.slug}`, { code: 'wrong' }),
  ]) {
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/cohorts/spring'])
  }
})

test('a person who left rejoins by the code with their old goal, as a learner', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const guide = cohort.enrol(site.person(), 'guide')
  const before = site.services.enrolments.find(guide.id, cohort.slug)
  site.services.members.setGoal(before?.id ?? 0, 5)
  await guide.post(cohort.at('/leave'), { posts: 'stay' })
  expect((await guide.get(cohort.at(''))).status).toBe(404)
  await guide.post(`/join/${cohort.slug}`, { code: codeOf(site, cohort) })
  expect(site.services.enrolments.find(guide.id, cohort.slug)).toMatchObject({
    id: before?.id,
    goal: 5,
    role: 'learner',
  })
})

test('a cohort that is not there is not found', async () => {
  using site = await testSite()
  expect((await site.guest().get('/join/nothing')).status).toBe(404)
  expect((await site.guest().post('/join/nothing', AMARA)).status).toBe(404)
})

test('hostile names are text', async () => {
  using site = await testSite()
  const name = '"><script>alert(1)</script>'
  const cohort = site.cohort({ title: name, joining: 'open' })
  const guest = site.guest()
  const refused = await (
    await guest.post(`/join/${cohort.slug}`, { ...AMARA, name, workplace: name, password: '' })
  ).text()
  await guest.post(`/join/${cohort.slug}`, { ...AMARA, name, workplace: name })
  const pages = [refused, await site.guest().read(`/join/${cohort.slug}`), await site.guest().read('/')]
  const admin = [
    await cohort.organiser.read(`/admin/cohorts/${cohort.slug}/people`),
    await cohort.organiser.read(`/admin/cohorts/${cohort.slug}`),
  ]
  for (const html of [...pages, ...admin]) {
    expect(html).toContain('&lt;script&gt;alert(1)')
    expect(html).not.toContain('<script>alert')
  }
})

test('the page takes the same few statements however many have joined', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const page = () => site.statements(() => site.guest().get(`/join/${cohort.slug}`))
  const few = await page()
  for (let person = 0; person < 30; person++) cohort.enrol(site.person({ workplace: `Branch ${person}` }), 'guide')
  expect(await page()).toHaveLength(few.length)
  expect(few.length).toBeLessThanOrEqual(8)
})
