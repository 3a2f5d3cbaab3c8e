import { expect, test } from 'vitest'
import { type Actor, PASSWORD, type TestSite, testSite } from '../support/site.ts'

const NEW = 'an entirely new sentence'

function rowOf(site: TestSite, { id }: Actor) {
  return site.db.prepare<[number], Record<string, unknown>>('SELECT * FROM person WHERE id = ?').get(id)
}

test('name, workplace, handle and light or dark are kept', async () => {
  using site = await testSite()
  const person = site.person()
  const fields = { name: 'Amara Okonkwo', workplace: 'East Quay', handle: 'Amara', scheme: 'dark' }
  expect((await person.post('/me', fields)).status).toBe(303)
  expect(rowOf(site, person)).toMatchObject({ ...fields, handle: 'amara' })
  const page = await person.read('/me')
  expect(page).toContain('data-scheme="dark"')
  expect(page).toContain('Your settings are kept.')
})

test('what a form does not bring stays', async () => {
  using site = await testSite()
  const person = site.person({ name: 'Amara Okonkwo', workplace: 'East Quay' })
  await person.post('/me', { scheme: 'light' })
  expect(rowOf(site, person)).toMatchObject({ name: 'Amara Okonkwo', workplace: 'East Quay', scheme: 'light' })
})

test('an empty workplace is none', async () => {
  using site = await testSite()
  const person = site.person({ workplace: 'East Quay' })
  await person.post('/me', { workplace: '  ' })
  expect(rowOf(site, person)?.['workplace']).toBe(null)
})

test('only what the form is for can be changed by it', async () => {
  using site = await testSite()
  const person = site.person()
  const before = rowOf(site, person)
  const fields = ['id', 'person_id', 'role', 'email', 'password_hash', 'created_at', '__proto__', 'constructor']
  const extra = fields.map((field): [string, string] => [field, 'admin'])
  expect((await person.post('/me', [['name', 'New Name'], ...extra])).status).toBe(303)
  expect(rowOf(site, person)).toEqual({ ...before, name: 'New Name', sort_name: 'new name' })
})

test.each([
  ['an empty name', { name: '' }, 'Please fill this in.'],
  ['too long a name', { name: 'a'.repeat(121) }, 'Up to 120 fit here.'],
  ['too long a workplace', { workplace: 'a'.repeat(121) }, 'Up to 120 fit here.'],
  ['a name that nobody sees', { name: '\u2800\u200b' }, 'Please fill this in.'],
  ['a name sent twice', { name: ['Amara', 'Kenji'] }, 'This came twice.'],
  ['an unknown scheme', { scheme: 'sepia' }, 'Please choose one of these.'],
  ['a handle in other letters', { handle: 'åsa' }, 'from a to z'],
  ['a handle that is a path', { handle: '../admin' }, 'from a to z'],
  ['an empty handle', { handle: '' }, 'Please fill this in.'],
  ['too long a handle', { handle: 'a'.repeat(49) }, 'Up to 48 fit here.'],
])('%s is the form again, as typed', async (_what, fields: Record<string, string | string[]>, words) => {
  using site = await testSite()
  const person = site.person()
  const before = rowOf(site, person)
  const answer = await person.post('/me', { workplace: 'Typed before', ...fields })
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain(words)
  expect(rowOf(site, person)).toEqual(before)
})

test('a form that is not right comes back with what was typed beside it', async () => {
  using site = await testSite()
  const page = await (await site.person().post('/me', { name: '', workplace: 'West <b> Quay' })).text()
  expect(page).toContain('value="West &lt;b&gt; Quay"')
})

test('a handle that somebody has, or had, is not given to another', async () => {
  using site = await testSite()
  const [amara, kenji] = [site.person({ name: 'Amara' }), site.person({ name: 'Kenji' })]
  expect((await kenji.post('/me', { handle: 'amara' })).status).toBe(422)
  await amara.post('/me', { handle: 'amara-o' })
  const answer = await kenji.post('/me', { handle: 'amara' })
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain('Somebody else has this handle.')
})

test('an old handle is remembered, and can be taken back', async () => {
  using site = await testSite()
  const person = site.person({ name: 'Amara' })
  await person.post('/me', { handle: 'amara-o' })
  expect(site.services.people.findByFormerHandle('amara')?.handle).toBe('amara-o')
  expect((await person.post('/me', { handle: 'amara' })).status).toBe(303)
  expect(site.services.people.findByFormerHandle('amara-o')?.handle).toBe('amara')
  expect(site.services.people.findByFormerHandle('amara')).toBe(null)
})

test('a new account gets no handle that somebody had before', async () => {
  using site = await testSite()
  await site.person({ name: 'Amara' }).post('/me', { handle: 'amara-o' })
  expect(site.person({ name: 'Amara' }).handle).toBe('amara-2')
})

test('a new password ends the other sessions and gives this one a new id', async () => {
  using site = await testSite()
  const person = site.person()
  const elsewhere = site.browserOf(person.id)
  const before = person.cookies.get('session') ?? ''
  expect((await person.post('/me/password', { old_password: PASSWORD, password: NEW })).status).toBe(303)
  expect((await elsewhere.get('/me')).status).toBe(303)
  expect((await person.get('/me')).status).toBe(200)
  expect(person.cookies.get('session')).not.toBe(before)
  const old = site.guest()
  old.cookies.set('session', before)
  expect((await old.get('/me')).status).toBe(303)
  expect((await site.guest().post('/login', { email: person.email, password: NEW })).status).toBe(303)
})

test.each([
  ['a wrong one until now', { old_password: NEW, password: NEW }],
  ['a short new one', { old_password: PASSWORD, password: 'short' }],
  ['no new one', { old_password: PASSWORD }],
  ['too long a new one', { old_password: PASSWORD, password: 'a'.repeat(201) }],
  ['a new one of spaces', { old_password: PASSWORD, password: ' '.repeat(20) }],
  ['two new ones', { old_password: PASSWORD, password: [NEW, NEW] }],
])('the password stays with %s', async (_what, fields: Record<string, string | string[]>) => {
  using site = await testSite()
  const person = site.person()
  const before = rowOf(site, person)
  const answer = await person.post('/me/password', fields)
  expect(answer.status).toBe(422)
  expect(await answer.text()).not.toContain(NEW)
  expect(rowOf(site, person)).toEqual(before)
})

test('guessing the current password is limited; a mistake in the new one does not count', async () => {
  using site = await testSite()
  const person = site.person()
  for (let round = 0; round < 21; round++) await person.post('/me/password', { old_password: 'x', password: 'x' })
  for (let round = 0; round < 20; round++)
    expect((await person.post('/me/password', { old_password: 'x', password: NEW })).status).toBe(422)
  expect((await person.post('/me/password', { old_password: PASSWORD, password: NEW })).status).toBe(429)
})

test('settings take at most eight statements and are kept by no shared cache', async () => {
  using site = await testSite()
  const person = site.person()
  const statements = await site.statements(() => person.get('/me'))
  expect(statements.length).toBeLessThanOrEqual(8)
  expect((await person.get('/me')).headers.get('cache-control')).toMatch(/private|no-store/)
})

test('only admins are shown the way to the people', async () => {
  using site = await testSite()
  expect(await site.person().read('/me')).not.toContain('/admin')
  expect(await site.person({ role: 'admin' }).read('/me')).toContain('href="/admin/people"')
})

test('a guest is asked to sign in', async () => {
  using site = await testSite()
  expect((await site.guest().get('/me')).status).toBe(303)
  expect((await site.guest().post('/me', { name: 'x' })).status).toBe(403)
})

test('the cohorts somebody is in stand there, each with a way to leave it', async () => {
  using site = await testSite()
  const { learner, cohort, other } = site.cast()
  const page = await learner.read('/me')
  expect(page).toContain(`href="/cohorts/${cohort.slug}/leave"`)
  expect(page).not.toContain(`/cohorts/${other.slug}`)
})
