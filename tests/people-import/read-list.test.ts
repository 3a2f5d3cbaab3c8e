import fc from 'fast-check'
import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import { decodeList } from '../../server/people-import/read/decode-list.ts'
import { type ListRow, readList } from '../../server/people-import/read/read-list.ts'
import { csvLine } from '../../server/web/files/csv.ts'
import { expectLinear } from '../support/growth.ts'

const reading = (text: string, choices = {}) => readList(Buffer.from(text), choices)

async function rowsOf(text: string, choices = {}): Promise<ListRow[]> {
  const list = await reading(text, choices)
  if (!list.ok) throw new Error(list.problem)
  return list.rows
}

async function refusalOf(text: string): Promise<string> {
  const list = await reading(text)
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

/** What each column of a list is taken for. */
async function fieldsOf(text: string, choices = {}): Promise<(string | null)[]> {
  const list = await reading(text, choices)
  return list.ok ? list.reading.columns.map(({ field }) => field) : [list.problem]
}

test('columns that are not known are left out, whatever they are called', async () => {
  const text = 'ID;email;Shoe size;name;Role;Password\n1;a@library.example;42;Amara Okonkwo;admin;x'
  expect(await fieldsOf(text)).toEqual([null, 'email', null, 'name', null, null])
})

test.each([
  ['Norwegian', 'Fornavn;Etternavn;E-postadresse;Arbeidssted', ['first_name', 'last_name', 'email', 'workplace']],
  ['Swedish', 'Förnamn;Efternamn;E-post;Arbetsplats', ['first_name', 'last_name', 'email', 'workplace']],
  ['Spanish', 'Apellidos;Nombre;Correo;Biblioteca', ['last_name', 'first_name', 'email', 'workplace']],
  ['French', 'Prénom;Nom;Courriel;Service', ['first_name', 'last_name', 'email', 'workplace']],
  ['German', 'Nachname;Vorname;E-Mail-Adresse;Zweigstelle', ['last_name', 'first_name', 'email', 'workplace']],
  ['Arabic', 'الاسم;البريد الإلكتروني;المكتبة;المجموعة', ['name', 'email', 'workplace', 'pod']],
  ['Google contacts', 'Name;Given Name;Family Name;E-mail 1 - Value', ['name', null, null, 'email']],
  [
    'Outlook contacts',
    'First Name;Last Name;Company;E-mail Address',
    ['first_name', 'last_name', 'workplace', 'email'],
  ],
  ['Moodle', 'First name;Surname;Email address;Institution', ['first_name', 'last_name', 'email', 'workplace']],
  [
    'a question',
    'Your full name, please;Group;What is your work email?;Which branch?',
    ['name', 'pod', 'email', 'workplace'],
  ],
])('headings in %s are understood', async (_what, heading, fields) => {
  const cells = fields.map((field) => (field === 'email' ? 'ada@library.example' : 'Ada Okoye'))
  expect(await fieldsOf(`${heading}\n${cells.join(';')}`)).toEqual(fields)
})

test('a list without headings, or with unknown ones, is understood by what stands in it', async () => {
  const people = 'Ada Okoye|3|ada@library.example\nBo van Dijk|4|bo@library.example'
  expect(await fieldsOf(people)).toEqual(['name', null, 'email'])
  expect((await rowsOf(people)).map(({ line, name }) => [line, name])).toEqual([
    [1, 'Ada Okoye'],
    [2, 'Bo van Dijk'],
  ])
  expect(await fieldsOf(`Wer|Wie viele|Wohin\n${people}`)).toEqual(['name', null, 'email'])
})

test('of two columns with addresses each line gives the first that is one', async () => {
  const rows = await rowsOf(
    'Email,Email 2\n,ada@library.example\nanonymous,bo@library.example\ncy@library.example,x@y.example',
  )
  expect(rows.map(({ email }) => email)).toEqual(['ada@library.example', 'bo@library.example', 'cy@library.example'])
})

test('addresses and names as people write them are read', async () => {
  const rows = await rowsOf(
    [
      'Name,Email',
      '"Okoye, Ada",Ada Okoye <ADA@library.example>',
      'Bo\u200b,\u00a0bo@b\u00fccherei.example',
      '="Cy",mailto:cy@library.example',
      'J\u00f6rg,j\u00f6rg@library.example',
    ].join('\n'),
  )
  expect(rows.map(({ name, email, problem }) => [name, email, problem])).toEqual([
    ['Ada Okoye', 'ada@library.example', null],
    ['Bo', 'bo@xn--bcherei-n2a.example', null],
    ['Cy', 'cy@library.example', null],
    ['J\u00f6rg', 'j\u00f6rg@library.example', 'no_ascii'],
  ])
})

test('chosen columns replace the guess, and without a column of addresses nobody comes', async () => {
  const text = 'Who,Where,Mail\nAda Okoye,Hill Road,ada@library.example'
  const fields = ['name', 'workplace', 'email'] as const
  expect(await rowsOf(text, { fields })).toMatchObject([{ name: 'Ada Okoye', workplace: 'Hill Road', problem: null }])
  expect(await reading(text, { fields: [null, null, null] })).toMatchObject({ rows: [], reading: { needs: 'email' } })
  expect(await reading(text, { headings: false, fields })).toMatchObject({ rows: [{ line: 1, problem: 'no_at' }, {}] })
})

test.each([
  ['nobody', 'email,name'],
  ['broken_quotes', `email,name\na@library.example,A\nb@library.example,"B\n${'c@library.example,C\n'.repeat(2000)}`],
  ['too_many', `email\n${Array.from({ length: 5001 }, (_, n) => `p${n}@library.example`).join('\n')}`],
])('a list can be refused: %s', async (problem, text) => {
  expect(await refusalOf(text)).toBe(problem)
})

test('an unclosed quotation mark is reported with its line', async () => {
  const list = await reading(
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
      const [row] = await rowsOf(`email,workplace\r\n${csvLine(['a@library.example', name])}`)
      expect(row?.workplace).toBe(name)
    }),
    { numRuns: 200 },
  )
})

test('no list of whatever signs brings anything but an answer', async () => {
  const piece = fc.constantFrom('email', 'name', 'a@b.example', '"', ',', ';', '\t', '\n', '\r\n', "'", '=', 'é', ' ')
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 60 }), async (pieces) => {
      const list = await reading(pieces.join(''))
      if (list.ok) for (const row of list.rows) expect(row.line).toBeGreaterThan(0)
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
  const bytesIn = (encoding: string, text: string) => iconv.encode(text, encoding)
  test.each([
    ['UTF-8', Buffer.from(TEXT), TEXT, true],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${TEXT}`), TEXT, true],
    ['UTF-16, little end first', utf16(TEXT, true), TEXT, true],
    ['UTF-16, big end first', utf16(TEXT, false), TEXT, true],
    ['UTF-16 without a mark', utf16(TEXT, true).subarray(2), TEXT, true],
    [
      'Windows-1252',
      bytesIn('windows-1252', 'name\nRenée Gagné – Bibliothèque'),
      'name\nRenée Gagné – Bibliothèque',
      false,
    ],
    ['UTF-8 that was encoded twice', Buffer.from(Buffer.from('Zoë Müller').toString('latin1')), 'Zoë Müller', false],
  ])('%s is read', (_name, bytes, text, certain) => {
    expect(decodeList(bytes)).toMatchObject({ text, certain })
  })

  test.each(['macintosh', 'cp437', 'windows-1251', 'shift_jis'])(
    '%s is read as chosen, and asked about unasked',
    (encoding) => {
      const name = { 'windows-1251': 'Анна Каренина', shift_jis: '山田花子' }[encoding] ?? 'Björn Håkansson'
      const bytes = bytesIn(encoding, `name;email\n${name};a@library.example`)
      expect(decodeList(bytes)?.certain).toBe(false)
      const label = encoding === 'cp437' ? 'ibm437' : encoding
      expect(decodeList(bytes, label)).toEqual({ text: expect.stringContaining(name), encoding: label, certain: true })
    },
  )

  test('letters that were lost before are asked about', () => {
    expect(decodeList(Buffer.from('name\nRen\ufffd'))).toMatchObject({ encoding: 'utf-8', certain: false })
  })

  test('what is no text is not read', () => {
    expect(decodeList(Buffer.from([0x50, 0x4b, 3, 4, 20, 0, 6, 0, 8, 0]))).toBeNull()
  })
})
