import { expect, test } from 'vitest'
import type { Browser } from '../support/http.ts'
import { PASSWORD, testSite } from '../support/site.ts'

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
  const guess = from(site.guest(), '192.0.2.1')
  for (let round = 0; round < 21; round++) await guess(email, WRONG)
  const enter = from(site.guest(), '192.0.2.2')
  expect((await enter(email, PASSWORD)).status).toBe(303)
})

test('an unknown address rests just the same', async () => {
  using site = await testSite({ trust_proxy: 1 })
  const enter = from(site.guest(), '192.0.2.1')
  for (let round = 0; round < 20; round++) await enter('nobody@library.example', WRONG)
  expect((await enter('nobody@library.example', WRONG)).status).toBe(429)
})

test('a quarter of an hour later it works again', async () => {
  using site = await testSite({ trust_proxy: 1 })
  const { email } = site.person()
  const enter = from(site.guest(), '192.0.2.1')
  for (let round = 0; round < 21; round++) await enter(email, WRONG)
  site.clock.advance({ minutes: 15, seconds: 1 })
  expect((await enter(email, PASSWORD)).status).toBe(303)
})

test('sign-ins that work are not counted', async () => {
  using site = await testSite({ trust_proxy: 1 })
  const { email } = site.person()
  const enter = from(site.guest(), '192.0.2.1')
  for (let round = 0; round < 25; round++) expect((await enter(email, PASSWORD)).status).toBe(303)
})

test('after two hundred tries at many accounts an address rests', async () => {
  using site = await testSite({ trust_proxy: 1 })
  // tries that miss a field are counted too, and cost no hashing
  const enter = from(site.guest(), '192.0.2.1')
  for (let round = 0; round < 200; round++) expect((await enter(`p${round}@library.example`, '')).status).toBe(422)
  expect((await enter('one-more@library.example', '')).status).toBe(429)
  expect((await from(site.guest(), '192.0.2.2')('one-more@library.example', '')).status).toBe(422)
})

test('who is sent an X-Forwarded-For without a proxy in front is not believed', async () => {
  using site = await testSite()
  const { email } = site.person()
  for (let round = 0; round < 20; round++) await from(site.guest(), `192.0.2.${round}`)(email, WRONG)
  expect((await from(site.guest(), '192.0.2.99')(email, WRONG)).status).toBe(429)
})
