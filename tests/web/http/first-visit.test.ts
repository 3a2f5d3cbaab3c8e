import { expect, test } from 'vitest'
import { rawRequest } from '../../support/raw-request.ts'
import { type Actor, testSite } from '../../support/site.ts'

/** What a page asks for: its stylesheets, preloaded fonts, icon and scripts, and what the scripts load on this page. */
async function visit(origin: string, page: string, who?: Actor): Promise<{ requests: string[]; bytes: number }> {
  const cookie = who ? { cookie: Array.from(who.cookies, ([name, value]) => `${name}=${value}`).join() } : {}
  const requests: string[] = []
  let bytes = 0
  const get = async (address: string) => {
    const headers = { ...cookie, 'accept-encoding': 'gzip, deflate, br, zstd' }
    const [packed, plain] = await Promise.all([
      rawRequest(origin + address, { headers }),
      rawRequest(origin + address, { headers: cookie }),
    ])
    expect([address, packed.status]).toEqual([address, 200])
    const head = Object.entries(packed.headers).map(([name, value]) => `${name}: ${value}\r\n`)
    requests.push(address)
    bytes += packed.body.length + head.join('').length
    return String(plain.body)
  }
  const html = await get(page)
  const links = Array.from(html.matchAll(/<link rel="(?:stylesheet|preload|icon)"[^>]*href="([^"]+)"/g), ([, at]) => at)
  const scripts = Array.from(html.matchAll(/<script type="module" src="([^"]+)"/g), ([, at]) => at)
  for (const address of links) await get(address ?? '')
  for (const address of scripts) {
    const text = await get(address ?? '')
    // site.js names the attribute that makes it load a module
    for (const [, on = '', file = ''] of text.matchAll(/on: '\[([\w-]+)\]',.*?import\('\.\/([\w/-]+\.js)'\)/gs)) {
      if (html.includes(` ${on}`)) await get((address ?? '').replace(/[^/]+$/, file))
    }
  }
  return { requests, bytes }
}

test("a first visit takes 95 kB in 10 requests, and the editor's page 12 requests", async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  site.reflection(learner, cohort, { audience: 'world' })
  for (const page of ['/', '/courses/course-23/things/1', '/login']) {
    const { requests, bytes } = await visit(site.origin, page)
    expect([page, requests.length], requests.join(' ')).toEqual([page, expect.toSatisfy((count) => count <= 10)])
    expect([page, bytes]).toEqual([page, expect.toSatisfy((count) => count <= 95_000)])
  }
  const map = await visit(site.origin, cohort.at(''), learner)
  expect(map.requests.length, map.requests.join(' ')).toBeLessThanOrEqual(10)
  const editor = await visit(site.origin, cohort.at('/things/1/reflection'), learner)
  expect(editor.requests.some((address) => address.endsWith('/editor.js'))).toBe(true)
  expect(editor.requests.length, editor.requests.join(' ')).toBeLessThanOrEqual(12)
  expect(editor.bytes).toBeLessThanOrEqual(115_000)
})
