import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { Request } from 'express'
import { expect, test } from 'vitest'
import { pageEncoding } from '../../../server/web/http/compression.ts'
import { asset } from '../../../server/web/http/static-files.ts'
import { codeOf, filesIn } from '../../house/source.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { type Actor, testSite } from '../../support/site.ts'

const BROWSER = 'gzip, deflate, br, zstd'
const decompress: Record<string, (bytes: Buffer) => Buffer> = {
  gzip: gunzipSync,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
}

const cookieOf = (actor: Actor) => ({ cookie: Array.from(actor.cookies, ([name, value]) => `${name}=${value}`).join() })

test.each([
  [BROWSER, 'zstd'],
  ['gzip, deflate, br', 'br'],
  ['gzip, deflate', 'gzip'],
  ['zstd;q=0, br;q=0.1, gzip;q=0.9', 'gzip'],
  ['zstd;q=0, gzip;q=0', null],
  ['*', 'zstd'],
  ['*, zstd;q=0', 'br'],
  ['*;q=0', null],
  ['identity;q=0, gzip', 'gzip'],
  ['identity, gzip;q=0.5', null],
  ['identity;q=0', null],
  ['', null],
  ['compress', null],
  [undefined, null],
])('what a client accepts: %s gives %s', (accepted, encoding) => {
  const headers = accepted === undefined ? {} : { 'accept-encoding': accepted }
  expect(pageEncoding({ headers } as Request)).toBe(encoding)
})

test('a header longer than any browser sends is not parsed', () => {
  expect(pageEncoding({ headers: { 'accept-encoding': `gzip${' '.repeat(16_000)}` } } as Request)).toBeNull()
})

test('every kind of text is compressed, with its length where it is whole, and HEAD answers with the same headers', async () => {
  using site = await testSite()
  const { cohort, learner, organiser } = site.cast()
  site.reflection(learner, cohort, { body: 'At the desk. '.repeat(100), audience: 'world' })
  const learners = cookieOf(learner)
  const organisers = cookieOf(organiser)
  const kinds: [string, string, Record<string, string>][] = [
    ['text/html', '/courses/course-23', {}],
    ['text/html', cohort.at(''), learners],
    ['application/atom+xml', cohort.at('/feed.xml'), {}],
    ['application/feed+json', cohort.at('/feed.json'), {}],
    ['text/csv', `/admin${cohort.at('/grid.csv')}`, organisers],
    ['text/css', asset('css/site.css'), {}],
    ['text/javascript', asset('js/site.js'), {}],
  ]
  for (const [type, path, who] of kinds) {
    const headers = { ...who, 'accept-encoding': BROWSER }
    const { headers: got, body } = await rawRequest(site.origin + path, { headers })
    const head = await rawRequest(site.origin + path, { method: 'HEAD', headers })
    const { body: plain } = await rawRequest(site.origin + path, { headers: who })
    const encoding = got['content-encoding'] ?? ''
    expect([path, got['content-type']]).toEqual([path, expect.stringContaining(type)])
    expect([path, encoding, got['vary']]).toEqual([
      path,
      type.startsWith('text/css') || type.includes('script') ? 'br' : 'zstd',
      expect.stringContaining('Accept-Encoding'),
    ])
    expect(got['content-length']).toBe(type === 'text/csv' ? undefined : String(body.length))
    expect(String(decompress[encoding]?.(body)).length).toBe(String(plain).length)
    expect(body.length).toBeLessThan(plain.length)
    expect(head.body.length).toBe(0)
    const fixed = ({ date: _date, 'content-length': _length, 'transfer-encoding': _chunked, ...rest }: typeof got) =>
      rest
    expect(fixed(head.headers)).toEqual(fixed(got))
    // a page holds new keys for its forms each time, which compress to a few bytes more or less
    const lengths = [head.headers['content-length'], got['content-length']].map((length) => Number(length ?? 0))
    expect(Math.abs((lengths[0] ?? 0) - (lengths[1] ?? 0))).toBeLessThan(50)
  }
})

test('every whole answer goes out by sendBody', () => {
  const own = ['server/web/http/send-body.ts', 'server/web/http/static-files.ts', 'server/site/health-routes.ts']
  // the blog of the demo is another site
  own.push('server/demo/blogs.ts')
  const others = filesIn('server', '.ts').filter((file) => !own.includes(file))
  expect(others.filter((file) => /\bres(?:\.\w+\([^)]*\))*\.(?:json|send|end)\([^)\s]/.test(codeOf(file)))).toEqual([])
})

test("a guest's page is compressed once for each encoding, and kept until something changes", async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  const id = site.reflection(learner, cohort, { title: 'First title', audience: 'world' })
  const ask = (accepted: string) =>
    rawRequest(`${site.origin}/reflections/${id}`, { headers: { 'accept-encoding': accepted } })
  const bodies: string[] = []
  for (const accepted of ['zstd', 'br', 'gzip']) {
    const first = await ask(accepted)
    const again = await ask(accepted)
    expect(again.headers['content-encoding']).toBe(accepted)
    // the page holds random keys where it is made anew
    expect(again.body).toEqual(first.body)
    bodies.push(String(decompress[accepted]?.(again.body)))
  }
  expect(new Set(bodies).size).toBe(1)
  expect(bodies[0]).toContain('First title')
  await learner.post(cohort.at('/things/1/reflection'), {
    intent: 'publish',
    title: 'Second title',
    body: 'Now.',
    audience: 'world',
  })
  for (const accepted of ['zstd', 'br', 'gzip']) {
    expect(String(decompress[accepted]?.((await ask(accepted)).body))).toContain('Second title')
  }
})

test('a page that another site led a signed-in person to is not compressed', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  const encodings: unknown[] = []
  for (const from of ['cross-site', 'same-site', 'same-origin', 'none']) {
    const headers = { 'accept-encoding': BROWSER, 'sec-fetch-site': from }
    const own = await rawRequest(site.origin + cohort.at('/reflections?q=x'), {
      headers: { ...headers, ...cookieOf(learner) },
    })
    const guest = await rawRequest(`${site.origin}/courses/course-23`, { headers })
    encodings.push([from, own.headers['content-encoding'], guest.headers['content-encoding']])
  }
  expect(encodings).toEqual([
    ['cross-site', undefined, 'zstd'],
    ['same-site', undefined, 'zstd'],
    ['same-origin', 'zstd', 'zstd'],
    ['none', 'zstd', 'zstd'],
  ])
})
