import { expect, test } from 'vitest'
import { type TestSite, testSite } from '../support/site.ts'

function rolesIn(site: TestSite): Record<string, string> {
  const rows = site.db.prepare<[], { handle: string; role: string }>('SELECT handle, role FROM person').all()
  return Object.fromEntries(rows.map(({ handle, role }) => [handle, role]))
}

test('an admin makes an author, who signs in anew', async () => {
  using site = await testSite()
  const admin = site.person({ role: 'admin' })
  const person = site.person()
  expect((await admin.post(`/admin/people/${person.handle}/role`, { role: 'author' })).status).toBe(303)
  expect(rolesIn(site)[person.handle]).toBe('author')
  expect((await person.get('/me')).status).toBe(303)
})

test('a changed role is in the audit log', async () => {
  using site = await testSite()
  const admin = site.person({ role: 'admin' })
  const person = site.person()
  await admin.post(`/admin/people/${person.handle}/role`, { role: 'admin' })
  const logged = site.db
    .prepare("SELECT person_id, subject_id, detail FROM activity WHERE kind = 'person.role_changed'")
    .all()
  expect(logged).toEqual([{ person_id: admin.id, subject_id: person.id, detail: '{"role":"admin","before":"member"}' }])
})

test('giving the role somebody has already changes nothing and signs nobody out', async () => {
  using site = await testSite()
  const admin = site.person({ role: 'admin' })
  const person = site.person({ role: 'author' })
  await admin.post(`/admin/people/${person.handle}/role`, { role: 'author' })
  expect((await person.get('/me')).status).toBe(200)
})

test('no admin changes another admin', async () => {
  using site = await testSite()
  const admin = site.person({ role: 'admin' })
  const other = site.person({ role: 'admin' })
  expect((await admin.post(`/admin/people/${other.handle}/role`, { role: 'member' })).status).toBe(403)
  expect(rolesIn(site)[other.handle]).toBe('admin')
})

test('an admin may step down and goes on under a new session', async () => {
  using site = await testSite()
  const admin = site.person({ role: 'admin' })
  site.person({ role: 'admin' })
  const [before, elsewhere] = [admin.cookies.get('session'), site.browserOf(admin.id)]
  expect((await admin.post(`/admin/people/${admin.handle}/role`, { role: 'member' })).status).toBe(303)
  expect(rolesIn(site)[admin.handle]).toBe('member')
  expect(admin.cookies.get('session')).not.toBe(before)
  expect((await admin.get('/me')).status).toBe(200)
  expect((await admin.get('/admin/people')).status).toBe(403)
  expect((await elsewhere.get('/me')).status).toBe(303)
})

test('the last admin cannot step down', async () => {
  using site = await testSite()
  const admin = site.person({ role: 'admin' })
  const answer = await admin.post(`/admin/people/${admin.handle}/role`, { role: 'member' })
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain('You are the only admin')
  expect(rolesIn(site)[admin.handle]).toBe('admin')
})

test('of two admins who step down in the same moment one stays, a hundred times', async () => {
  using site = await testSite()
  const people = [site.person(), site.person()]
  for (let round = 0; round < 100; round++) {
    site.db.prepare("UPDATE person SET role = 'admin'").run()
    await Promise.all(
      people.map(({ id, handle }) => site.browserOf(id).post(`/admin/people/${handle}/role`, { role: 'member' })),
    )
    expect(Object.values(rolesIn(site)).filter((role) => role === 'admin')).toHaveLength(1)
  }
})

test('a former admin changes nobody, even while their request runs', async () => {
  using site = await testSite()
  const former = site.person()
  const person = site.services.people.find(site.person().id)
  expect(person && site.services.people.setRole(person, 'admin', former.id)).toBe(false)
})

test.each([
  ['an unknown role', { role: 'owner' }],
  ['none', {}],
  ['two', { role: ['member', 'admin'] }],
  ['NUL', { role: 'admin\0' }],
])('%s is answered by the list with a word about it', async (_what, fields: Record<string, string | string[]>) => {
  using site = await testSite()
  const admin = site.person({ role: 'admin' })
  const person = site.person()
  const answer = await admin.post(`/admin/people/${person.handle}/role`, fields)
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain('role="alert"')
  expect(rolesIn(site)[person.handle]).toBe('member')
})

test('only admins change roles, nobody their own upwards', async () => {
  using site = await testSite()
  const author = site.person({ role: 'author' })
  expect((await author.post(`/admin/people/${author.handle}/role`, { role: 'admin' })).status).toBe(403)
  expect((await author.get('/admin/people')).status).toBe(403)
})

test('an unknown person is not found', async () => {
  using site = await testSite()
  const admin = site.person({ role: 'admin' })
  expect((await admin.post('/admin/people/nobody/role', { role: 'author' })).status).toBe(404)
})
