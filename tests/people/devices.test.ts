import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Actor, PASSWORD, type TestSite, testSite } from '../support/site.ts'

const PHONE = 'Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0'
const DESKTOP = 'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36'

let site: TestSite
let learner: Actor
let peer: Actor
let admin: Actor
beforeAll(async () => {
  site = await testSite()
  ;({ learner, peer, admin } = site.cast())
})
beforeEach(() => site.db.prepare('DELETE FROM session WHERE browser IS NOT NULL').run())
afterAll(() => site[Symbol.dispose]())

async function signedInWith(agent: string, more: Record<string, string> = {}) {
  const browser = site.guest()
  await browser.post('/login', { email: learner.email, password: PASSWORD, ...more }, { 'user-agent': agent })
  return {
    get: (path: string) => browser.get(path, { 'user-agent': agent }),
    post: (path: string, fields: Record<string, string>) => browser.post(path, fields, { 'user-agent': agent }),
  }
}

const devicesOf = async (page: Promise<Response>) =>
  [...(await (await page).text()).matchAll(/name="device" value="([^"]+)"/g)].map(([, id = '']) => id)

test('the settings list the browsers in which somebody is signed in, in plain words', async () => {
  await signedInWith(PHONE, { shared: '1' })
  const here = await signedInWith(DESKTOP)
  const page = await (await here.get('/me')).text()
  expect(page).toContain('Firefox on Android')
  expect(page).toContain('Chrome on Windows')
  expect(page).toContain('shared computer')
  expect(page).toContain('Signed in on 2 March 2026.')
  expect(page).not.toMatch(/127\.0\.0\.1|Mozilla/)
})

test('a device that is signed out there is led to sign-in with its next request', async () => {
  const phone = await signedInWith(PHONE)
  const here = await signedInWith(DESKTOP)
  const ids = site.db.prepare<[], string>("SELECT id_hash FROM session WHERE browser = 'Firefox'").pluck().all()
  expect(await devicesOf(here.get('/me'))).toContain(ids[0])
  const answer = await here.post('/me/devices/sign-out', { device: ids[0] ?? '' })
  expect(answer.headers.get('location')).toBe('/me#devices')
  expect((await phone.get('/me')).headers.get('location')).toBe('/login?next=%2Fme')
  expect((await here.get('/me')).status).toBe(200)
})

test('signing out everywhere else leaves the device that asks', async () => {
  const [phone, other] = [await signedInWith(PHONE), await signedInWith(PHONE)]
  const here = await signedInWith(DESKTOP)
  await here.post('/me/devices/sign-out-others', {})
  for (const device of [phone, other]) expect((await device.get('/me')).status).toBe(303)
  expect(await devicesOf(here.get('/me'))).toEqual([])
  expect((await peer.get('/me')).status).toBe(200)
  const log = site.db.prepare(
    "SELECT person_id, detail, logged FROM activity WHERE kind = 'device.signed_out' ORDER BY id DESC",
  )
  expect(log.get()).toMatchObject({ person_id: learner.id, logged: 2 })
})

test('nobody signs out or sees the devices of somebody else', async () => {
  const phone = await signedInWith(PHONE)
  const id = site.db.prepare<[], string>("SELECT id_hash FROM session WHERE browser = 'Firefox'").pluck().get() ?? ''
  for (const other of [peer, admin]) {
    expect(await devicesOf(other.get('/me'))).not.toContain(id)
    await other.post('/me/devices/sign-out', { device: id })
    await other.post('/me/devices/sign-out-others', {})
  }
  expect(await (await admin.get(`/admin/people/${learner.handle}`)).text()).not.toContain('Firefox')
  expect((await phone.get('/me')).status).toBe(200)
  expect((await site.guest().post('/me/devices/sign-out', { device: id })).status).toBe(403)
})

test('the device that asks is never ended by these forms, and an unknown one changes nothing', async () => {
  const here = await signedInWith(DESKTOP)
  const own = site.db.prepare<[], string>("SELECT id_hash FROM session WHERE browser = 'Chrome'").pluck().get() ?? ''
  for (const device of [own, 'x', '', "' OR 1=1 --"]) {
    expect((await here.post('/me/devices/sign-out', { device })).status).toBe(303)
  }
  expect((await here.get('/me')).status).toBe(200)
})
