import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { proxyMisfit } from '../../server/site/proxy-fit.ts'
import { managed } from '../support/manage-command.ts'
import { rawRequest } from '../support/raw-request.ts'
import { type TestSite, testSite } from '../support/site.ts'

const HTTPS = { base_url: 'https://things.example', base_url_is_set: true }
const HTTP = { base_url: 'http://things.example', base_url_is_set: true }

test.each([
  ['no proxy, none trusted', 0, {}, 'http', null],
  ['a proxy, none trusted', 0, { 'x-forwarded-for': '192.0.2.1' }, 'http', { problem: 'not_set', hops: 1 }],
  [
    'two proxies, none trusted',
    0,
    { 'x-forwarded-for': '192.0.2.1, 10.0.0.2' },
    'http',
    { problem: 'not_set', hops: 2 },
  ],
  ['only the protocol, none trusted', 0, { 'x-forwarded-proto': 'https' }, 'http', { problem: 'not_set', hops: 1 }],
  ['RFC 7239, none trusted', 0, { forwarded: 'for=192.0.2.1' }, 'http', { problem: 'not_set', hops: 1 }],
  ['no proxy, one trusted', 1, {}, 'http', { problem: 'none_seen', hops: 0 }],
  ['an empty header, one trusted', 1, { 'x-forwarded-for': ' ' }, 'http', { problem: 'none_seen', hops: 0 }],
  ['one proxy, one trusted', 1, { 'x-forwarded-for': '2001:db8::1' }, 'http', null],
  ['one proxy, two trusted', 2, { 'x-forwarded-for': '192.0.2.1' }, 'https', { problem: 'too_high', hops: 1 }],
  ['three proxies, one trusted', 1, { 'x-forwarded-for': 'a, b, c' }, 'https', { problem: 'too_low', hops: 3 }],
  ['https as it should be', 1, { 'x-forwarded-for': 'a', 'x-forwarded-proto': 'https' }, 'https', null],
  [
    'http, with https in BASE_URL',
    1,
    { 'x-forwarded-for': 'a', 'x-forwarded-proto': 'http' },
    'http',
    { problem: 'http', hops: 1 },
  ],
])('the headers of one request: %s', (_what, trust_proxy, headers, protocol, misfit) => {
  expect(proxyMisfit(headers, protocol, { ...HTTPS, trust_proxy })).toEqual(misfit)
})

test('https by the proxy with http in BASE_URL does not fit', () => {
  const headers = { 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'https' }
  expect(proxyMisfit(headers, 'https', { ...HTTP, trust_proxy: 1 })?.problem).toBe('https')
})

test('a long header is counted up to the highest TRUST_PROXY', () => {
  const headers = { 'x-forwarded-for': 'a,'.repeat(4000) }
  expect(proxyMisfit(headers, 'http', { ...HTTP, trust_proxy: 1 })?.hops).toBe(16)
})

const visit = ({ origin }: TestSite, headers: Record<string, string>) =>
  rawRequest(`${origin}/login`, { headers: { host: 'things.example', ...headers } })

test('an admin is told what to set, and doctor too, until most requests fit', async () => {
  const data = mkdtempSync(path.join(os.tmpdir(), 'proxy-'))
  onTestFinished(() => rmSync(data, { recursive: true, force: true }))
  using site = await testSite({ file: path.join(data, 'twentythree.sqlite') })
  const { admin, organiser } = site.cast()
  const proxied = { 'x-forwarded-for': '192.0.2.1, 10.1.1.1', 'x-forwarded-proto': 'https' }
  expect(await admin.read('/admin')).not.toContain('TRUST_PROXY')
  site.clock.advance({ minutes: 1 })
  for (let at = 0; at < 6; at++) await admin.get('/login', proxied)
  expect(await admin.read('/admin')).toContain('TRUST_PROXY=2')
  expect(await organiser.read('/admin')).not.toContain('TRUST_PROXY')
  const told = await managed(data, 'doctor')
  expect(told.facts).toMatchObject({ ok: true, proxy: { problem: 'not_set', hops: 2 } })
  site.clock.advance({ minutes: 1 })
  for (let at = 0; at < 20; at++) await admin.get('/login')
  expect(await admin.read('/admin')).not.toContain('TRUST_PROXY')
  expect((await managed(data, 'doctor')).facts).toMatchObject({ proxy: null })
})

test('a few requests with invented headers are no finding', async () => {
  using site = await testSite({ base_url: 'http://things.example' })
  for (let at = 0; at < 3; at++) await visit(site, {})
  site.clock.advance({ minutes: 1 })
  for (let at = 0; at < 2; at++) await visit(site, { 'x-forwarded-for': '192.0.2.1' })
  expect(site.services.proxyCheck.finding()).toBeNull()
})

test('what was found under other settings is not told', async () => {
  using site = await testSite({ base_url: 'http://things.example', trust_proxy: 1 })
  await visit(site, {})
  expect(site.services.proxyCheck.finding()?.problem).toBe('none_seen')
  site.db.exec('UPDATE proxy_finding SET trust_proxy = 0')
  expect(site.services.proxyCheck.finding()).toBeNull()
})

test('counting needs no statement once the finding is stored', async () => {
  using site = await testSite({ base_url: 'http://things.example', trust_proxy: 1 })
  await visit(site, {})
  const ran = await site.statements(async () => {
    for (let at = 0; at < 10; at++) await visit(site, {})
  })
  expect(ran.filter((sql) => sql.includes('proxy_finding'))).toEqual([])
})
