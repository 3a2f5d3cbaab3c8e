import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { parseAtomFeed, parseJsonFeed, parseOpml } from 'feedsmith'
import { expect, onTestFinished, test } from 'vitest'
import type { FeedEntry } from '../../server/feeds/outgoing/outgoing-feeds.ts'
import { type FeedKind, serialiseFeed } from '../../server/feeds/outgoing/serialise-feed.ts'
import { type Actor, testSite } from '../support/site.ts'

const BASE = 'https://things.example'
const SITE = { base_url: BASE, id_origin: BASE }

/** Reads an address of the loopback as if it had this name. */
async function readAs(host: string, url: string): Promise<string> {
  const [answer] = (await once(http.get(url, { headers: { host } }), 'response')) as [http.IncomingMessage]
  return Buffer.concat(await answer.toArray()).toString()
}

/** Makes a private address as the member does, and reads it off the page that shows it once. */
async function privateFeed(member: Actor, path: string): Promise<string> {
  const page = await (await member.post(path, { intent: 'make' })).text()
  return /value="[^"]*(\/feeds\/[\w-]+)\/feed\.xml"/.exec(page)?.[1] ?? ''
}

test.each(['xml', 'json'] as const)(
  "a person's feed (%s) has their world reflections, and nothing else",
  async (kind) => {
    using site = await testSite()
    const { cohort, guest, learner } = site.cast()
    site.reflection(learner, cohort, { number: 1, body: 'Only colleagues', audience: 'cohort' })
    expect((await guest.get(`/people/${learner.handle}/feed.${kind}`)).status).toBe(404)
    const id = site.reflection(learner, cohort, {
      number: 2,
      title: 'Scans & <tags>',
      body: 'Read on.',
      audience: 'world',
    })
    const answer = await guest.get(`/people/${learner.handle}/feed.${kind}`)
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300')
    const text = await answer.text()
    expect(text).not.toContain('Only colleagues')
    if (kind === 'xml') {
      const { entries } = parseAtomFeed(text)
      expect(entries?.map((entry) => [entry.id, entry.title?.value, entry.authors?.[0]?.name])).toEqual([
        [`${site.config.base_url}/reflections/${id}`, 'Scans & <tags>', 'Amara Okonkwo'],
      ])
    } else {
      const { items } = parseJsonFeed(text)
      expect(items?.map((item) => [item.id, item.title])).toEqual([
        [`${site.config.base_url}/reflections/${id}`, 'Scans & <tags>'],
      ])
    }
  },
)

test('an unchanged feed answers 304', async () => {
  using site = await testSite()
  const { cohort, guest, learner } = site.cast()
  site.reflection(learner, cohort, { audience: 'world' })
  const path = `/people/${learner.handle}/feed.xml`
  const etag = (await guest.get(path)).headers.get('etag') ?? ''
  expect((await guest.get(path, { 'if-none-match': etag })).status).toBe(304)
  site.reflection(learner, cohort, { number: 2, audience: 'world' })
  expect((await guest.get(path, { 'if-none-match': etag })).status).toBe(200)
})

test('a feed of long texts has the newest of them, up to a million characters', async () => {
  using site = await testSite()
  const { cohort, guest, learner, peer } = site.cast()
  const body = `[a]: https://e.org\n\n${'[a] '.repeat(9000)}`
  const ids = [learner, peer].map((actor) => site.reflection(actor, cohort, { body, audience: 'world' }))
  const length = site.db.prepare<[], number>('SELECT max(length(html)) FROM reflection').pluck().get() ?? 0
  expect(length).toBeGreaterThan(500_000)
  const { entries } = parseAtomFeed(await (await guest.get(cohort.at('/feed.xml'))).text())
  expect(entries?.map(({ id }) => id)).toEqual([`${site.config.base_url}/reflections/${ids[1]}`])
})

test('a feed address with an earlier handle redirects', async () => {
  using site = await testSite()
  const { cohort, guest, learner } = site.cast()
  site.reflection(learner, cohort, { audience: 'world' })
  await learner.post('/me', { handle: 'amara-o' })
  const answer = await guest.get(`/people/${learner.handle}/feed.json`)
  expect([answer.status, answer.headers.get('location')]).toEqual([301, '/people/amara-o/feed.json'])
})

test('feeds of a cohort and a thing are 404 unless the cohort allows the world', async () => {
  using site = await testSite()
  const { cohort, guest, learner, peer } = site.cast()
  site.reflection(learner, cohort, { number: 1, body: 'About the first', audience: 'world' })
  site.reflection(peer, cohort, { number: 2, body: 'About the second', audience: 'world' })
  site.reflection(peer, cohort, { number: 1, body: 'For us here', audience: 'cohort' })
  const whole = await guest.read(cohort.at('/feed.xml'))
  const first = await guest.read(cohort.at('/things/1/feed.xml'))
  expect([whole.includes('About the first'), whole.includes('About the second'), whole.includes('For us')]).toEqual([
    true,
    true,
    false,
  ])
  expect([first.includes('About the first'), first.includes('About the second')]).toEqual([true, false])
  expect((await guest.get(cohort.at('/things/99/feed.xml'))).status).toBe(404)
  site.db.prepare('UPDATE cohort SET world_allowed = 0 WHERE id = ?').run(cohort.id)
  for (const path of ['/feed.xml', '/feed.json', '/things/1/feed.xml']) {
    expect([path, (await guest.get(cohort.at(path))).status]).toEqual([path, 404])
    expect([path, (await learner.get(cohort.at(path))).status]).toEqual([path, 404])
  }
  expect((await guest.get(`/people/${learner.handle}/feed.xml`)).status).toBe(404)
})

test("a member's private feed follows each audience and has no private reflection", async () => {
  using site = await testSite({ now: '2026-03-30T07:00:00Z' })
  const { cohort, guest, learner, ...others } = site.cast()
  const audiences = ['me', 'guides', 'cohort', 'world'] as const
  audiences.forEach((audience, index) => {
    site.reflection(learner, cohort, { number: index + 1, body: `Words for ${audience}.`, audience })
  })
  const reads = async (member: Actor) => {
    const feed = await guest.read(`${await privateFeed(member, cohort.at('/feeds'))}/feed.xml`)
    return audiences.filter((audience) => feed.includes(`Words for ${audience}.`))
  }
  expect(await reads(learner)).toEqual(['guides', 'cohort', 'world'])
  expect(await reads(others.peer)).toEqual(['cohort', 'world'])
  expect(await reads(others.guide)).toEqual(['guides', 'cohort', 'world'])
  expect(await reads(others.organiser)).toEqual(['guides', 'cohort', 'world'])
})

test('with write first, the private feed omits closed reflections', async () => {
  using site = await testSite()
  const { cohort, guest, learner, peer } = site.cast()
  site.db.prepare('UPDATE course SET write_first = 1').run()
  site.reflection(learner, cohort, { number: 1, body: 'My finding.' })
  const feed = await privateFeed(peer, cohort.at('/feeds'))
  expect(await guest.read(`${feed}/feed.xml`)).not.toContain('My finding.')
  await peer.post(cohort.at('/things/1/reflection'), { body: 'word '.repeat(30), intent: 'draft' })
  expect(await guest.read(`${feed}/feed.xml`)).toContain('My finding.')
})

test('a private address is revoked by a new one, by hand and by leaving', async () => {
  using site = await testSite()
  const { cohort, guest, learner } = site.cast()
  const path = cohort.at('/feeds')
  const first = await privateFeed(learner, path)
  expect((await guest.get(`${first}/feed.xml`)).status).toBe(200)
  expect((await learner.get(path)).status).toBe(200)
  expect(await learner.read(path)).not.toContain(first)
  const second = await privateFeed(learner, path)
  expect((await guest.get(`${first}/feed.xml`)).status).toBe(404)
  expect((await guest.get(`${second}/feed.json`)).status).toBe(200)
  await learner.post(path, { intent: 'stop' })
  expect((await guest.get(`${second}/feed.json`)).status).toBe(404)
  const third = await privateFeed(learner, path)
  await learner.post(cohort.at('/leave'), { posts: 'stay' })
  expect((await guest.get(`${third}/feed.xml`)).status).toBe(404)
})

test('the database stores no private address in plain text', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  const token = (await privateFeed(learner, cohort.at('/feeds'))).split('/').at(-1) ?? ''
  expect(token.length).toBeGreaterThan(30)
  expect(JSON.stringify(site.db.prepare('SELECT * FROM feed_address').all())).not.toContain(token)
})

test('the OPML list has outside blogs of the cohort and people with world reflections', async () => {
  using site = await testSite()
  const { cohort, guide, learner, peer, stranger } = site.cast()
  site.reflection(learner, cohort, { audience: 'world' })
  const put = site.db.prepare(`
    INSERT INTO feed (enrolment_id, cohort_id, url, site_url, title, extent, audience, added_at, next_at)
    SELECT id, cohort_id, :url, NULL, 'Notes & more', 'full', :audience, joined_at, joined_at
      FROM enrolment WHERE person_id = :person_id AND cohort_id = :cohort_id`)
  put.run({ url: 'https://kenji.example/feed', audience: 'cohort', person_id: peer.id, cohort_id: cohort.id })
  put.run({ url: 'https://quiet.example/feed', audience: 'guides', person_id: guide.id, cohort_id: cohort.id })
  const { body } = parseOpml(await peer.read(cohort.at('/blogs.opml')))
  expect(body?.outlines?.map((line) => [line.text, line.xmlUrl])).toEqual([
    ['Amara Okonkwo', `${site.config.base_url}/people/${learner.handle}/feed.xml`],
    ['Kenji Watanabe: Notes & more', 'https://kenji.example/feed'],
  ])
  expect((await stranger.get(cohort.at('/blogs.opml'))).status).toBe(404)
})

test('a cohort without blogs has an empty OPML list', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast({ title: 'Quiet & new' })
  const answer = await learner.get(cohort.at('/blogs.opml'))
  expect(answer.status).toBe(200)
  expect(await answer.text()).toMatch(/<opml version="2\.0">.*<title>.*Quiet &amp; new.*<body><\/body><\/opml>/s)
})

test('only a world reflection has link preview metadata', async () => {
  using site = await testSite({ now: '2026-03-30T07:00:00Z' })
  const { cohort, guest, learner } = site.cast()
  const body = 'I tried "it" & liked it.'
  const id = site.reflection(learner, cohort, { number: 1, title: 'My <find>', body, audience: 'world' })
  const page = await guest.read(`/reflections/${id}`)
  expect(page).toContain('property="og:title" content="My &lt;find&gt;"')
  expect(page).toContain(`property="og:url" content="${site.config.base_url}/reflections/${id}"`)
  expect(page).toContain('property="og:description" content="I tried &quot;it&quot; &amp; liked it."')
  expect(page).toContain(`type="application/atom+xml" href="/people/${learner.handle}/feed.xml"`)
  expect(await guest.read(`/people/${learner.handle}`)).toContain(`href="/people/${learner.handle}/feed.json"`)
  for (const [index, audience] of (['me', 'guides', 'cohort'] as const).entries()) {
    const other = site.reflection(learner, cohort, { number: index + 2, audience })
    expect([audience, (await learner.read(`/reflections/${other}`)).includes('og:')]).toEqual([audience, false])
  }
})

function entryWith(facts: Partial<FeedEntry>): FeedEntry {
  return {
    id: 7,
    title: 'Maps',
    html: '<p>Maps</p>',
    published_at: '2026-03-02T07:00:00.000Z',
    edited_at: null,
    source_url: null,
    name: 'Ada',
    handle: 'ada',
    thing: { number: 1, title: 'Maps' },
    ...facts,
  }
}

const HEAD = { title: 'All', author: 'Library', language: 'en', page: '/cohorts/spring', self: null }

test('ids stay when the site moves, and addresses follow it', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'twentythree-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = path.join(folder, 'site.sqlite')
  using site = await testSite({ file })
  const { cohort, guest, learner } = site.cast()
  site.services.outgoingFeeds.fixIdOrigin()
  site.reflection(learner, cohort, { audience: 'world' })
  const read = async () => {
    const atom = parseAtomFeed(await guest.read(cohort.at('/feed.xml')))
    const json = parseJsonFeed(await guest.read(cohort.at('/feed.json')))
    return {
      ids: [atom.id, atom.entries?.[0]?.id, json.items?.[0]?.id],
      links: [atom.links?.[0]?.href, json.home_page_url, json.items?.[0]?.url],
    }
  }
  const before = await read()
  expect(before.ids[1]).toBe(`${site.config.base_url}/reflections/1`)
  using moved = await testSite({ file, base_url: 'https://moved.example' })
  moved.services.outgoingFeeds.fixIdOrigin()
  const after = parseAtomFeed(await readAs('moved.example', moved.origin + cohort.at('/feed.xml')))
  expect([after.id, after.entries?.[0]?.id]).toEqual(before.ids.slice(0, 2))
  expect(after.links?.map(({ href }) => href)).toEqual([
    `https://moved.example${cohort.at('')}`,
    `https://moved.example${cohort.at('/feed.xml')}`,
  ])
})

test('ids begin with the address of the first reflection, whatever it was before', async () => {
  using site = await testSite()
  const { settings, outgoingFeeds } = site.services
  const { cohort, learner } = site.cast()
  settings.set('feed_origin', 'http://first-try.example')
  outgoingFeeds.fixIdOrigin()
  expect(outgoingFeeds.idOrigin()).toBe(site.config.base_url)
  site.reflection(learner, cohort)
  settings.set('feed_origin', 'http://before.example')
  outgoingFeeds.fixIdOrigin()
  expect(outgoingFeeds.idOrigin()).toBe('http://before.example')
})

test('a feed says its language, its author and where it is', async () => {
  using site = await testSite()
  const { cohort, guest, learner } = site.cast()
  site.reflection(learner, cohort, { audience: 'world' })
  const text = await guest.read(`/people/${learner.handle}/feed.xml`)
  expect(text).toMatch(/<feed [^>]*xml:lang="en"/)
  const { authors, links, updated } = parseAtomFeed(text)
  expect(authors?.[0]?.name).toBe('Amara Okonkwo')
  expect(links?.map(({ rel }) => rel)).toEqual(['alternate', 'self'])
  expect(updated).toMatch(/^20\d\d-/)
  const json = parseJsonFeed(await guest.read(cohort.at('/feed.json')))
  expect(json).toMatchObject({ language: 'en', authors: [{ name: expect.any(String) }] })
})

test('site paths in feed HTML become absolute', () => {
  const html =
    '<p><a href="/people/x">@x</a> <img src="/images/1/960" srcset="/images/1/480 480w"> <a href="https://b.example/">b</a></p>'
  const [item] = parseJsonFeed(serialiseFeed('json', SITE, HEAD, [entryWith({ html })])).items ?? []
  expect(item?.content_html).toBe(
    `<p><a href="${BASE}/people/x">@x</a> <img src="${BASE}/images/1/960"> <a href="https://b.example/">b</a></p>`,
  )
})

test('any text survives serialising and parsing the feed', () => {
  const texts = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(texts, texts, fc.constantFrom<FeedKind>('xml', 'json'), (title, words, kind) => {
      const entry = entryWith({ title, name: title, html: `<p>${words.replace(/[<>&]/g, '')}</p>` })
      const text = serialiseFeed(kind, SITE, HEAD, [entry, entry])
      const count = kind === 'xml' ? parseAtomFeed(text).entries?.length : parseJsonFeed(text).items?.length
      expect(count).toBe(2)
    }),
  )
})
