import { expect, test } from 'vitest'
import type { Picture } from '../../server/images/picture.ts'
import { plainText } from '../../server/reflections/markdown/markdown.ts'
import { EVASIONS } from '../reflections/evasions.ts'
import { renderMarkdown } from '../support/render-markdown.ts'

const srcset = '/images/12/480 480w, /images/12/960 960w'
const picture: Picture = { id: 12, width: 960, height: 720, src: '/images/12/960', srcset }
const html = (text: string) =>
  renderMarkdown(text, { pictures: new Map([[12, picture]]) }).html.replaceAll(' dir="auto"', '')

const img = (alt: string) =>
  `<img src="/images/12/960" srcset="${srcset}" sizes="(min-width: 47rem) 44rem, 100vw" width="960" height="720" alt="${alt}" loading="lazy" decoding="async" />`

test('a picture of this site is shown with its room, its sizes and its words', () => {
  expect(html('Before\n\n![A *red* shelf](/images/12)')).toBe(`<p>Before</p>\n<p>${img('A red shelf')}</p>`)
})

test('a title in the Markdown is left out', () => {
  expect(html('![x](/images/12 "title")')).toBe(`<p>${img('x')}</p>`)
})

test.each([
  ['in a list', '- ![x](/images/12)'],
  ['in a quotation', '> ![x](/images/12)'],
  ['in a table', '| a |\n|-|\n| ![x](/images/12) |'],
  ['in a heading', '# ![x](/images/12)'],
  ['by reference', '![x][p]\n\n[p]: /images/12'],
])('a picture %s is shown', (_where, text) => {
  expect(html(text)).toContain(img('x'))
})

test('a picture in a link is a link', () => {
  expect(html('[![x](/images/12)](https://example.org/)')).toBe(
    `<p><a href="https://example.org/" rel="nofollow ugc noopener">${img('x')}</a></p>`,
  )
})

test.each([
  ['a picture of nobody', '![some words](/images/13)', '<p>some words</p>'],
  ['one without words', 'a ![](/images/13) b', '<p>a  b</p>'],
  ['a link to a number', 'see [the shelf](/images/12) there', '<p>see the shelf there</p>'],
  [
    'a picture from elsewhere',
    '![x](https://example.org/a.png)',
    '<p><a href="https://example.org/a.png" rel="nofollow ugc noopener">x</a></p>',
  ],
])('%s is not shown', (_what, text, expected) => {
  expect(html(text)).toBe(expected)
})

test.each([
  '/images/12/480',
  '/images/12?x',
  '/images/012',
  '//images/12',
  '/images/12#a',
  'images/12',
  '/images/../me',
  '/images/12/../13',
  'https:/images/12',
])('%j is no picture of this site', (address) => {
  expect(html(`![x](${address})`)).not.toContain('<img')
})

test.each(EVASIONS.map((evasion) => [evasion]))('nothing gets out of the words %j of a picture', (evasion) => {
  const line = evasion.replace(/\s+/g, ' ')
  for (const [tag] of html(`![${line}](/images/12)`).matchAll(/<img\b[^>]*>/g)) {
    expect(tag.replace(/ alt="[^"<>]*"/, ' alt="x"')).toBe(img('x'))
  }
})

test('in an excerpt there are no words of pictures', () => {
  expect(plainText(html('One ![noise](/images/12) two\n\n![noise](/images/12)\n\nthree'), 100)).toBe('One two three')
})
