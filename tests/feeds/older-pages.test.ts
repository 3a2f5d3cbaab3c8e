import { expect, test } from 'vitest'
import { readFeed } from '../../server/feeds/parsing/parse-feed.ts'
import { serving } from '../http-client/hostile.ts'
import { testSite } from '../support/site.ts'
import { outsideIn } from './blog.ts'

const NOW = Temporal.Instant.from('2026-06-15T07:00:00Z')

function rss(posts: string, head = ''): string {
  return `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>B</title>${head}${posts}</channel></rss>`
}

function item(number: number, day = '2026-03-20'): string {
  return `<item><title>Thing ${number}: notes</title><guid isPermaLink="false">t${number}</guid><pubDate>${day}T10:00:00Z</pubDate><description>Text ${number}</description></item>`
}

const olderIn = (xml: string, address: string) => readFeed(Buffer.from(xml), '', address, NOW).older

test.each<[string, string, string, string | null]>([
  [
    'a next page',
    rss(item(1), '<atom:link rel="next" href="/feed?page=2"/>'),
    'https://b.example/feed',
    'https://b.example/feed?page=2',
  ],
  [
    'an archive of RFC 5005',
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>B</title><link rel="prev-archive" href="2026/05.atom"/><entry><id>1</id><title>Thing 1</title></entry></feed>',
    'https://b.example/now.atom',
    'https://b.example/2026/05.atom',
  ],
  [
    'a next page of JSON Feed',
    '{"version":"https://jsonfeed.org/version/1.1","title":"B","next_url":"https://b.example/2.json","items":[{"id":"1","content_text":"x"}]}',
    'https://b.example/1.json',
    'https://b.example/2.json',
  ],
  [
    'WordPress',
    rss(item(1), '<generator>https://wordpress.org/?v=6.8</generator>'),
    'https://b.example/feed/?paged=3',
    'https://b.example/feed/?paged=4',
  ],
  [
    'Blogger, whose own link leads to another host',
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>B</title><generator uri="https://www.blogger.com">Blogger</generator><link rel="next" href="https://www.blogger.com/feeds/7/posts/default?start-index=26"/><entry><id>1</id><title>Thing 1</title></entry></feed>',
    'https://b.example/feeds/posts/default',
    'https://b.example/feeds/posts/default?start-index=2&max-results=100',
  ],
  [
    'another host',
    rss(item(1), '<atom:link rel="next" href="https://c.example/feed?page=2"/>'),
    'https://b.example/feed',
    null,
  ],
  [
    'another port',
    rss(item(1), '<atom:link rel="next" href="https://b.example:8443/2"/>'),
    'https://b.example/feed',
    null,
  ],
  ['itself', rss(item(1), '<atom:link rel="next" href="/feed"/>'), 'https://b.example/feed', null],
  ['a page without posts', rss('', '<atom:link rel="next" href="/feed?page=9"/>'), 'https://b.example/feed', null],
])('the older page of a feed that names %s', (_what, xml, address, older) => {
  expect(olderIn(xml, address)).toBe(older)
})

async function pagedBlog(pageOf: (page: number, asked: string[]) => string | null, now = '2026-06-15T07:00:00Z') {
  const asked: string[] = []
  const server = await serving((req, res) => {
    asked.push(req.url ?? '')
    const page = Number(new URL(req.url ?? '', 'http://x').searchParams.get('page') ?? 1)
    let body: string | null
    try {
      body = pageOf(page, asked)
    } catch {
      return res.destroy()
    }
    res.writeHead(body === null ? 404 : 200, { 'Content-Type': 'application/rss+xml' }).end(body ?? '')
  })
  const site = await testSite({ now, fetch_allow: [`blog.example:${server.port}`] })
  const { learner, cohort } = site.cast()
  const url = `http://blog.example:${server.port}/feed`
  await learner.post(cohort.at('/blog/follow'), { url, title: 'Blog', extent: 'full', audience: 'cohort' })
  const readAll = async (minutes = 5) => {
    for (let second = 0; second < minutes * 6; second++) {
      await site.services.jobs.runDue()
      site.clock.advance({ seconds: 10 })
    }
  }
  return {
    asked,
    site,
    learner,
    cohort,
    url,
    readAll,
    numbers: () =>
      outsideIn(site)
        .map(({ number }) => number)
        .toSorted((one, other) => one - other),
    [Symbol.dispose]() {
      site[Symbol.dispose]()
      server[Symbol.dispose]()
    },
  }
}

const next = (page: number) => `<atom:link rel="next" href="?page=${page + 1}"/>`

test('somebody who follows in week 12 has the posts of all pages, each read once', async () => {
  using blog = await pagedBlog((page) => (page > 4 ? null : rss(item(13 - page * 3) + item(12 - page * 3), next(page))))
  const found = await (await blog.learner.post(blog.cohort.at('/blog'), { address: blog.url })).text()
  expect(found).toContain('older posts on further pages')
  await blog.site.services.jobs.runDue()
  expect(await blog.learner.read(blog.cohort.at('/blog'))).toContain('We are reading the older posts')
  await blog.readAll()
  expect(blog.numbers()).toEqual([1, 3, 4, 6, 7, 9, 10])
  expect(blog.asked.filter((url) => url.includes('page='))).toEqual([
    '/feed?page=2',
    '/feed?page=3',
    '/feed?page=4',
    '/feed?page=5',
  ])
  const page = await blog.learner.read(blog.cohort.at('/blog'))
  expect(page).not.toContain('We are reading the older posts')
  expect(page).not.toContain('goes back to')
  const before = blog.asked.length
  blog.site.clock.advance({ hours: 3 })
  await blog.readAll()
  expect(blog.asked.length - before).toBe(1)
})

test('reading older pages ends before the cohort began', async () => {
  using blog = await pagedBlog((page) => rss(item(page, page < 3 ? '2026-03-20' : '2025-12-01'), next(page)))
  await blog.readAll()
  expect(blog.asked).toHaveLength(3)
  expect(blog.numbers()).toEqual([1, 2])
})

test('a server that answers every page with the first one is asked twice', async () => {
  using blog = await pagedBlog(() => rss(item(1), '<generator>https://wordpress.org/?v=6</generator>'))
  await blog.readAll()
  expect(blog.asked).toEqual(['/feed', '/feed?paged=2'])
  expect(blog.numbers()).toEqual([1])
})

test('an endless blog is read for thirty pages, and the page says how far back', async () => {
  using blog = await pagedBlog((page) =>
    rss(
      `<item><title>Post ${page}</title><guid>p${page}</guid><pubDate>2026-05-20T10:00:00Z</pubDate></item>`,
      next(page),
    ),
  )
  await blog.readAll(10)
  expect(blog.asked).toHaveLength(30)
  expect(await blog.learner.read(blog.cohort.at('/blog'))).toMatch(/goes back to [^.]*20 May/)
})

test('a feed without older pages that begins after the cohort says how far back it goes', async () => {
  const posts = Array.from({ length: 10 }, (_, at) => item(at + 1, `2026-06-0${Math.min(9, at + 2)}`)).join('')
  using blog = await pagedBlog(() => rss(posts))
  const found = await (await blog.learner.post(blog.cohort.at('/blog'), { address: blog.url })).text()
  expect(found).toMatch(/goes back to [^.]*2 June/)
  await blog.readAll(1)
  expect(await blog.learner.read(blog.cohort.at('/blog'))).toMatch(/goes back to [^.]*2 June/)
})

test('a feed that lists more posts later reaches back far enough', async () => {
  const posts = (count: number) =>
    Array.from({ length: count }, (_, at) => item(at + 1, at < 10 ? `2026-06-0${(at % 9) + 1}` : '2026-02-25')).join('')
  let count = 10
  using blog = await pagedBlog(() => rss(posts(count)))
  await blog.readAll(1)
  const page = blog.cohort.at('/blog')
  expect(await blog.learner.read(page)).toContain('goes back to')
  count = 11
  blog.site.clock.advance({ hours: 2 })
  await blog.readAll(1)
  expect(await blog.learner.read(page)).not.toContain('goes back to')
})

test('a page that cannot be read ends the reading, and is tried again where that may help', async () => {
  using blog = await pagedBlog((page) => (page > 1 ? 'No feed' : rss(item(2), next(page))))
  await blog.readAll(1)
  expect(blog.asked).toHaveLength(2)
  using broken = await pagedBlog((page, asked) => {
    if (page === 2 && asked.length < 3) throw new Error('the connection breaks')
    return page > 2 ? null : rss(item(page), next(page))
  })
  await broken.readAll(10)
  expect(broken.numbers()).toEqual([1, 2])
})

test('a weak sign joins no post of another page', async () => {
  const same = (number: number) =>
    `<item><title>Photo</title><link>http://blog.example/</link><guid isPermaLink="false">p${number}</guid><category>thing ${number}</category><pubDate>2026-03-20T10:00:00Z</pubDate><description>Text ${number}</description></item>`
  using blog = await pagedBlog((page) => (page > 2 ? null : rss(same(page), next(page))))
  await blog.readAll(2)
  expect(outsideIn(blog.site).map(({ number, html }) => [number, html.includes(`Text ${number}`)])).toEqual([
    [1, true],
    [2, true],
  ])
})
