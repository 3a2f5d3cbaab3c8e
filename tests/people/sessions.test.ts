import { expect, test } from 'vitest'
import { PASSWORD, testSite } from '../support/site.ts'

async function signedIn(site: Awaited<ReturnType<typeof testSite>>, fields: Record<string, string> = {}) {
  const { email } = site.person()
  const browser = site.guest()
  const answer = await browser.post('/login', { email, password: PASSWORD, ...fields })
  const isIn = async () => (await browser.get('/me')).status === 200
  return { isIn, cookie: answer.headers.getSetCookie()[0] ?? '' }
}

test('a sign-in lasts while she comes by at least every thirty days', async () => {
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

test('a sign-in ends after 180 days however often she came by', async () => {
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
  const id = decodeURIComponent(cookie).split('s:')[1]?.split('.')[0] ?? ''
  expect(id.length).toBeGreaterThan(20)
  expect(JSON.stringify(site.db.prepare('SELECT * FROM session').all())).not.toContain(id)
})
