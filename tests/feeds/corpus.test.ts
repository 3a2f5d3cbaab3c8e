import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { NotAFeed, readFeed } from '../../server/feeds/parsing/parse-feed.ts'
import { sanitiseExternalHtml } from '../../server/reflections/markdown/sanitise-external-html.ts'
import { expectLinear } from '../support/growth.ts'

// The feeds in corpus/ were written for this project.

const folder = path.join(import.meta.dirname, 'corpus')
const now = Temporal.Instant.from('2026-04-15T07:00:00Z')
const NOW = '2026-04-15T07:00:00.000Z'

function read(file: string, content_type = '') {
  return readFeed(readFileSync(path.join(folder, file)), content_type, 'https://feed.example/feed', now)
}

type Expected = { title: string; site_url?: string | null; partial?: string | null; posts: Record<string, unknown>[] }

const FEEDS: [string, Expected, string?][] = [
  [
    'rss-0.90.rdf',
    {
      title: 'Reading room',
      site_url: 'https://room.example/',
      posts: [
        { title: 'Thing 1: a first post', guid: 'https://room.example/first', published_at: null },
        { title: 'Thing 2: locks', link: 'https://room.example/locks' },
      ],
    },
  ],
  ['rss-0.91.xml', { title: 'Café des bibliothèques', posts: [{ title: 'Chose 3 : la clé', html: 'Découverte' }] }],
  [
    'rss-0.92.xml',
    {
      title: 'Short notes',
      posts: [
        { title: '', html: 'No title at all, only words about <b>Thing 4</b>.' },
        { title: 'Thing 5', link: null },
      ],
    },
  ],
  [
    'rss-1.0.rdf',
    {
      title: 'From the desk',
      posts: [
        { title: 'Thing 7', published_at: '2026-03-21T00:00:00.000Z' },
        {
          title: 'Thing 6',
          html: '<p>The whole of it.</p>',
          tags: ['thing6'],
          published_at: '2026-03-20T08:00:00.000Z',
        },
      ],
    },
  ],
  [
    'wordpress.xml',
    {
      title: 'Amara’s phone notes',
      site_url: 'https://amara.example/',
      posts: [
        {
          title: 'Thing 10 – Maps & being there',
          guid: 'https://amara.example/?p=41',
          link: 'https://amara.example/2026/04/04/thing-10/',
          tags: ['23mobilethings', 'Work & play'],
          published_at: '2026-04-04T18:12:09.000Z',
        },
      ],
    },
  ],
  [
    'blogger.xml',
    {
      title: 'Kenji reads',
      site_url: 'https://kenji.example/',
      posts: [
        {
          title: 'Listening on the bus',
          link: 'https://kenji.example/2026/04/bus.html',
          tags: ['thing8'],
          published_at: '2026-04-01T07:30:00.000Z',
        },
      ],
    },
  ],
  [
    'ghost.xml',
    { title: 'Night shift', posts: [{ title: 'Thing nine: translate', guid: '65f1c0ffee', tags: ['Things'] }] },
  ],
  ['substack.xml', { title: 'Slow Wi-Fi', posts: [{ title: '11. Reading on a small screen' }] }],
  [
    'micro-blog.json',
    {
      title: 'Marisol',
      site_url: 'https://marisol.example/',
      posts: [
        { title: '', tags: ['thing12'], published_at: '2026-04-05T17:00:00.000Z' },
        { guid: '17', html: '<p>Two lines<br>of text &amp; &lt;signs&gt;</p><p>And more.</p>' },
      ],
    },
  ],
  [
    'json-1.0-bare.json',
    { title: 'Bare', posts: [{ title: 'Thing 13', link: null, guid: expect.stringMatching(/^sha256:/) }] },
  ],
  [
    'atom-0.3.xml',
    { title: 'Old Atom', posts: [{ title: 'Thing 14', html: '<p>Old ways.</p>', link: 'https://old.example/14' }] },
  ],
  [
    'atom-xhtml-relative.xml',
    {
      title: 'Words & signs',
      posts: [{ title: 'Thing 15', html: expect.stringContaining('<a href="../about">this</a>') }],
    },
  ],
  ['utf-16le-bom.xml', { title: '図書館', posts: [{ title: 'Thing 16 地図', html: '今日' }] }],
  ['utf-16be-no-bom.xml', { title: 'Big end', posts: [{ title: 'Thing 16' }] }],
  ['windows-1251.xml', { title: 'Библиотека', posts: [{ title: 'Thing 17: карта' }] }],
  ['shift-jis.xml', { title: '日記', posts: [{ title: 'Thing 18 読書' }] }],
  ['shift-jis.xml', { title: '日記', posts: [{ title: 'Thing 18 読書' }] }, 'application/xml; charset="Shift_JIS"'],
  ['says-utf-8-is-latin-1.xml', { title: 'Blåbær', posts: [{ title: 'Thing 18: åpent' }] }, 'text/xml; charset=utf-8'],
  ['unknown-encoding.xml', { title: 'Plain', posts: [{ title: 'Thing 18 \ufffd' }] }, 'text/xml; charset=nobody-knows'],
  [
    'no-guid-no-date.xml',
    {
      title: 'Nothing given',
      posts: [
        { title: 'Thing 19', guid: expect.stringMatching(/^sha256:/), published_at: null },
        { title: 'Thing 20' },
        { title: '', html: 'Words without a title' },
      ],
    },
  ],
  [
    'absurd-dates.xml',
    {
      title: 'Time machine',
      posts: [
        { published_at: NOW },
        { published_at: null },
        { published_at: null },
        { published_at: '2026-04-01T00:00:00.000Z' },
        { published_at: '2026-04-01T15:00:00.000Z' },
      ],
    },
  ],
  [
    'same-guid-twice.xml',
    {
      title: 'Twice',
      posts: [{ guid: expect.stringMatching(/^sha256:/) }, { guid: expect.stringMatching(/^sha256:/) }],
    },
  ],
  [
    'bad-links.xml',
    {
      title: 'Links',
      site_url: null,
      posts: [
        { link: null },
        { link: null },
        { link: 'https://links.example/3' },
        { link: 'https://feed.example/relative/4' },
        { link: null },
      ],
    },
  ],
  [
    'cdata-inside-cdata.xml',
    { title: 'Code', posts: [{ title: 'Thing 21: bold & more', html: '<pre>&lt;![CDATA[ x ]]&gt;</pre>' }] },
  ],
  ['entity-bomb.xml', { title: 'Bomb', posts: [{ title: 'Thing 1 &g;', html: '&g;&g;&g;' }] }],
  ['external-entity.xml', { title: 'Reader', posts: [{ html: '[&file;]' }] }],
  ['quadratic-entity.xml', { title: 'Q', posts: [{ html: '&a;'.repeat(5000) }] }],
  [
    'breaks-off.xml',
    { title: 'Half', partial: 'partly', posts: [{ title: 'Thing 1' }, { title: 'Thing 2', html: 'Whole too.' }] },
  ],
  ['loose-signs.xml', { title: 'Salt & pepper', posts: [{ title: 'Thing 1: this & that' }] }],
  ['upper-case.xml', { title: 'Loud', posts: [{ title: 'Thing 22', published_at: '2026-04-01T10:00:00.000Z' }] }],
  [
    'long-names.xml',
    {
      title: expect.stringMatching(/^T{199}…$/) as unknown as string,
      posts: [{ guid: expect.stringMatching(/^sha256:/), link: null }],
    },
  ],
]
const NO_FEEDS = ['page.html', 'words.txt', 'other.xml', 'other.json', 'empty.xml']

test.each(FEEDS)('%s is read', (file, expected, content_type) => {
  const feed = read(file, content_type)
  expect(feed).toMatchObject({ partial: null, ...expected })
  expect(feed.posts).toHaveLength(expected.posts.length)
})

test.each(NO_FEEDS)('%s is no feed', (file) => {
  expect(() => read(file)).toThrow(NotAFeed)
})

test('every file of the corpus is tested', () => {
  expect([...new Set([...FEEDS.map(([file]) => file), ...NO_FEEDS])].sort()).toEqual(readdirSync(folder).sort())
})

describe('what of it would stand here', () => {
  const htmlOf = (file: string) => {
    const [post] = read(file).posts
    return post ? sanitiseExternalHtml(post) : ''
  }

  test('a post of WordPress: pictures as links, headings in their place', () => {
    expect(htmlOf('wordpress.xml')).toBe(
      '<div dir="auto"><p dir="auto">I checked five facts about our branch.</p>\n\n<a href="https://amara.example/wp-content/map.jpg" rel="nofollow ugc noopener">Our branch on the map</a> <br />The pin was wrong\n\n<h3 dir="auto">What I changed</h3>\n<ul dir="auto"><li dir="auto">The <strong>hours</strong></li><li dir="auto">The <a href="https://amara.example/about" rel="nofollow ugc noopener">name</a></li></ul></div>',
    )
  })

  test('a post of Blogger: lines where it has boxes', () => {
    expect(htmlOf('blogger.xml')).toBe(
      '<div dir="auto">First line<br /><br /><a href="https://blogger.example/big.jpg" rel="nofollow ugc noopener">small.jpg</a><br />Last line</div>',
    )
  })

  test('a letter of Substack: no form', () => {
    expect(htmlOf('substack.xml')).toBe('<p dir="auto">Dear reader,</p><p dir="auto">I read.</p>')
  })

  test('a film of Ghost: a link', () => {
    expect(htmlOf('ghost.xml')).toContain(
      '<a href="https://video.example/embed/9" rel="nofollow ugc noopener">Clip</a>',
    )
  })

  test('links of Atom begin from their base, and scripts are gone', () => {
    expect(htmlOf('atom-xhtml-relative.xml')).toBe(
      '<p dir="auto">See <a href="https://base.example/blog/about" rel="nofollow ugc noopener">this</a>.</p>',
    )
  })
})

test.each<[string, string, (body: string) => string]>([
  [
    'RSS',
    '<item><title>Thing 1</title><description><![CDATA[</item>]]></description></item>',
    (posts) => `<rss version="2.0"><channel><title>C</title>${posts}`,
  ],
  [
    'Atom',
    '<entry><id>1</id><title>Thing 1</title><summary>é</summary></entry>',
    (posts) => `<feed xmlns="http://www.w3.org/2005/Atom"><title>C</title>${posts}`,
  ],
  [
    'RDF',
    '<item rdf:about="urn:1"><title>Thing 1</title></item>',
    (posts) =>
      `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel><title>C</title></channel>${posts}`,
  ],
  [
    'JSON Feed',
    '{"id":"1","title":"Thing 1","content_text":"} ] \\"é"}',
    (posts) => `{"version":"https://jsonfeed.org/version/1.1","title":"C","items":[${posts}`,
  ],
])('%s that is cut anywhere is read up to its last whole post', (_format, post, feedOf) => {
  const body = Buffer.from(feedOf(post))
  const next = Buffer.from(post.startsWith('{') ? `,${post}` : post)
  for (let extra = 0; extra < next.length; extra++) {
    const cut = Buffer.concat([body, next.subarray(0, extra)])
    const read = readFeed(cut, '', 'https://cut.example/', now, true)
    expect([extra, read.partial, read.posts.map(({ title }) => title)]).toEqual([extra, 'long', ['Thing 1']])
  }
  const half = body.subarray(0, body.indexOf('Thing 1'))
  expect(() => readFeed(half, '', 'https://cut.example/', now, true)).toThrow(NotAFeed)
})

test('the newest 200 of 10,000 posts are taken, in any order and in linear time', async () => {
  const day = (at: number) => new Date(Date.UTC(2020, 0, 1) + at * 3_600_000).toUTCString()
  const itemsOf = (size: number) =>
    Array.from(
      { length: size },
      (_, at) => `<item><title>Post ${at}</title><guid>${at}</guid><pubDate>${day(at)}</pubDate></item>`,
    )
  const feedOf = (items: string[]) =>
    readFeed(
      Buffer.from(`<rss version="2.0"><channel>${items.join('')}</channel></rss>`),
      '',
      'https://f.example/',
      now,
    )
  for (const inOrder of [(items: string[]) => items, (items: string[]) => items.toReversed()]) {
    const feed = feedOf(inOrder(itemsOf(10_000)))
    expect(feed.posts).toHaveLength(200)
    expect(feed.posts[0]?.title).toBe('Post 9999')
    await expectLinear(10_000, (size) => inOrder(itemsOf(size)), feedOf)
  }
})
