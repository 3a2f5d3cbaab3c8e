import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvLine } from '../../../server/web/files/csv.ts'

const FORMULA = /^'+[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

/** RFC 4180 read back, and the apostrophe taken off that keeps a text from being a formula. */
function readCsv(text: string): string[][] {
  const records: string[][] = [[]]
  let cell = ''
  let quoted = false
  const end = () => {
    records.at(-1)?.push(FORMULA.test(cell) ? cell.slice(1) : cell)
    cell = ''
  }
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] ?? ''
    if (quoted && sign === '"' && text[at + 1] === '"') cell += text[++at]
    else if (sign === '"') quoted = !quoted
    else if (!quoted && sign === ',') end()
    else if (!quoted && sign === '\r' && text[at + 1] === '\n') {
      end()
      records.push([])
      at++
    } else cell += sign
  }
  return records.slice(0, -1)
}

const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...'=+-@\t\r\n＝＋－＠\'",; ab'.split('')) }),
)

test('what is written is read back as it was, whatever signs are in it', () => {
  const records = fc.array(fc.array(texts, { minLength: 1 }))
  fc.assert(
    fc.property(records, (lines) => {
      expect(readCsv(lines.map((line) => csvLine(line)).join(''))).toEqual(lines)
    }),
  )
})

test('no cell begins as a formula does', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const [cell = ''] = /^"?([\s\S]?)/.exec(csvLine([text]))?.slice(1) ?? []
      expect('=+-@\t＝＋－＠'.split('').filter((sign) => sign === cell)).toEqual([])
    }),
  )
})

test.each([
  ['=HYPERLINK("https://evil.example")', `"'=HYPERLINK(""https://evil.example"")"`],
  ['+47 123', `'+47 123`],
  ['-1+1', `'-1+1`],
  ['@SUM(A1)', `'@SUM(A1)`],
  ['\tcmd', `"'\tcmd"`],
  ['\r=1', `"'\r=1"`],
  ['＝1+1', `'＝1+1`],
  ["'=1", `''=1`],
  ["'s Hertogenbosch", "'s Hertogenbosch"],
  ['a, b', '"a, b"'],
  ['a;b', '"a;b"'],
  ['Amara 東京', 'Amara 東京'],
])('%j is written %s', (text, written) => {
  expect(csvLine([text])).toBe(`${written}\r\n`)
})

test('numbers stay numbers, also below zero, and what is not there is empty', () => {
  expect(csvLine([-5, null, 0, ''])).toBe('-5,,0,\r\n')
})
