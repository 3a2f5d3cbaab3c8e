import { expect, test } from 'vitest'
import type { Browser } from '../support/http-client.ts'
import { PASSWORD, testSite } from '../support/site.ts'
import { guessed } from '../support/wrong-guesses.ts'

const WRONG = 'not the password at all'

/** A browser behind the site's proxy, at an address of its own. */
function from(browser: Browser, address: string) {
  return (email: string, password: string) =>
    browser.post('/login', { email, password }, { 'x-forwarded-for': address })
}

test('after twenty tries that did not work an account rests, with a time to come back', async () => {
  using site = await testSite({ trust_proxy: 1 })
  const { email } = site.person()
  const enter = from(site.guest(), '192.0.2.1')
  for (let round = 0; round < 20; round++) expect((await enter(email, WRONG)).status).toBe(422)
  const refused = await enter(email, PASSWORD)
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
})

test('the owner gets in from elsewhere while somebody guesses', async () => {
  using site = await testSite({ trust_proxy: 1 })
  const { email } = site.person()
  await guessed(site, 20, email)
  expect((await from(site.guest(), '192.0.2.1')(email, WRONG)).status).toBe(429)
  const enter = from(site.guest(), '192.0.2.2')
  expect((await enter(email, PASSWORD)).status).toBe(303)
})

test('an unknown address rests just the same', async () => {
  using site = await testSite({ trust_proxy: 1 })
  const enter = from(site.guest(), '192.0.2.1')
  await guessed(site, 18, 'nobody@library.example')
  for (const status of [422, 422, 429]) expect((await enter('nobody@library.example', WRONG)).status).toBe(status)
})

test('a quarter of an hour later it works again', async () => {
  using site = await testSite({ trust_proxy: 1 })
  const { email } = site.person()
  const enter = from(site.guest(), '192.0.2.1')
  await guessed(site, 20, email)
  expect((await enter(email, PASSWORD)).status).toBe(429)
  site.clock.advance({ minutes: 15, seconds: 1 })
  expect((await enter(email, PASSWORD)).status).toBe(303)
})

test('sign-ins that work are not counted', async () => {
  using site = await testSite({ trust_proxy: 1 })
  const { email } = site.person()
  const enter = from(site.guest(), '192.0.2.1')
  await guessed(site, 19, email)
  for (let round = 0; round < 3; round++) expect((await enter(email, PASSWORD)).status).toBe(303)
  expect((await enter(email, WRONG)).status).toBe(422)
  expect((await enter(email, PASSWORD)).status).toBe(429)
})

test('a form without a password is a mistake and no guess', async () => {
  using site = await testSite({ trust_proxy: 1 })
  const { email } = site.person()
  const enter = from(site.guest(), '192.0.2.1')
  for (let round = 0; round < 21; round++) expect((await enter(email, '')).status).toBe(422)
  expect((await enter(email, PASSWORD)).status).toBe(303)
})

test('guesses sent in parallel get no further than guesses sent in turn', { timeout: 60_000 }, async () => {
  using site = await testSite({ trust_proxy: 1 })
  const { email } = site.person()
  const enter = from(site.guest(), '192.0.2.1')
  await guessed(site, 15, email)
  const answers = await Promise.all(Array.from({ length: 50 }, () => enter(email, WRONG)))
  const count = (status: number) => answers.filter((answer) => answer.status === status).length
  expect([count(422), count(429)]).toEqual([5, 45])
})

test('thirty right passwords at once are not refused', { timeout: 60_000 }, async () => {
  using site = await testSite({ trust_proxy: 1 })
  const { email } = site.person()
  const enter = from(site.guest(), '192.0.2.1')
  await guessed(site, 19, email)
  const answers = await Promise.all(Array.from({ length: 30 }, () => enter(email, PASSWORD)))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]))
})

test('wrong passwords count for the account they aim at, also when the guesser is signed in', async () => {
  using site = await testSite({ trust_proxy: 1 })
  const [guesser, owner] = [site.person(), site.person()]
  const enter = from(guesser, '192.0.2.1')
  for (const { email } of [guesser, owner]) await guessed(site, 19, email)
  expect((await enter(owner.email, WRONG)).status).toBe(422)
  const address = { 'x-forwarded-for': '192.0.2.1' }
  const forms: [string, Record<string, string>][] = [
    ['/me/password', { old_password: PASSWORD, password: 'another sentence instead' }],
    ['/me/delete', { password: PASSWORD, posts: 'stay' }],
  ]
  const statuses = (who: Browser) =>
    Promise.all(forms.map(async ([path, fields]) => (await who.post(path, fields, address)).status))
  expect((await from(site.guest(), '192.0.2.1')(owner.email, PASSWORD)).status).toBe(429)
  expect(await statuses(site.browserOf(owner.id))).toEqual([429, 429])
  expect((await from(site.guest(), '192.0.2.1')(guesser.email, PASSWORD)).status).toBe(303)
})

test('the page that refuses says how long to wait and leads on', async () => {
  using site = await testSite({ trust_proxy: 1 })
  const enter = from(site.guest(), '192.0.2.1')
  await guessed(site, 20, 'nobody@library.example')
  site.clock.advance({ minutes: 5 })
  const refused = await enter('nobody@library.example', WRONG)
  expect(refused.headers.get('retry-after')).toBe('600')
  expect(await refused.text()).toContain('href="/"')
})

test.each([
  ['a password link', '/reset/not-a-token', { password: 'another sentence instead' }],
  ['an invitation', '/invite/not-a-token', { name: 'Amara', password: 'another sentence instead' }],
  ['the setup', '/setup?token=not-a-token', { name: 'Amara' }],
])('wrong links are counted, and a mistake in the form behind is not: %s', async (_what, path, fields) => {
  using site = await testSite({ trust_proxy: 1 })
  const { email } = site.person()
  const post = () => site.guest().post(path, fields, { 'x-forwarded-for': '192.0.2.1' })
  await guessed(site, 197, null)
  for (const status of [404, 404, 404, 429]) expect((await post()).status).toBe(status)
  expect((await from(site.guest(), '192.0.2.1')(email, PASSWORD)).status).toBe(303)
})

test('who is sent an X-Forwarded-For without a proxy in front is not believed', async () => {
  using site = await testSite()
  const { email } = site.person()
  await guessed(site, 18, email, '127.0.0.1')
  for (const [at, status] of [422, 422, 429].entries())
    expect((await from(site.guest(), `192.0.2.${at}`)(email, WRONG)).status).toBe(status)
})
