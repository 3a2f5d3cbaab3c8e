import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseQuery } from '../../server/search/query.ts'
import { markMatches, type SnippetPiece, snippet } from '../../server/search/snippet.ts'

const shown = (pieces: SnippetPiece[]) => pieces.map(({ text, found }) => (found ? `[${text}]` : text)).join('')

test.each([
  ['Brød på bordet', 'brod', '[Brød] på bordet'],
  ['Café, cafés and CAFE', 'cafe', '[Café], [cafés] and [CAFE]'],
  ['Café, cafés', '"café"', '[Café], cafés'],
  ['Maps and being there', '"being there"', 'Maps and [being there]'],
  ['My e-mail', 'e-mail', 'My [e-mail]'],
  ['كِتَابٌ جميل', 'كتاب', '[كِتَابٌ] جميل'],
  ['a phone phone', '"phone phone" phone', 'a [phone phone]'],
  ['The Wi-Fi and wifi', 'wifi', 'The [Wi-Fi] and [wifi]'],
  ['An email', 'e-mail', 'An [email]'],
  ['昨日、駅前の本屋で', '本屋', '昨日、駅前の[本屋]で'],
  ['昨日、駅前の本屋で', '前', '昨日、駅[前]の本屋で'],
  ['駅前の本屋', '屋', '駅前の本[屋]'],
  ['ﾊﾟｿｺﾝ教室', 'パソコン', '[ﾊﾟｿｺﾝ]教室'],
  ['학교에서', '학교', '[학교]에서'],
  ['סֵפֶר טוֹב', 'ספר', '[סֵפֶר] טוֹב'],
  ['photo\u00adgraph', 'photograph', '[photo\u00adgraph]'],
  ['Straße', 'strasse', '[Straße]'],
  ['<b>bold</b>', 'bold', '<b>[bold]</b>'],
])('in %j, %j is markMatches', (text, typed, expected) => {
  expect(shown(markMatches(text, parseQuery(typed)))).toBe(expected)
})

test('a long text is cut around what was found, between words', () => {
  const text = `${'before the word '.repeat(40)}rarest ${'after the word '.repeat(40)}`
  const says = shown(snippet(text, parseQuery('rarest')))
  expect(says).toMatch(/^…(?:before|the|word) .*\[rarest\] after .*(?:after|the|word)…$/)
  expect(says.length).toBeLessThan(240)
})

test('a snippet without a match is the beginning of the text', () => {
  expect(shown(snippet('All of it.', parseQuery('elsewhere')))).toBe('All of it.')
})

test('the pieces of a snippet join to the text', () => {
  const texts = fc.tuple(
    fc.string({ unit: 'grapheme', maxLength: 200 }),
    fc.string({ unit: 'grapheme', maxLength: 20 }),
  )
  fc.assert(
    fc.property(texts, ([text, typed]) => {
      const pieces = markMatches(text, parseQuery(typed))
      expect(pieces.map((piece) => piece.text).join('')).toBe(text)
      expect(
        snippet(text.repeat(20), parseQuery(typed))
          .map((piece) => piece.text)
          .join('')
          .isWellFormed(),
      ).toBe(true)
    }),
  )
})
