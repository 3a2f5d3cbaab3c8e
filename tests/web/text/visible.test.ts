import fc from 'fast-check'
import { expect, test } from 'vitest'
import { renderMarked } from '../../../server/reflections/markdown/markdown.ts'
import { hasVisibleCharacter, hasVisibleMarkdown } from '../../../server/web/text/visible.ts'
import { expectLinear } from '../../support/growth.ts'

test.each([
  ['', 'nothing'],
  [' \t\n\u00a0\u3000', 'spaces'],
  ['\u200b\u200c\u200d\u2060\ufeff', 'zero-width characters'],
  ['\u115f\u1160\u3164\uffa0', 'Hangul fillers'],
  ['\u2800\u2800', 'blank Braille cells'],
  ['\ufe0e\ufe0f\u{e0100}', 'variation selectors'],
  ['\u0301\u0308\u20e3', 'combining marks'],
  ['\xad\u034f\u180e', 'soft hyphens and other ignorable characters'],
  ['\u{e0041}\u{e007f}', 'tags'],
  ['\u202e\u202c\u200e\u200f\u2067\u2069', 'direction marks'],
  ['\ufffc', 'an object replacement character'],
  ['\u0007\u009f', 'controls'],
  ['\ud83d', 'half a surrogate pair'],
])('%j has no visible character: %s', (text) => {
  expect(hasVisibleCharacter(text)).toBe(false)
})

test.each(['a', '\u3164a', '7', '?', '—', '日', 'ب', '\u{1f469}\u200d\u{1f680}', 'e\u0301', '\u2801', '\ue000'])(
  '%j has a visible character',
  (text) => {
    expect(hasVisibleCharacter(text)).toBe(true)
  },
)

const NOTHING = [
  '',
  '\u200b\n\u3164',
  '#',
  '###### ',
  '# \u2800',
  '> ',
  '> > #',
  '- ',
  '*',
  '1. ',
  '- - -',
  '***',
  '___\n\n---',
  '[](https://a.example)',
  '[ \u200b ](https://a.example "title")',
  '# [](https://a.example)',
  '<!-- a note to myself -->',
  '<!-- one -->\n\n<!-- two -->',
  '<!-- not closed',
  '&nbsp;',
  '&#8203; &#x3164; &ZeroWidthSpace;&shy;',
  '****',
  '** **',
  '_ _ __',
  '~~ ~~',
  '``',
  '```\n```',
  '~~~ js\n\n~~~',
  '[ref]: https://a.example',
  '[ref]: <https://a.example> "Title"\n[two]:\n  https://b.example',
  '| | |\n|---|---|\n| | |',
  '<p></p><br>',
  '![]()',
  '![](  )',
  '![](data:image/png;base64,AAAA)',
]

test.each(NOTHING)('%j shows nothing', (text) => {
  expect(hasVisibleMarkdown(text)).toBe(false)
})

const SOMETHING = [
  'a',
  '# a',
  '- a',
  '?',
  '-_-',
  ':)',
  '<3',
  '+1',
  '\\#',
  '&amp;',
  '&#65;',
  '[a](https://a.example)',
  '![](/images/7)',
  '![](desk.jpg)',
  '![](https://a.example/b.png)',
  '[![](/images/7)](https://a.example)',
  '<https://a.example>',
  'https://a.example',
  '<!-- a --> b',
  '```\na\n```',
  '`a`',
  '[a]: b and more words',
  '[Ann]: yes',
  '[^1]: https://a.example',
  '| a |\n|---|',
  '\u{1f44d}',
]

test.each(SOMETHING)('%j shows something', (text) => {
  expect(hasVisibleMarkdown(text)).toBe(true)
})

test('Markdown that is rendered without a word or a picture shows nothing', () => {
  const piece = fc.constantFrom(
    '#',
    '*',
    '_',
    '`',
    '>',
    '-',
    '[',
    ']',
    '(',
    ')',
    '!',
    ' ',
    '\n',
    '~',
    '\u200b',
    '&nbsp;',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('')
      const words = renderMarked(text).replaceAll(/<[^>]*>/g, '')
      if (!/[^\s\u200b\u00a0]/u.test(words)) expect([text, hasVisibleMarkdown(text)]).toEqual([text, false])
    }),
    { numRuns: 3000 },
  )
})

test('a letter anywhere outside of addresses and comments is something', () => {
  fc.assert(
    fc.property(fc.constantFrom(...NOTHING.filter((text) => !text.includes('<!-- not'))), (text) => {
      expect(hasVisibleMarkdown(`${text}\n\nword`)).toBe(true)
    }),
  )
})

test.each(['<!--', '[', '![', '](', '[a](', '&#', '<a ', '#', '> ', '- ', '|', '[a]: ', '```\n', ' ', '\u200b'])(
  'the time for many %j grows with their number',
  async (piece) => {
    await expectLinear(40_000, (size) => piece.repeat(size / piece.length), hasVisibleMarkdown)
  },
)

test.each(['\n', ' \n', '>\n'])('Markdown with many lines of %j is examined at once', (line) => {
  const start = performance.now()
  expect(hasVisibleMarkdown(`x${line.repeat(20_000)}x`)).toBe(true)
  expect(performance.now() - start).toBeLessThan(250)
})
