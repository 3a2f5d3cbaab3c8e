import { afterAll, expect, test } from 'vitest'
import { createFeedFinder } from '../../server/feeds/discover-feed.ts'
import { feedTroubleOf } from '../../server/feeds/feed-error.ts'
import { createFeedReader } from '../../server/feeds/feed-reader.ts'
import { createFetcher } from '../../server/http-client/fetcher.ts'
import { createWorkerPool } from '../../server/workers/worker-pool.ts'
import { serving } from '../http-client/hostile.ts'
import { rssOf } from './blog.ts'

const clock = { now: () => Temporal.Instant.from('2026-04-15T07:00:00Z') }
const workers = createWorkerPool()
afterAll(workers.close)
const read = createFeedReader(clock, workers)

type Pages = Record<string, { type?: string; body?: string; status?: number; location?: string; link?: string }>

async function blogWith(pages: Pages) {
  const asked: string[] = []
  const server = await serving((req, res) => {
    asked.push(req.url ?? '')
    const page = pages[req.url ?? '']
    if (!page) return res.writeHead(404).end()
    res.writeHead(page.status ?? 200, {
      'Content-Type': page.type ?? 'text/html',
      ...(page.location ? { Location: page.location } : {}),
      ...(page.link ? { Link: page.link } : {}),
    })
    res.end(page.body ?? '')
  })
  const allow = [`blog.example:${server.port}`]
  const fetchPublic = createFetcher({ allow, resolve: async () => ['127.0.0.1'] })
  const find = createFeedFinder({ fetchPublic, headers: {}, read })
  return Object.assign(server, { asked, find: (path: string) => find(`blog.example:${server.port}${path}`) })
}

const feed = { type: 'application/rss+xml', body: rssOf([{ title: 'Thing 1' }]) }
const html = (head: string) => ({ body: `<!DOCTYPE html><html><head>${head}</head><body>Hi</body></html>` })

test.each<[string, Pages, string, string]>([
  ['the feed itself', { '/feed.xml': feed }, '/feed.xml', '/feed.xml'],
  ['a feed that is served as a page', { '/feed.xml': { ...feed, type: 'text/html' } }, '/feed.xml', '/feed.xml'],
  [
    'a page that names it',
    { '/': html('<link rel="alternate" type="application/atom+xml" href="/my/atom">'), '/my/atom': feed },
    '/',
    '/my/atom',
  ],
  [
    'a page that names that of its comments first',
    {
      '/': html(
        '<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/"><link rel="ALTERNATE" type="application/rss+xml; charset=utf-8" href="posts.xml">',
      ),
      '/posts.xml': feed,
      '/comments/feed/': feed,
    },
    '/',
    '/posts.xml',
  ],
  [
    'a page with another base',
    { '/a/b': html('<base href="/c/"><link rel="alternate" type="application/rss+xml" href="d">'), '/c/d': feed },
    '/a/b',
    '/c/d',
  ],
  [
    'a page that names one that is gone',
    { '/': html('<link rel="alternate" type="application/rss+xml" href="/old">'), '/feed': feed },
    '/',
    '/feed',
  ],
  ['a page that names none', { '/': html(''), '/atom.xml': feed }, '/', '/atom.xml'],
  [
    'a page deep in a blog',
    { '/~amara/notes/1.html': html(''), '/~amara/notes/feed.xml': feed },
    '/~amara/notes/1.html',
    '/~amara/notes/feed.xml',
  ],
  [
    'a page behind a redirect',
    { '/': { status: 301, location: '/blog/' }, '/blog/': html(''), '/blog/index.xml': feed },
    '/',
    '/blog/index.xml',
  ],
  [
    'a page whose type is short',
    { '/': html('<link rel="alternate" type="atom+xml" href="/p-1.x">'), '/p-1.x': feed },
    '/',
    '/p-1.x',
  ],
  [
    'a page that gives no type',
    { '/': html('<link rel="alternate" title="Atom" href="/x/9">'), '/x/9': feed },
    '/',
    '/x/9',
  ],
  [
    'a page in capitals with several relations',
    { '/': html('<LINK REL="Home Alternate" TYPE="APPLICATION/RSS+XML" HREF="/X/9">'), '/X/9': feed },
    '/',
    '/X/9',
  ],
  [
    'a page that names a JSON feed in its body',
    {
      '/': { body: '<title>B</title><p>Hi</p><link rel=alternate type="application/feed+json" href=my.j>' },
      '/my.j': {
        type: 'application/feed+json',
        body: '{"version":"https://jsonfeed.org/version/1.1","title":"J","items":[{"id":"1","title":"Thing 1","content_text":"x"}]}',
      },
    },
    '/',
    '/my.j',
  ],
  [
    'the Link header of a page',
    {
      '/': {
        ...html(''),
        link: '</style.css>; rel="preload", </hid/den>; rel="alternate"; type="application/rss+xml"; title="A, b"',
      },
      '/hid/den': feed,
    },
    '/',
    '/hid/den',
  ],
  [
    'the Link header of an answer without words',
    { '/': { type: 'text/plain', link: '<hidden>; rel=alternate; type=application/atom+xml' }, '/hidden': feed },
    '/',
    '/hidden',
  ],
  [
    'a plain link',
    { '/': html('<p><a href="/out/notes.rss">Follow me</a></p>'), '/out/notes.rss': feed },
    '/',
    '/out/notes.rss',
  ],
  ['a plain link by its words', { '/': html('<a href="/s/1"><img src="i.png"> RSS</a>'), '/s/1': feed }, '/', '/s/1'],
  [
    'a page with a link to another blog',
    { '/': html('<a href="http://other.example/feed">RSS</a>'), '/rss.xml': feed },
    '/',
    '/rss.xml',
  ],
  [
    'a page in German that names that of its comments first',
    {
      '/': html(
        '<link rel="alternate" type="application/rss+xml" title="Tisch &raquo; Kommentar-Feed" href="/kommentare.xml"><link rel="alternate" type="application/rss+xml" title="Tisch" href="/t.xml">',
      ),
      '/kommentare.xml': feed,
      '/t.xml': feed,
    },
    '/',
    '/t.xml',
  ],
  [
    'a post that names that of its comments in an unknown language first',
    {
      '/2026/maps/': html(
        '<link rel="alternate" type="application/rss+xml" title="Zzz" href="/2026/maps/feed/"><link rel="alternate" type="application/rss+xml" title="Aaa" href="/posts/feed.x">',
      ),
      '/2026/maps/feed/': feed,
      '/posts/feed.x': feed,
    },
    '/2026/maps/',
    '/posts/feed.x',
  ],
  [
    'a page in Russian that names that of its comments first',
    {
      '/': html(
        '<link rel="alternate" type="application/rss+xml" title="Комментарии" href="/2"><link rel="alternate" type="application/rss+xml" href="/1">',
      ),
      '/2': feed,
      '/1': feed,
    },
    '/',
    '/1',
  ],
  [
    'a page that names that of its comments alone',
    {
      '/': html('<link rel="alternate" type="application/rss+xml" title="x" href="/comments/feed/">'),
      '/comments/feed/': feed,
      '/feed': feed,
    },
    '/',
    '/feed',
  ],
  [
    'a page with pages in other languages and an interface for programs',
    {
      '/': html(
        '<link rel="alternate" hreflang="de" href="/de/feedback"><link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/7"><link rel="alternate" type="application/rss+xml" href="/n">',
      ),
      '/n': feed,
    },
    '/',
    '/n',
  ],
  [
    'a page of Mastodon',
    { '/@amara': html('<meta name="generator" content="Mastodon v4">'), '/@amara.rss': feed },
    '/@amara',
    '/@amara.rss',
  ],
])('from %s', async (_what, pages, typed, expected) => {
  using blog = await blogWith(pages)
  const found = await blog.find(typed)
  expect(new URL(found.url).pathname).toBe(expected)
  expect(found.posts).toHaveLength(1)
})

async function troubleOf(pages: Pages): Promise<string> {
  using blog = await blogWith(pages)
  try {
    return (await blog.find('/')).url
  } catch (error) {
    return feedTroubleOf(error)
  }
}

test.each<[string, Pages]>([
  ['no_feed', { '/': html('') }],
  ['no_feed', { '/': html(''), '/feed': html('') }],
  ['not_a_feed', { '/': { body: 'Words' } }],
  ['not_a_feed', { '/': { type: 'image/png', body: '\x89PNG' } }],
  ['no_page', {}],
  ['gone', { '/': { status: 410 } }],
  ['refused', { '/': { status: 403 } }],
  ['busy', { '/': { status: 429 } }],
  ['server', { '/': { status: 500 } }],
  ['private', { '/': { status: 302, location: 'http://10.0.0.1/' } }],
  ['port', { '/': { status: 302, location: 'http://blog.example:22/' } }],
  ['address', { '/': { status: 302, location: 'ftp://blog.example/' } }],
  ['redirects', { '/': { status: 302, location: '/' } }],
])('%s: nothing is found, and it is said why', async (trouble, pages) => {
  expect(await troubleOf(pages)).toBe(trouble)
})

test('discovery requests no private address, and gives up after a few requests', async () => {
  using canary = await serving((_req, res) => res.end('sung'))
  const links = ['http://10.0.0.1/feed', `http://127.0.0.1:${canary.port}/`, 'file:///etc/passwd', 'javascript:x']
  const head = links
    .map((href) => `<link rel="alternate" type="application/rss+xml" href="${href}">`)
    .join('')
    .repeat(50)
  using blog = await blogWith({ '/': html(head) })
  await expect(blog.find('/')).rejects.toThrow()
  expect(canary.connections()).toBe(0)
  expect(blog.asked.length).toBeLessThan(15)
})
