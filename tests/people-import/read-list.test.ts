import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeList } from '../../server/people-import/decode-list.ts'
import { type ListRow, readList } from '../../server/people-import/read-list.ts'
import { csvLine } from '../../server/web/files/csv.ts'
import { expectLinear } from '../support/growth.ts'

async function rowsOf(text: string): Promise<ListRow[]> {
  const list = await readList(text)
  if (!list.ok) throw new Error(list.problem)
  return list.rows
}

async function refusalOf(text: string): Promise<string> {
  const list = await readList(text)
  return list.ok ? 'none' : list.problem
}

const AMARA = {
  line: 2,
  email: 'amara@library.example',
  name: 'Amara Okonkwo',
  workplace: 'East Quay',
  pod: 'Tram 12',
  problem: null,
}

test.each([
  ['commas', 'name,e-mail,workplace,pod\nAmara Okonkwo,amara@library.example,East Quay,Tram 12'],
  ['semicolons', 'Name;E-Mail;Workplace;Pod\r\nAmara Okonkwo;amara@library.example;East Quay;Tram 12\r\n'],
  ['tabs', 'name\te-mail\tworkplace\tpod\nAmara Okonkwo\tamara@library.example\tEast Quay\tTram 12'],
  ['another order', 'Group,Mail,Branch,Full name\nTram 12,Amara@Library.example,East Quay,"Amara Okonkwo"'],
  ['two names', 'Surname;First name;Email address;Library;pod\nOkonkwo;Amara;amara@library.example;East Quay;Tram 12'],
  ['old Macs', 'name,email,workplace,pod\rAmara Okonkwo,amara@library.example,East Quay,Tram 12\r'],
  [
    'quotes with a comma within',
    'name,email,workplace,pod\n"Amara Okonkwo","amara@library.example","East Quay","Tram 12"',
  ],
])('a list with %s is read', async (_what, text) => {
  expect(await rowsOf(text)).toEqual([AMARA])
})

test('the line that Excel puts before tells nothing and is counted', async () => {
  const [row] = await rowsOf('sep=;\nname;email\nAmara;amara@library.example')
  expect([row?.line, row?.name]).toEqual([3, 'Amara'])
})

test('each unusable line says why, with its number', async () => {
  const rows = await rowsOf(
    [
      'email,name,workplace',
      'amara@library.example,Amara',
      ',Nobody',
      'kenji.library.example,Kenji',
      '',
      ',,',
      'kenji@,Kenji',
      `x@library.example,${'x'.repeat(121)}`,
      'AMARA@library.example,Amara again',
      `y@library.example,Y,${'w'.repeat(121)}`,
      'z@library.example,"Z\u0007oe"',
    ].join('\n'),
  )
  expect(rows.map(({ line, problem }) => [line, problem])).toEqual([
    [2, null],
    [3, 'no_email'],
    [4, 'no_at'],
    [7, 'no_address'],
    [8, 'name_long'],
    [9, 'twice 2'],
    [10, 'workplace_long'],
    [11, null],
  ])
  expect(rows.at(-1)?.name).toBe('Zoe')
})

test.each([
  ['role', 'email,role\na@library.example,admin'],
  ['ID', 'ID;email\n1;a@library.example'],
  ['Password', 'email,Password\na@library.example,x'],
  ['is admin', 'is admin,email\n1,a@library.example'],
])('a column called %s is refused with the whole list', async (_name, text) => {
  expect(await refusalOf(text)).toBe('refused_columns')
})

test('columns that are not known are told and left out', async () => {
  const list = await readList('email,Shoe size,name,Shoe size\na@library.example,42,Amara,43')
  expect(list).toMatchObject({ ok: true, ignored: ['Shoe size', 'Shoe size'], rows: [{ name: 'Amara' }] })
})

test.each([
  ['nobody', 'email,name'],
  ['no_email_column', 'Amara,amara@library.example'],
  ['broken_quotes', `email,name\na@library.example,A\nb@library.example,"B\n${'c@library.example,C\n'.repeat(2000)}`],
  ['too_many', `email\n${Array.from({ length: 5001 }, (_, n) => `p${n}@library.example`).join('\n')}`],
])('a list can be refused: %s', async (problem, text) => {
  expect(await refusalOf(text)).toBe(problem)
})

test('an unclosed quotation mark is reported with its line', async () => {
  const list = await readList(
    `email,name\na@library.example,A\nb@library.example,"B\n${'c@library.example,C\n'.repeat(9)}`,
  )
  expect(list).toEqual({ ok: false, problem: 'broken_quotes', values: { line: 3 } })
})

test('a hundred thousand people are refused, and take at most 2.5 times as long as half of them', async () => {
  const listOf = (size: number) =>
    `email\n${Array.from({ length: size }, (_, n) => `p${n}@library.example`).join('\n')}`
  await expectLinear(100_000, listOf, async (text) => expect(await refusalOf(text)).toBe('too_many'))
})

test('what our own files keep safe from spreadsheets reads as it was', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), async (typed) => {
      const name = typed.replace(/[\p{C}\s]+/gu, ' ').trim()
      fc.pre(name !== '')
      const [row] = await rowsOf(`email,name\r\n${csvLine(['a@library.example', name])}`)
      expect(row?.name).toBe(name)
    }),
    { numRuns: 200 },
  )
})

test('no list of whatever signs brings anything but an answer', async () => {
  const piece = fc.constantFrom('email', 'name', 'a@b.example', '"', ',', ';', '\t', '\n', '\r\n', "'", '=', 'é', ' ')
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 60 }), async (pieces) => {
      const list = await readList(pieces.join(''))
      if (list.ok) for (const row of list.rows) expect(row.line).toBeGreaterThan(1)
    }),
    { numRuns: 300 },
  )
})

describe('the bytes of a file', () => {
  const TEXT = 'name;email\nÅsa Łuć;asa@library.example'
  const utf16 = (text: string, little: boolean) => {
    const bytes = Buffer.from(`\ufeff${text}`, 'utf16le')
    return little ? bytes : bytes.swap16()
  }
  test.each([
    ['UTF-8', Buffer.from(TEXT), TEXT],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${TEXT}`), TEXT],
    ['UTF-16, little end first', utf16(TEXT, true), TEXT],
    ['UTF-16, big end first', utf16(TEXT, false), TEXT],
    ['Windows-1252', Buffer.from([0x52, 0x65, 0x6e, 0xe9, 0x20, 0x96, 0x20, 0x80]), 'René – €'],
  ])('%s is read', (_name, bytes, text) => {
    expect(decodeList(bytes)).toBe(text)
  })

  test('a spreadsheet’s own file is no text', () => {
    expect(decodeList(Buffer.from([0x50, 0x4b, 3, 4, 20, 0, 6, 0, 8, 0]))).toBeNull()
  })
})
