import fc from 'fast-check'
import { expect, test } from 'vitest'
import { withDirections } from '../../server/reflections/markdown/directions.ts'
import { excerptOf, sanitiseExternalHtml } from '../../server/reflections/markdown/sanitise-external-html.ts'
import { renderMarkdown } from '../support/render-markdown.ts'
import { testSite } from '../support/site.ts'
import { unzip } from '../support/unzip.ts'

const html = (text: string) => renderMarkdown(text).html.replaceAll('\n', '')
const BLOCK = /<(?:p|h3|h4|h5|ul|ol|li|blockquote|pre|table|th|td)(?=[ >])(?! dir="(?:auto|rtl)"[ >])/

test('each block of a text has its own direction', () => {
  const text = 'a\n\n# b\n\n- c\n\n1. d\n\n> e\n\n```\nf\n```\n\n| g |\n|-|\n| h |'
  expect(html(text)).not.toMatch(BLOCK)
  expect(html('One.\n\nשלום, One.')).toBe('<p dir="auto">One.</p><p dir="auto">שלום, One.</p>')
})

test('a block made of blocks is told the direction of its first words', () => {
  expect(html('> 1. مرحبا\n> 2. two')).toBe(
    '<blockquote dir="rtl"><ol dir="rtl"><li dir="auto">مرحبا</li><li dir="auto">two</li></ol></blockquote>',
  )
  expect(html('- שלום\n\n- two\n\n  שלום')).toBe(
    '<ul dir="rtl"><li dir="rtl"><p dir="auto">שלום</p></li><li dir="auto"><p dir="auto">two</p><p dir="auto">שלום</p></li></ul>',
  )
  expect(html('> 12 &amp; **שלום**')).toContain('<blockquote dir="rtl">')
  expect(html('- one\n  - שלום')).toBe(
    '<ul dir="auto"><li dir="auto">one<ul dir="rtl"><li dir="auto">שלום</li></ul></li></ul>',
  )
})

test('a post from elsewhere has them too, and keeps none of its own', () => {
  const post = (source: string) => sanitiseExternalHtml({ html: source, base: 'https://desk.example/' })
  expect(post('<p dir="rtl">a</p><ul><li>ب</li></ul>')).toBe(
    '<p dir="auto">a</p><ul dir="rtl"><li dir="auto">ب</li></ul>',
  )
  expect(post('<div>שלום</div>')).toBe('<div dir="auto">שלום</div>')
  expect(excerptOf('<p>שלום</p>')).toBe('<p dir="auto">שלום</p>')
})

test('nothing but directions is added, and adding them twice changes nothing', () => {
  const part = fc.constantFrom('- ', '> ', '1. ', '\n', '\n\n', 'a', 'ש', '&', '`', '# ', '|', '|-|', '  ', '12 ', '**')
  fc.assert(
    fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
      const made = renderMarkdown(parts.join('')).html
      expect(made).not.toMatch(BLOCK)
      expect(withDirections(made)).toBe(made)
      expect(withDirections(made.replaceAll(/ dir="[a-z]+"/g, ''))).toBe(made)
    }),
    { numRuns: 500 },
  )
})

test('page, preview, answer, feed and export keep the directions', async () => {
  using site = await testSite()
  const { cohort, learner, peer, guest } = site.cast()
  const body = 'A beginning.\n\nשלום\nעולם\n\n- فقرة'
  const shown = '<p dir="auto">שלום<br />\nעולם</p>\n<ul dir="rtl">\n<li dir="auto">فقرة</li>\n</ul>'
  const id = site.reflection(learner, cohort, { body, audience: 'world' })
  await peer.post(`/reflections/${id}/comments`, { body })
  expect((await guest.read(`/reflections/${id}`)).split(shown)).toHaveLength(2)
  expect((await peer.read(`/reflections/${id}`)).split(shown)).toHaveLength(3)
  expect(await (await learner.post('/preview', { body, cohort: cohort.slug })).text()).toContain(shown)
  const { items } = await (await guest.get(`/people/${learner.handle}/feed.json`)).json()
  expect(items[0].content_html).toContain(shown)
  const archive = Buffer.from(await (await learner.get('/me/export')).arrayBuffer())
  const pages = [...(await unzip(archive)).values()].map(String)
  expect(pages.filter((page) => page.includes(shown))).toHaveLength(1)
})
