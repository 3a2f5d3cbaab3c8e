import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { linksIn } from '../../server/maintenance/link-text.ts'
import { type TestSite, testSite } from '../support/site.ts'

/** A web server on this machine that answers by path, and tells what it was asked. */
async function webServer(answer: (req: IncomingMessage, res: ServerResponse) => void) {
  const asked: string[] = []
  const agents = new Set<string>()
  const server = createServer((req, res) => {
    asked.push(`${req.method} ${req.url}`)
    agents.add(String(req.headers['user-agent']))
    answer(req, res)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return { host, asked, agents, [Symbol.dispose]: () => void server.close() }
}

function link(site: TestSite, links: string[]): void {
  const { courses, courseAuthoring } = site.services
  const id = courses.bySlug('course-1')?.things[0]?.id ?? courses.content(site.course(1), 1).things[0]!.id
  const { outline, revision } = courseAuthoring.thingText(id)!
  const body = links.map((each) => `- [there](${each})`).join('\n')
  const by = site.person({ role: 'author' }).id
  courseAuthoring.changeThing(id, { ...outline, body }, { seen: revision, by })
  site.services.maintenance.links.checkNow(by)
}

/** Runs the jobs until none is left for the next minute. */
async function lookAtAll(site: TestSite): Promise<void> {
  for (let times = 0; times < 12; times++) {
    await site.services.jobs.runDue()
    site.clock.advance({ seconds: 6 })
  }
}

const status =
  (code: number, headers: Record<string, string> = {}) =>
  (_req: IncomingMessage, res: ServerResponse) =>
    void res.writeHead(code, headers).end()

test('a link is broken after failing on two days, not one, and recovers when it answers', async () => {
  let code = 404
  using web = await webServer((_req, res) => void res.writeHead(code).end())
  using site = await testSite({ fetch_allow: [web.host] })
  link(site, [`http://${web.host}/gone?a=1&b=2`])
  const { links } = site.services.maintenance
  await lookAtAll(site)
  expect(web.asked).toEqual(['HEAD /gone?a=1&b=2', 'GET /gone?a=1&b=2'])
  expect(links.broken()).toEqual([])
  site.clock.advance({ hours: 24 })
  await lookAtAll(site)
  expect(links.broken()).toMatchObject([{ trouble: 'dead', status: 404, places: [{ slug: 'thing-1' }] }])
  code = 200
  site.clock.advance({ hours: 24 * 7 })
  await lookAtAll(site)
  expect(links.broken()).toEqual([])
  expect([...web.agents]).toEqual(['Twentythree link check (+http://localhost:2323)'])
})

test('one host gets one request at a time, with a pause between', async () => {
  using web = await webServer(status(200))
  using site = await testSite({ fetch_allow: [web.host] })
  link(
    site,
    ['/a', '/b', '/c'].map((path) => `http://${web.host}${path}`),
  )
  await site.services.jobs.runDue()
  expect(web.asked).toHaveLength(1)
  site.clock.advance({ seconds: 4 })
  await site.services.jobs.runDue()
  expect(web.asked).toHaveLength(1)
  await lookAtAll(site)
  expect(web.asked.toSorted()).toEqual(['HEAD /a', 'HEAD /b', 'HEAD /c'])
})

test('a permanent redirect is reported at once, with its target', async () => {
  using web = await webServer((req, res) =>
    req.url === '/old' ? status(301, { location: '/new' })(req, res) : status(200)(req, res),
  )
  using site = await testSite({ fetch_allow: [web.host] })
  link(site, [`http://${web.host}/old`])
  await lookAtAll(site)
  expect(site.services.maintenance.links.broken()).toMatchObject([
    { trouble: 'moved', moved_to: `http://${web.host}/new` },
  ])
})

test('a host that refuses robots, or HEAD but not GET, is not broken', async () => {
  using web = await webServer((req, res) => {
    if (req.url === '/robots') return status(403)(req, res)
    if (req.method === 'HEAD') return void req.socket.destroy()
    res.writeHead(200).end('x'.repeat(1_000_000))
  })
  using site = await testSite({ fetch_allow: [web.host] })
  link(site, [`http://${web.host}/robots`, `http://${web.host}/page`])
  await lookAtAll(site)
  expect(site.db.prepare('SELECT DISTINCT trouble FROM link_check').pluck().all()).toEqual([null])
  expect(web.asked).toContain('GET /page')
})

test('private addresses are never requested or reported', async () => {
  using web = await webServer(status(200))
  using site = await testSite()
  link(site, [`http://${web.host}/`, 'http://localhost/admin'])
  await lookAtAll(site)
  expect(web.asked).toEqual([])
  expect(site.db.prepare('SELECT DISTINCT trouble FROM link_check').pluck().all()).toEqual([null])
})

test('an unknown host and an unreachable server are told apart, after two days', async () => {
  using web = await webServer((req) => void req.socket.destroy())
  const resolve = async (name: string) => (name === 'nowhere.example' ? [] : ['127.0.0.1'])
  using site = await testSite({ fetch_allow: [web.host], resolve })
  link(site, ['https://nowhere.example/x', `http://${web.host}/`])
  await lookAtAll(site)
  site.clock.advance({ hours: 24 })
  await lookAtAll(site)
  const found = site.services.maintenance.links.broken().map(({ trouble }) => trouble)
  expect(found.toSorted()).toEqual(['dead', 'unreachable'])
})

test('a removed link is no longer reported, nor are links of archived courses', async () => {
  using web = await webServer(status(404))
  using site = await testSite({ fetch_allow: [web.host] })
  link(site, [`http://${web.host}/gone`])
  await lookAtAll(site)
  site.clock.advance({ hours: 24 })
  await lookAtAll(site)
  expect(site.services.maintenance.links.broken()).toHaveLength(1)
  link(site, [`http://${web.host}/better`])
  expect(site.services.maintenance.links.broken()).toEqual([])
  site.db.prepare("UPDATE course SET archived_at = '2026-03-03T00:00:00.000Z'").run()
  site.clock.advance({ hours: 24 * 7 })
  await lookAtAll(site)
  expect(site.services.maintenance.links.numbers().links).toBe(0)
})

test('an author starts a link check and sees the result', async () => {
  using web = await webServer(status(410))
  using site = await testSite({ fetch_allow: [web.host] })
  const { author, learner } = site.cast({ things: 1 })
  link(site, [`http://${web.host}/gone`])
  expect((await author.post('/admin/upkeep/links/check')).status).toBe(303)
  await lookAtAll(site)
  site.clock.advance({ hours: 24 })
  await lookAtAll(site)
  const page = await (await author.get('/admin/upkeep/links')).text()
  expect(page).toContain(`http://${web.host}/gone`)
  expect(page).toContain('/admin/courses/course-1/things/thing-1')
  expect((await learner.get('/admin/upkeep/links')).status).toBe(403)
})

test('links of a translation are checked', async () => {
  using web = await webServer(status(301, { location: '/' }))
  using site = await testSite({ fetch_allow: [web.host] })
  link(site, [])
  const html = JSON.stringify({ body: `<p><a href="http://${web.host}/da?a=1&amp;b=2" rel="nofollow">her</a></p>` })
  site.db
    .prepare(`
      INSERT INTO thing_translation (thing_id, language, revision, made_from, words, html, renderer, changed_at)
      SELECT id, 'da', 1, '', '{}', ?, 'x', changed_at FROM thing`)
    .run(html)
  await lookAtAll(site)
  expect(web.asked[0]).toBe('HEAD /da?a=1&b=2')
})

test('only HTTP links are checked, each once', () => {
  const html =
    '<p><a href="https://a.example/?x=1&amp;y=2" rel="no">a</a> <a href="mailto:a@b.example">b</a> <a href="/here">c</a> <a href="https://a.example/?x=1&amp;y=2">d</a></p>'
  expect([...linksIn(html)]).toEqual(['https://a.example/?x=1&y=2'])
})
