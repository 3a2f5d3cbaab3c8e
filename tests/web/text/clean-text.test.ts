import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cleanLine, cleanText, shortened, withoutOuterSpace } from '../../../server/web/text/clean-text.ts'

test.each([
  ['a line end of Windows', 'one\r\ntwo', 'one\ntwo'],
  ['a line end of old Macs', 'one\rtwo', 'one\ntwo'],
  ['a vertical tab of a slide', 'Heading\vand below', 'Heading\nand below'],
  ['a form feed of a PDF', 'end of page\fnext page', 'end of page\nnext page'],
  ['a next line', 'one\u0085two', 'one\ntwo'],
  ['a line separator', 'one\u2028two', 'one\ntwo'],
  ['a paragraph separator', 'one\u2029two', 'one\ntwo'],
  ['other controls', 'dif\u0003\u0000ficult\u007f \u0081word\u001b', 'difficult word'],
  ['a byte order mark', '\ufefftext\ufeff', 'text'],
  ['noncharacters', 'te\ufffext\u{1ffff}', 'text'],
  ['half a surrogate pair', 'half \ud83d one', 'half \ufffd one'],
  ['a tab', 'one\ttwo', 'one\ttwo'],
])('cleaned text with %s', (_what, typed, clean) => {
  expect(cleanText(typed)).toBe(clean)
})

test.each([
  ['line ends', 'Two\u2028lines\r\nand\vmore', 'Two lines and more'],
  ['an override of the direction', '\u202eresu\u202c nimda', 'resu nimda'],
  ['isolates', 'a \u2067b\u2069 c', 'a b c'],
  ['direction marks beside Latin letters', '\u200eOdile\u200f', 'Odile'],
  ['direction marks beside Hebrew letters', '\u200fשלום C++\u200e!', '\u200fשלום C++\u200e!'],
  ['zero-width spaces', 'Od\u200bile\u200b', 'Odile'],
  ['zero-width spaces between Khmer words', 'ភាសា\u200bខ្មែរ', 'ភាសា\u200bខ្មែរ'],
  ['soft hyphens and word joiners', 'Volks\xadhoch\u2060schule', 'Volkshochschule'],
  ['a joiner between Latin letters', 'Odi\u200dle', 'Odile'],
  ['a joiner of an emoji', 'Crew \u{1f469}\u200d\u{1f680}', 'Crew \u{1f469}\u200d\u{1f680}'],
  ['a joiner behind a skin tone', '\u{1f469}\u{1f3fd}\u200d\u{1f680}', '\u{1f469}\u{1f3fd}\u200d\u{1f680}'],
  ['a joiner behind a variation selector', '\u{1f3f3}\ufe0f\u200d\u{1f308}', '\u{1f3f3}\ufe0f\u200d\u{1f308}'],
  ['a non-joiner of Persian', 'می\u200cخواهم', 'می\u200cخواهم'],
  ['a joiner of Sinhala', 'ශ්\u200dරී', 'ශ්\u200dරී'],
  ['tags outside of a flag', 'Odile\u{e0041}\u{e0042}', 'Odile'],
  [
    'the tags of a flag',
    '\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}',
    '\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}',
  ],
  ['fillers at its ends', '\u3164Odile\uffa0\u2800', 'Odile'],
  ['no-break spaces', '\xa0Odile\xa0\xa0Brandt\u3000', 'Odile Brandt'],
])('a cleaned line with %s', (_what, typed, clean) => {
  expect(cleanLine(typed)).toBe(clean)
})

const anything = fc.string({ unit: 'binary' })

test('cleaning twice is the same as cleaning once', () => {
  fc.assert(
    fc.property(anything, (typed) => {
      expect(cleanText(cleanText(typed))).toBe(cleanText(typed))
      expect(cleanLine(cleanLine(typed))).toBe(cleanLine(typed))
      expect(withoutOuterSpace(withoutOuterSpace(typed))).toBe(withoutOuterSpace(typed))
    }),
    { numRuns: 1000 },
  )
})

test('clean text has no control characters but tabs and line feeds, and a clean line has none', () => {
  fc.assert(
    fc.property(anything, (typed) => {
      expect(cleanText(typed)).not.toMatch(/(?![\t\n])\p{Cc}/u)
      expect(cleanText(typed).isWellFormed()).toBe(true)
      expect(cleanLine(typed)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u)
    }),
    { numRuns: 1000 },
  )
})

test('a password loses what cannot be seen at its ends, and nothing inside', () => {
  expect(withoutOuterSpace('\u200b\t four  grey\u200bgulls \r\n\ufeff')).toBe('four  grey\u200bgulls')
})

test('a text is cut between letters and emoji, never within one', () => {
  const crew = '\u{1f469}\u200d\u{1f680}'
  expect(shortened(`Crew ${crew}`, 20)).toBe(`Crew ${crew}`)
  expect(shortened(`Crew ${crew}${crew}`, 12)).toBe(`Crew ${crew}`)
  expect(shortened('e\u0301'.repeat(3), 3)).toBe('e\u0301')
})

test.each([' ', '\u2800', '\u200b', '\u00ad'])(
  'a long run of %j in the middle of a field is cleaned at once',
  (blank) => {
    const typed = `a${blank.repeat(100_000)}b`
    const start = performance.now()
    cleanLine(typed)
    withoutOuterSpace(typed)
    // a pattern that tries each character of the run takes seconds
    expect(performance.now() - start).toBeLessThan(500)
  },
)
