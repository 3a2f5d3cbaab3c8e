import { expect, test } from 'vitest'
import { readFeed } from '../../server/feeds/parsing/parse-feed.ts'
import { plainTitle } from '../../server/feeds/parsing/post.ts'

test.each([
  ['either', 'How I use the <nav> element', 'How I use the <nav> element'],
  ['either', 'a < b & c > d', 'a < b & c > d'],
  ['either', 'Salt &amp; <i>pepper</i>', 'Salt & pepper'],
  ['either', 'The &lt;ol&gt; list', 'The <ol> list'],
  ['either', 'Line<br>break', 'Line break'],
  ['either', 'Map <img src="x" alt=""> and back', 'Map and back'],
  ['html', 'The <b>bold</b> &amp; the <wbr>rest', 'The bold & the rest'],
  ['text', 'Why <b>bold</b> &amp; why not', 'Why <b>bold</b> &amp; why not'],
] as const)('a title of type %s: %s', (type, title, expected) => {
  expect(plainTitle(title, { type })).toBe(expected)
})

test('titles of Atom are read by their type', () => {
  const entry = (id: number, type: string, title: string) =>
    `<entry><id>urn:e:${id}</id><title${type && ` type="${type}"`}>${title}</title><updated>2026-03-03T10:00:00Z</updated></entry>`
  const xml = `<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>${[
    entry(1, 'text', 'The &lt;p&gt; and the &lt;/p&gt;'),
    entry(2, 'html', 'The &lt;p&gt;end&lt;/p&gt;'),
    entry(3, '', 'A lone &lt;hr&gt;'),
    entry(4, 'xhtml', '<div xmlns="http://www.w3.org/1999/xhtml">So <em>far</em></div>'),
  ].join('')}</feed>`
  const now = Temporal.Instant.from('2026-04-15T07:00:00Z')
  const titles = readFeed(Buffer.from(xml), '', 'https://e.example/', now).posts.map(({ title }) => title)
  expect(titles).toEqual(['The <p> and the </p>', 'The end', 'A lone <hr>', 'So far'])
})
