import { expect, test } from 'vitest'
import { startUp } from '../../server/site/start-up.ts'
import { PASSWORD, type TestSite, testSite } from '../support/site.ts'

const INGRID = { name: 'Ingrid Solberg', email: 'ingrid@harbour.example', password: PASSWORD }

/** The path of the link that the start prints. */
function setupLink(site: TestSite): string {
  const line = startUp(site.services).find((each) => each.includes('/setup?token=')) ?? ''
  return line.replace(site.config.base_url, '')
}

const admins = (site: TestSite) => site.db.prepare("SELECT name, email, role FROM person WHERE role = 'admin'").all()

test('the link makes the first admin, signs in, and leads to the first cohort', async () => {
  using site = await testSite()
  const link = setupLink(site)
  const guest = site.guest()
  expect(await guest.read(link)).toContain('It is running. Now make it yours.')
  const answer = await guest.post(link, INGRID)
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/admin/cohorts/new'])
  expect(admins(site)).toEqual([{ name: INGRID.name, email: INGRID.email, role: 'admin' }])
  const next = await guest.get('/admin/cohorts/new')
  expect(next.status).toBe(200)
  expect(await next.text()).toContain('23 Mobile Things')
})

test('the token is 128 bits or more', async () => {
  using site = await testSite()
  expect(Buffer.from(setupLink(site).split('=')[1] ?? '', 'base64url').length).toBeGreaterThanOrEqual(16)
})

test('the link stays the same from start to start until it is used', async () => {
  using site = await testSite()
  expect(setupLink(site)).toBe(setupLink(site))
})

test('a wrong token, a missing one and a repeated one find nothing', async () => {
  using site = await testSite()
  const link = setupLink(site)
  for (const path of [
    '/setup',
    '/setup?token=',
    '/setup?token=wrong',
    `${link}x`,
    `${link}&token=x`,
    link.toLowerCase(),
  ]) {
    expect([path, (await site.guest().get(path)).status]).toEqual([path, 404])
    expect([path, (await site.guest().post(path, INGRID)).status]).toEqual([path, 404])
  }
  expect(admins(site)).toEqual([])
})

test('the page is gone once there is an admin, and no start prints a link any more', async () => {
  using site = await testSite()
  const link = setupLink(site)
  await site.guest().post(link, INGRID)
  expect((await site.guest().get(link)).status).toBe(404)
  expect((await site.guest().post(link, { ...INGRID, email: 'mallory@evil.example' })).status).toBe(404)
  expect(admins(site)).toHaveLength(1)
  expect(startUp(site.services).join()).not.toContain('setup')
  expect(site.services.settings.get('setup_token')).toBeNull()
})

test('the setup link is void when an admin was made on the command line', async () => {
  using site = await testSite()
  const link = setupLink(site)
  const person = site.person()
  expect(site.services.setup.makeAdmin(person.email)).toBe(true)
  expect((await site.guest().get(link)).status).toBe(404)
})

test('of two forms at the same moment one makes an admin, and the other leaves nothing', async () => {
  using site = await testSite()
  const link = setupLink(site)
  const forms = ['one', 'two', 'three'].map((name) =>
    site.guest().post(link, { ...INGRID, name, email: `${name}@harbour.example` }),
  )
  expect((await Promise.all(forms)).map(({ status }) => status).sort()).toEqual([303, 404, 404])
  expect(site.db.prepare('SELECT count(*) FROM person').pluck().get()).toBe(1)
  expect(admins(site)).toHaveLength(1)
})

test('what is wrong is told at each field, and the link stays good', async () => {
  using site = await testSite()
  const link = setupLink(site)
  const answer = await site.guest().post(link, { name: '', email: 'ingrid', password: 'maps' })
  const html = await answer.text()
  expect(answer.status).toBe(422)
  for (const field of ['name', 'email', 'password']) expect(html).toContain(`id="${field}-problem"`)
  expect(html).toContain('That is 4 characters. Please use 12 or more.')
  expect(html).toContain('value="ingrid"')
  expect((await site.guest().post(link, INGRID)).status).toBe(303)
})

test('fields that the form does not have change nothing', async () => {
  using site = await testSite()
  await site.guest().post(setupLink(site), {
    ...INGRID,
    id: '77',
    handle: 'root',
    scheme: 'dark',
    workplace: 'W',
    created_at: 'x',
    role: 'member',
  })
  const row = site.db.prepare('SELECT id, handle, scheme, workplace, role FROM person').get()
  expect(row).toEqual({ id: 1, handle: 'ingrid-solberg', scheme: 'system', workplace: null, role: 'admin' })
})

test('an address that has an account is told so', async () => {
  using site = await testSite()
  const link = setupLink(site)
  site.person({ email: INGRID.email })
  const answer = await site.guest().post(link, INGRID)
  expect([answer.status, (await answer.text()).includes('This address has an account already.')]).toEqual([422, true])
  expect(admins(site)).toEqual([])
})

test('nobody keeps the page, and it tells no other site where it came from', async () => {
  using site = await testSite()
  const { headers } = await site.guest().get(setupLink(site))
  expect([headers.get('cache-control'), headers.get('referrer-policy')]).toEqual(['no-store', 'same-origin'])
})
