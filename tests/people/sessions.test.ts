import { expect, test } from 'vitest'
import { PASSWORD, type TestSite, testSite } from '../support/site.ts'

async function signedIn(site: Awaited<ReturnType<typeof testSite>>, fields: Record<string, string> = {}) {
  const { email } = site.person()
  const browser = site.guest()
  const answer = await browser.post('/login', { email, password: PASSWORD, ...fields })
  const isIn = async () => (await browser.get('/me')).status === 200
  return { isIn, cookie: answer.headers.getSetCookie()[0] ?? '' }
}

test('a session lasts while it is used at least every thirty days', async () => {
  using site = await testSite()
  const { isIn } = await signedIn(site)
  site.clock.advance({ hours: 24 * 30 - 1 })
  expect(await isIn()).toBe(true)
  site.clock.advance({ hours: 24 * 30 - 1 })
  expect(await isIn()).toBe(true)
})

test('a sign-in ends after thirty idle days', async () => {
  using site = await testSite()
  const { isIn } = await signedIn(site)
  site.clock.advance({ hours: 24 * 30, minutes: 1 })
  expect(await isIn()).toBe(false)
})

test('a session ends after 180 days however often it is used', async () => {
  using site = await testSite()
  const { isIn } = await signedIn(site)
  for (let month = 0; month < 9; month++) {
    site.clock.advance({ hours: 24 * 20 - 1 })
    expect(await isIn()).toBe(true)
  }
  site.clock.advance({ hours: 10 })
  expect(await isIn()).toBe(false)
})

test('on a shared computer it ends after two idle hours', async () => {
  using site = await testSite()
  const { isIn } = await signedIn(site, { shared: '1' })
  site.clock.advance({ minutes: 119 })
  expect(await isIn()).toBe(true)
  site.clock.advance({ minutes: 121 })
  expect(await isIn()).toBe(false)
})

test('on a shared computer the cookie goes with the browser', async () => {
  using site = await testSite()
  expect((await signedIn(site, { shared: '1' })).cookie).not.toMatch(/expires|max-age/i)
})

test('the cookie is out of reach of scripts and of other sites', async () => {
  using site = await testSite()
  const { cookie } = await signedIn(site)
  expect(cookie).toMatch(/^session=/)
  expect(cookie).toMatch(/; HttpOnly/i)
  expect(cookie).toMatch(/; SameSite=Lax/i)
})

test('the database holds no id that would sign somebody in', async () => {
  using site = await testSite()
  const { cookie } = await signedIn(site)
  const id = /^session=([^;]*)/.exec(cookie)?.[1] ?? ''
  expect(id).toHaveLength(43)
  expect(JSON.stringify(site.db.prepare('SELECT * FROM session').all())).not.toContain(id)
})

const rows = (site: TestSite) => site.db.prepare('SELECT * FROM session ORDER BY id_hash').all()
const writes = (statements: string[]) =>
  statements.filter((sql) => /^\s*(?:INSERT|UPDATE|DELETE)[\s\S]*\bsession\b/.test(sql))

test('reading costs one statement for session and person, and writes nothing', async () => {
  using site = await testSite()
  const person = site.person()
  await person.get('/me')
  const before = rows(site)
  site.clock.advance({ seconds: 59 })
  const statements = await site.statements(() => person.get('/nowhere'))
  expect(statements).toHaveLength(1)
  expect(writes(statements)).toEqual([])
  expect(rows(site)).toEqual(before)
})

test('that somebody was here is noted once a minute', async () => {
  using site = await testSite()
  const person = site.person()
  site.clock.advance({ minutes: 1 })
  expect(writes(await site.statements(() => person.get('/me')))).toHaveLength(1)
  expect(writes(await site.statements(() => person.get('/me')))).toEqual([])
})

test('a guest who has nothing to remember gets no cookie and no row', async () => {
  using site = await testSite()
  const guest = site.guest()
  for (const page of ['/', '/login', '/me', '/nowhere']) await guest.get(page)
  await guest.post('/login', { email: 'nobody@library.example', password: 'not the password' })
  expect(guest.cookies.size).toBe(0)
  expect(rows(site)).toEqual([])
})

test.each(['made-up', 'x'.repeat(43), `${'x'.repeat(43)}; session=${'y'.repeat(43)}`, '%F0%', '"', 's:old.signed'])(
  'a cookie that is nobody’s (%j) is a guest’s, and nothing is kept under it',
  async (cookie) => {
    using site = await testSite()
    const guest = site.guest()
    guest.cookies.set('session', cookie)
    const answer = await guest.get('/me')
    expect(answer.status).toBe(303)
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(rows(site)).toEqual([])
  },
)

test('words for the next page are said once, to a guest too', async () => {
  using site = await testSite()
  const person = site.person()
  await person.post('/me/delete', { password: PASSWORD, posts: 'stay' })
  expect(site.db.prepare('SELECT person_id FROM session').pluck().all()).toEqual([null])
  const said = site.services.words('en')('people.settings.left')
  expect(await person.read('/')).toContain(said)
  expect(await person.read('/')).not.toContain(said)
})

test('a session that is ended while an answer is made is not brought back by it', async () => {
  using site = await testSite()
  const person = site.person()
  // the act itself ends every session, and then leaves words for the next page
  site.db.exec('CREATE TEMP TRIGGER ended AFTER UPDATE OF name ON person BEGIN DELETE FROM session; END')
  expect((await person.post('/me', { name: 'Amara Okonkwo' })).status).toBe(303)
  expect(rows(site)).toEqual([])
  expect((await person.get('/me')).status).toBe(303)
})

test('what a session remembers is gone once somebody else signs in with the same browser', async () => {
  using site = await testSite()
  const [first, second] = [site.person(), site.person()]
  await first.post('/me', { name: 'Amara Okonkwo' })
  expect(site.db.prepare('SELECT data FROM session WHERE person_id = ?').pluck().get(first.id)).toContain('flash')
  await first.post('/login', { email: second.email, password: PASSWORD })
  expect(site.db.prepare('SELECT data FROM session WHERE person_id = ?').pluck().all(second.id)).toContain('{}')
  expect(site.db.prepare('SELECT count(*) FROM session WHERE person_id = ?').pluck().get(first.id)).toBe(0)
})

test('where a session cannot be saved the answer is a page that says so', async () => {
  using site = await testSite()
  const person = site.person()
  site.db.exec("CREATE TEMP TRIGGER full BEFORE UPDATE OF data ON session BEGIN SELECT RAISE(ABORT, 'full'); END")
  const answer = await person.post('/me', { name: 'Amara Okonkwo' })
  expect(answer.status).toBe(500)
  expect(await answer.text()).toContain('</html>')
  site.db.exec('DROP TRIGGER full')
  expect((await person.get('/me')).status).toBe(200)
})
