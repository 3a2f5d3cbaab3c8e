import fc from 'fast-check'
import { readXlsx } from 'hucre/xlsx'
import { expect, test } from 'vitest'
import type { ListColumn, ListValue } from '../../../server/web/files/list-file.ts'
import { writeXlsx } from '../../../server/web/files/xlsx-writer.ts'
import { unzip } from '../../support/unzip.ts'

const encoder = new TextEncoder()
const portion = (...rows: ListValue[][]) => encoder.encode(JSON.stringify(rows))

async function sheetOf(columns: ListColumn[], portions: Uint8Array[], title = 'People') {
  const book = await writeXlsx({ title, columns, portions })
  const { sheets } = await readXlsx(book)
  return { name: sheets[0]?.name, rows: sheets[0]?.rows ?? [], book }
}

test('dates and moments are dates of the spreadsheet with what the wall clock showed, numbers are numbers', async () => {
  const columns: ListColumn[] = [
    { heading: 'Name' },
    { heading: 'Joined (Asia/Kathmandu)', holds: 'date' },
    { heading: 'Seen (Asia/Kathmandu)', holds: 'moment' },
    { heading: 'Minutes' },
  ]
  const { rows } = await sheetOf(columns, [
    portion(['Bibek', '2026-02-28', '2026-03-29 02:30', 45], ['Ann', 'skipped: no phone', null, null]),
    portion(['2026-01-01', '2026-13-01', 'later', -1]),
  ])
  expect(rows[1]).toEqual(['Bibek', new Date('2026-02-28T00:00Z'), new Date('2026-03-29T02:30Z'), 45])
  expect(rows[2]?.slice(0, 2)).toEqual(['Ann', 'skipped: no phone'])
  expect([rows[3]?.[0], rows[3]?.[2], rows[3]?.[3]]).toEqual(['2026-01-01', 'later', -1])
})

test('no text becomes a formula or a link', async () => {
  const words = ['=1+1', '+47 22', '-3', '@SUM(A1)', '\t=cmd', '＝1', 'https://evil.example', "'=1"]
  const { rows, book } = await sheetOf([{ heading: '=A2' }], [portion(...words.map((word) => [word]))])
  expect(rows.flat()).toEqual(['=A2', ...words])
  const xml = String((await unzip(Buffer.from(book))).get('xl/worksheets/sheet1.xml'))
  expect(xml).not.toMatch(/<f>|<f |hyperlink|<v>/)
})

test('whatever is in a text, the workbook can be read, with all that a spreadsheet can hold', async () => {
  const texts = fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { minLength: 1, maxLength: 5 })
  const odd = ['_x000D_', '<a>&amp;', 'a\r\nb', 'bell \u0007', '\ud83d', '\uffff!', 'x'.repeat(40_000), '_X0041_']
  await fc.assert(
    fc.asyncProperty(texts, async (words) => {
      const { rows } = await sheetOf([{ heading: 'Text' }], [portion(...words.map((word) => [word]))])
      expect(rows).toHaveLength(words.length + 1)
    }),
    { numRuns: 30 },
  )
  const { rows } = await sheetOf([{ heading: 'Text' }], [portion(...odd.map((word) => [word]))])
  const kept = ['_x000D_', '<a>&amp;', 'a\nb', 'bell ', '\ufffd', '!', 'x'.repeat(32_767), '_X0041_']
  expect(rows.slice(1).map(([text]) => text)).toEqual(kept)
})

test.each([
  ['People: [all] / *', 'People   all'],
  ["'History'", 'List'],
  ['', 'List'],
  ['Ονόματα όλων των συμμετεχόντων στο', 'Ονόματα όλων των συμμετεχόντων'],
])('a sheet called %j is called %j', async (title, name) => {
  expect((await sheetOf([{ heading: 'A' }], [portion(['1'])], title)).name).toBe(name)
})
