import fc from 'fast-check'
import { expect, test } from 'vitest'
import { distinctPosts, identifyPosts, type KnownPost, titleDay } from '../../server/feeds/identify-posts.ts'
import { type FeedPost, hashOf } from '../../server/feeds/parsing/post.ts'

const HOME = ['https://desk.example/', 'https://desk.example/feed']

function post(facts: Partial<FeedPost>): FeedPost {
  const { title = 'Photo', html = 'Words', tags = [] } = facts
  return {
    guid: 'a',
    link: 'https://desk.example/a',
    title,
    label: title || 'Words',
    html,
    base: 'https://desk.example/',
    tags,
    published_at: '2026-10-05T08:00:00.000Z',
    ...facts,
    hash: hashOf({ title, html, tags }),
  }
}

/** What is stored after each reading, as ingest stores it: the texts by id. */
function reader() {
  const items: (KnownPost & { html: string })[] = []
  return {
    items,
    read(posts: FeedPost[], home = HOME) {
      for (const { post, id } of identifyPosts(items, distinctPosts(posts, home))) {
        const found = items.find((item) => item.id === id)
        const { guid, link, html, label: title, hash } = post
        const now = { guid, title, title_day: titleDay(post), hash, html }
        if (found) Object.assign(found, now, { link: link ?? found.link })
        else
          items.push({ id: items.length + 1, link, published_at: post.published_at ?? '2026-11-01T00:00:00Z', ...now })
      }
      return items.map(({ html }) => html)
    },
  }
}

test.each<[string, Partial<FeedPost>, Partial<FeedPost>]>([
  ['guids', { guid: '1' }, { guid: '2' }],
  [
    'guids, and the same link',
    { guid: '1', link: 'https://desk.example/notes' },
    { guid: '2', link: 'https://desk.example/notes' },
  ],
  ['guids, and the blog as link', { guid: '1', link: HOME[0] ?? null }, { guid: '2', link: HOME[0] ?? null }],
  [
    'queries of links',
    { guid: '', link: 'https://desk.example/?p=1' },
    { guid: '', link: 'https://desk.example/?p=2' },
  ],
  [
    'fragments of links',
    { guid: '', link: 'https://desk.example/week#mon' },
    { guid: '', link: 'https://desk.example/week#tue' },
  ],
  [
    'links under one guid',
    { guid: 'x', link: 'https://desk.example/1' },
    { guid: 'x', link: 'https://desk.example/2' },
  ],
  ['titles, without guid and link', { guid: '', link: null, title: 'One' }, { guid: '', link: null, title: 'Two' }],
  [
    'titles, under the address of the blog as guid and link',
    { guid: HOME[0] ?? '', link: HOME[0] ?? null, title: 'One' },
    { guid: HOME[0] ?? '', link: HOME[0] ?? null, title: 'Two' },
  ],
])('posts with different %s are two, in any order', (_what, one, other) => {
  const posts = [post({ ...one, html: 'First' }), post({ ...other, html: 'Second' })]
  const { read } = reader()
  const first = read(posts)
  expect(first.toSorted()).toEqual(['First', 'Second'])
  expect(read(posts.toReversed())).toEqual(first)
  expect(read(posts)).toEqual(first)
})

test('a post that is named twice counts in its newer version, and an exact copy is no second post', () => {
  const versions = [
    post({ html: 'New', published_at: '2026-10-06T08:00:00.000Z' }),
    post({ html: 'Old' }),
    post({ html: 'New', guid: 'copy', link: 'https://desk.example/copy', published_at: '2026-10-06T08:00:00.000Z' }),
  ]
  for (const posts of [versions, versions.toReversed()]) expect(reader().read(posts)).toEqual(['New'])
})

test.each<[string, Partial<FeedPost>]>([
  ['its guid at every reading', { guid: 'new' }],
  ['to https', { guid: 'https://desk.example/?p=1', link: 'https://desk.example/1' }],
  ['to another host', { guid: 'https://new.example/?p=1', link: 'https://new.example/1' }],
  ['guid and link', { guid: 'x', link: 'https://new.example/other' }],
])('a post that changes %s is the same post', (_what, change) => {
  const before = post({ guid: 'http://desk.example/?p=1', link: 'http://desk.example/1', title: 'Maps' })
  const { read, items } = reader()
  read([before, post({ guid: 'b', link: 'http://desk.example/2', html: 'Other' })], [])
  read(
    [post({ ...before, ...change, html: 'Edited' }), post({ guid: 'b', link: 'http://desk.example/2', html: 'Other' })],
    [],
  )
  expect(items.map(({ html }) => html)).toEqual(['Edited', 'Other'])
})

test('a weak sign joins no post whose guid is still in the feed', () => {
  const { read } = reader()
  read([post({ guid: '1', html: 'First' })])
  expect(read([post({ guid: '1', html: 'First' }), post({ guid: '2', html: 'Second' })])).toEqual(['First', 'Second'])
})

test('a text never changes places, however often a feed of similar posts is read, in whatever order and part', () => {
  const posts = fc.uniqueArray(
    fc.record({
      guid: fc.constantFrom('1', '2', '3', '4', '5', '6'),
      title: fc.constantFrom('Photo', 'Thing 1', ''),
      link: fc.constantFrom(
        HOME[0] ?? '',
        'https://desk.example/notes',
        'https://desk.example/notes#a',
        'https://desk.example/p?n=1',
        null,
      ),
      hour: fc.constantFrom('08', '09'),
    }),
    { selector: ({ guid }) => guid, minLength: 1 },
  )
  fc.assert(
    fc.property(posts, fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 8 }), (facts, seeds) => {
      const all = facts.map(({ hour, ...one }) =>
        post({ ...one, html: `Text of ${one.guid}`, published_at: `2026-10-05T${hour}:00:00.000Z` }),
      )
      const { read, items } = reader()
      for (const seed of seeds) {
        const turned = [...all.slice(seed % all.length), ...all.slice(0, seed % all.length)]
        // every other reading has all of them
        read(seed % 3 === 0 ? turned.toReversed() : turned)
        for (const { guid, html } of items) expect(html).toBe(`Text of ${guid}`)
        expect(items).toHaveLength(all.length)
      }
    }),
  )
})
