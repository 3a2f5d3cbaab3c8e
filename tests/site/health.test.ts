import { expect, test } from 'vitest'
import { testSite } from '../support/site.ts'

const TOKEN = 'a token of more than sixteen'

test('/healthz answers anybody, under any host name', async () => {
  using site = await testSite({ base_url: 'https://things.example' })
  const answer = await fetch(`${site.origin}/healthz`)
  expect(answer.status).toBe(200)
  expect(await answer.text()).toBe('ok')
})

test('/readyz answers with details to the machine itself', async () => {
  using site = await testSite()
  const details = await (await fetch(`${site.origin}/readyz`)).json()
  expect(details).toMatchObject({ ok: true, pragmas: { synchronous: 2, foreign_keys: 1 } })
  expect(details.migrations).toContain('0001_people.sql')
})

test.each(['x-forwarded-for', 'forwarded'])('/readyz answers 404 to requests through a proxy (%s)', async (header) => {
  using site = await testSite({ metrics_token: TOKEN })
  const answer = await fetch(`${site.origin}/readyz`, { headers: { [header]: 'for=127.0.0.1' } })
  expect(answer.status).toBe(404)
  expect(await answer.text()).not.toContain('synchronous')
})

test('/readyz answers with details through a proxy with the token', async () => {
  using site = await testSite({ metrics_token: TOKEN })
  const ask = (authorization: string) =>
    fetch(`${site.origin}/readyz`, { headers: { authorization, 'x-forwarded-for': '192.0.2.1' } })
  expect((await ask(`Bearer ${TOKEN}`)).status).toBe(200)
  expect((await ask('Bearer wrong')).status).toBe(404)
  expect((await ask(TOKEN)).status).toBe(404)
})

test('no token is accepted where none is configured', async () => {
  using site = await testSite()
  const headers = { authorization: 'Bearer null', 'x-forwarded-for': '192.0.2.1' }
  expect((await fetch(`${site.origin}/readyz`, { headers })).status).toBe(404)
})
