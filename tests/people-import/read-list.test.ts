import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { writeXlsx } from 'hucre/xlsx'
import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import { ZipFile } from 'yazl'
import { type ListChoices, type ListReading, readList as readBytes } from '../../server/people-import/read/read-list.ts'
import type { ListRow } from '../../server/people-import/read/read-rows.ts'
import { csvLine } from '../../server/web/files/csv.ts'
import { cleanLine } from '../../server/web/text/clean-text.ts'
import { hasVisibleCharacter } from '../../server/web/text/visible.ts'
import { expectLinear } from '../support/growth.ts'

const readList = (list: string | Uint8Array, choices: ListChoices = {}) =>
  readBytes(Buffer.from(list as string), choices)

async function readingOf(list: string | Uint8Array, choices: ListChoices = {}): Promise<ListReading> {
  const read = await readList(list, choices)
  if (!read.ok) throw new Error(read.problem)
  return read.reading
}

const leftOut = ({ columns }: ListReading) => columns.flatMap(({ field, heading }) => (field === '' ? heading : []))

async function rowsOf(text: string | Uint8Array): Promise<ListRow[]> {
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

test('columns that are not known are left out, roles, ids and passwords among them', async () => {
  const text = 'ID;email;Password;is admin;Role;name;Shoe size\n1;a@library.example;x;1;admin;Amara;42'
  expect(leftOut(await readingOf(text))).toEqual(['ID', 'Password', 'is admin', 'Role', 'Shoe size'])
  expect(await rowsOf(text)).toMatchObject([{ name: 'Amara' }])
})

test('without a column of addresses it is asked for, and there is nobody', async () => {
  const list = await readList('name,branch\nAmara,East Quay')
  expect(list).toMatchObject({ ok: true, rows: [], reading: { needs: 'email' } })
})

test.each([
  ['nobody', 'email,name'],
  ['broken_quotes', `email,name\na@library.example,A\nb@library.example,"B\n${'c@library.example,C\n'.repeat(4000)}`],
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
      const name = cleanLine(typed)
      fc.pre(hasVisibleCharacter(name) && !/[,，、،]/u.test(name))
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
      if (list.ok) for (const row of list.rows) expect(row.line).toBeGreaterThan(0)
    }),
    { numRuns: 300 },
  )
})

describe('the bytes of a file', () => {
  const TEXT = 'name;email\nÅsa Łuć;asa@library.example'
  const utf16 = (text: string, little: boolean) => {
    const bytes = Buffer.from(text, 'utf16le')
    return little ? bytes : bytes.swap16()
  }
  const nameIn = async (bytes: Uint8Array) => {
    const list = await readList(bytes)
    return list.ok ? list.rows.map(({ name }) => name).join(', ') : list.problem
  }

  test.each([
    ['UTF-8', Buffer.from(TEXT)],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${TEXT}`)],
    ['UTF-16, little end first', utf16(`\ufeff${TEXT}`, true)],
    ['UTF-16, big end first', utf16(`\ufeff${TEXT}`, false)],
    ['UTF-16 without a mark, little end first', utf16(TEXT, true)],
    ['UTF-16 without a mark, big end first', utf16(TEXT, false)],
  ])('%s is read', async (_name, bytes) => {
    expect(await nameIn(bytes)).toBe('Åsa Łuć')
  })

  test.each([
    ['win1252', 'Zoé Lefèvre', 'François Dubé'],
    ['macintosh', 'Zoé Lefèvre', 'Jürgen Voß'],
    ['cp437', 'Åse Ægir', 'Zoé Lefèvre'],
    ['cp850', 'José Núñez', 'Ângela Gonçalves'],
    ['win1250', 'Łukasz Wróbel', 'Jiří Dvořák'],
    ['win1251', 'Дарья Орлова', 'Игорь Белов'],
    ['koi8-r', 'Дарья Орлова', 'Игорь Белов'],
    ['win1253', 'Ελένη Νικολάου', 'Γιάννης Δήμου'],
    ['win1255', 'נועה כהן', 'יוסי לוי'],
    ['win1256', 'ليلى حسن', 'محمد العلي'],
    ['shift_jis', '渡辺健二', 'さくら 田中'],
    ['gbk', '王小明', '李静怡'],
    ['euc-kr', '김민수', '박서연'],
  ])('%s is among the encodings to choose from, which show names in it', async (encoding, one, other) => {
    const text = `name;email\n${one};one@library.example\n${other};other@library.example\n`
    const bytes = iconv.encode(text, encoding)
    const { encoding: guess, needs } = await readingOf(bytes)
    expect(needs).toBe('encoding')
    const right = guess?.choices.find(({ sample }) => sample.includes(one) && sample.includes(other))
    expect(right).toBeDefined()
    const read = await readList(bytes, { encoding: right?.encoding })
    expect(read).toMatchObject({ ok: true, rows: [{ name: one }, { name: other }], reading: { needs: null } })
  })

  test.each([
    ['win1252', 'Søren Kjær'],
    ['macintosh', 'Zoé Lefèvre'],
    ['win1251', 'Дарья Орлова'],
    ['win1253', 'Ελένη Νικολάου'],
    ['shift_jis', 'さくら 田中'],
  ])('%s is guessed', async (encoding, name) => {
    expect(await nameIn(iconv.encode(`name;email\n${name};one@library.example\n`, encoding))).toBe(name)
  })

  test('of encodings that read nearly all alike, each shows first what only it reads so', async () => {
    const people = Array.from({ length: 900 }, (_, number) => `Zoé ${number};zoe${number}@library.example`)
    const bytes = iconv.encode(['name;email', ...people, 'Ângela Núñez;angela@library.example'].join('\n'), 'cp850')
    const { encoding } = await readingOf(bytes)
    expect(encoding?.choices.length).toBeGreaterThan(1)
    expect(encoding?.choices.find((choice) => choice.encoding === 'cp850')?.sample).toContain('Ângela Núñez')
    expect((await rowsOf(bytes)).at(-1)?.name).toBe('Ângela Núñez')
  })

  test('letters that were read in a wrong encoding before are repaired, unless that is unticked', async () => {
    const wrong = Buffer.from(Buffer.from('Zoé Lefèvre').toString('latin1'))
    const bytes = Buffer.concat([Buffer.from('name;email\n'), wrong, Buffer.from(';one@library.example')])
    expect(await readingOf(bytes)).toMatchObject({ garbled: [{ before: 'ZoÃ© LefÃ¨vre', after: 'Zoé Lefèvre' }] })
    expect(await nameIn(bytes)).toBe('Zoé Lefèvre')
    expect(await readList(bytes, { repair: false })).toMatchObject({ rows: [{ name: 'ZoÃ© LefÃ¨vre' }] })
  })

  test.each(['Zo\ufffd Lind', 'Zo? Lef?vre'])('the line of %s is left out, since letters are lost', async (name) => {
    expect((await rowsOf(`name;email\n${name};one@library.example`))[0]?.problem).toBe('broken_letters')
  })

  test.each([
    ['old_excel', [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]],
    ['damaged', [0x50, 0x4b, 3, 4, 20, 0, 6, 0, 8, 0]],
    ['pdf', [...Buffer.from('%PDF-1.7\n')]],
    ['contacts', [...Buffer.from('BEGIN:VCARD\nFN:Greta')]],
    ['web_page', [...Buffer.from('<html><table>')]],
    ['archive', [0x1f, 0x8b, 8, 0]],
    ['no_text', [1, 0, 0, 0, 2, 0, 0, 3, 7]],
  ])('a file of another kind is refused: %s', async (problem, bytes) => {
    expect(await nameIn(Uint8Array.from(bytes))).toBe(problem)
  })
})

describe('the columns are guessed', () => {
  const guessed = async (list: string) => {
    const { columns } = await readingOf(list)
    return columns.map(({ field }) => field || '-').join(' ')
  }
  test.each([
    [
      'Swedish',
      'Förnamn;Efternamn;E-postadress;Bibliotek\nGreta;Lind;g@library.example;Norr',
      'first_name last_name email workplace',
    ],
    [
      'German, where “Name” is the family name',
      'Name;Vorname;E-Mail\nLind;Greta;g@library.example',
      'last_name first_name email',
    ],
    ['Polish', 'Imię i nazwisko;Adres e-mail;Placówka\nGreta Lind;g@library.example;Filia 3', 'name email workplace'],
    ['Japanese', '氏名,メールアドレス,所属\n渡辺健二,k@library.example,中央図書館', 'name email workplace'],
    ['Arabic', 'الاسم,البريد الإلكتروني,مكان العمل\nليلى حسن,l@library.example,المركزية', 'name email workplace'],
    ['Hebrew', 'שם פרטי,שם משפחה,דוא"ל\nנועה,כהן,n@library.example', 'first_name last_name email'],
    [
      'Google Contacts',
      'First Name,Middle Name,Last Name,Organization Name,E-mail 1 - Label,E-mail 1 - Value\nGreta,,Lind,Hill,* Work,g@library.example',
      'first_name - last_name workplace - email',
    ],
    [
      'Outlook',
      'First Name,Last Name,Company,E-mail Address,E-mail Type,E-mail Display Name\nGreta,Lind,Hill,g@library.example,SMTP,Greta Lind (g@library.example)',
      'first_name last_name workplace email - -',
    ],
    [
      'Moodle',
      'username,firstname,lastname,email,institution\nglind,Greta,Lind,g@library.example,Hill',
      '- first_name last_name email workplace',
    ],
    [
      'Entra',
      'userPrincipalName,displayName,surname,mail,givenName,id\ng@tenant.example,Greta Lind,Lind,g@library.example,Greta,7',
      '- - last_name email first_name -',
    ],
    [
      'Mailchimp',
      'Email Address,First Name,Last Name,MEMBER_RATING\ng@library.example,Greta,Lind,2',
      'email first_name last_name -',
    ],
    [
      'a list of who attended, below a summary',
      '1. Summary\nTitle\tKickoff\n\n2. People\nName\tFirst Join\tLast Leave\tEmail\nGreta Lind\t9:00\t10:00\tg@library.example',
      'name - - email',
    ],
    ['both names in a question', 'Your first name and last name,Email\nGreta Lind,g@library.example', 'name email'],
    ['a title with an address', 'Members of all@library.example\nEmail address\ng@library.example', 'email'],
    ['an unknown heading above a typing error', 'Wer;Wohin\nAda Berg;ada at home\nBo Sand;b@library.example', 'name -'],
    ['Persian', 'نام,نام خانوادگی,ایمیل\nلیلا,حسنی,l@library.example', 'first_name last_name email'],
    ['no headings', 'Greta Lind|g@library.example|41\nKenji Watanabe|k@library.example|39', 'name email -'],
    ['titles above the headings', 'Staff of 2026\n\nName,Mail\nGreta Lind,g@library.example', 'name email'],
    [
      'a question that mentions the library, with answers',
      'Email,What should the library offer?\ng@library.example,More evenings with games and with people to meet.',
      'email -',
    ],
    [
      'a question about the library',
      'Email,Which library do you work in?\ng@library.example,Hill Branch',
      'email workplace',
    ],
    [
      'an unknown heading above addresses',
      'Who,Where to write\nGreta Lind,g@library.example\nKenji Sato,k@library.example',
      'name email',
    ],
  ])('%s', async (_what, list, columns) => {
    expect(await guessed(list)).toBe(columns)
  })

  test('a choice goes before the guess', async () => {
    const list = 'Name,Mail,Team room\nGreta Lind,g@library.example,Hill'
    const columns: ListChoices['columns'] = ['', null, 'workplace']
    expect(await readList(list, { columns })).toMatchObject({
      rows: [{ email: 'g@library.example', name: '', workplace: 'Hill' }],
      reading: { columns: [{ chosen: true }, { chosen: false }, { chosen: true }] },
    })
  })
})

test.each([
  ['a list without headings', 'Greta Lind,greta@library.example', 'Greta Lind', 'greta@library.example'],
  [
    'mail programs',
    'Lind, Greta <greta@library.example>\nSato, Ken <ken@library.example>',
    'Greta Lind',
    'greta@library.example',
  ],
  ['a name beside the address', 'Greta Lind (greta@library.example)', 'Greta Lind', 'greta@library.example'],
  [
    'a name in the cell of the address',
    'Contact,Since\nGreta Lind - greta@library.example,2026',
    'Greta Lind',
    'greta@library.example',
  ],
  [
    'family name first',
    'Name;Email\n"Lind, Dr. Greta";greta@library.example',
    'Dr. Greta Lind',
    'greta@library.example',
  ],
  [
    'texts that spreadsheets keep',
    'Name,Email\n="Greta Lind",="greta@library.example"',
    'Greta Lind',
    'greta@library.example',
  ],
  [
    'a domain with an umlaut',
    'Name,Email\nGreta Lind,greta@bücherhalle.example',
    'Greta Lind',
    'greta@xn--bcherhalle-9db.example',
  ],
  ['a line end in a cell', 'Name,Email\n"Greta\nLind",greta@library.example', 'Greta Lind', 'greta@library.example'],
  [
    'spaces nobody sees',
    'Name,Email\nGreta\u00a0Lind\u200b,\ufeffgreta@library.example\u200b',
    'Greta Lind',
    'greta@library.example',
  ],
  [
    'an empty email column before the right one',
    'Email,Name,Email 2\n,Greta Lind,greta@library.example',
    'Greta Lind',
    'greta@library.example',
  ],
  [
    'Hungarian',
    'Vezetéknév;Keresztnév;E-mail cím\nLind;Gréta;greta@library.example',
    'Lind Gréta',
    'greta@library.example',
  ],
  ['a named delimiter', 'sep=|\nName|Email\nGreta Lind|greta@library.example', 'Greta Lind', 'greta@library.example'],
])('a person is read of %s', async (_what, list, name, email) => {
  expect(await rowsOf(list)).toMatchObject(
    [{ name, email, problem: null }].concat(list.includes('Sato') ? [{} as never] : []),
  )
})

test('of several addresses in a cell the first one counts', async () => {
  const [row] = await rowsOf('Name,Email\nGreta Lind,"greta@library.example; lind@home.example"')
  expect(row).toMatchObject({ email: 'greta@library.example', problem: null })
})

test.each([
  ['semicolons', 'greta@library.example; kenji@library.example;bo@library.example', ['', '', '']],
  ['lines of several', 'greta@library.example, kenji@library.example\nbo@library.example', ['', '', '']],
  [
    'names in front',
    'Greta Lind <greta@library.example>; Sato, Kenji <kenji@library.example>; bo@library.example',
    ['Greta Lind', 'Kenji Sato', ''],
  ],
])('addresses that are no table are read one by one: %s', async (_what, text, names) => {
  expect((await rowsOf(text)).map(({ line, name, email }) => [line, name, email])).toEqual([
    [1, names[0], 'greta@library.example'],
    [2, names[1], 'kenji@library.example'],
    [3, names[2], 'bo@library.example'],
  ])
})

test('two columns of addresses beside a name stay one person', async () => {
  const rows = await rowsOf('Greta,greta@library.example,lind@home.example\nBo,bo@library.example,sand@home.example')
  expect(rows.map(({ email }) => email)).toEqual(['greta@library.example', 'bo@library.example'])
})

test('an address with other letters than a–z before the @ says so', async () => {
  expect((await rowsOf('Email\njörg@library.example'))[0]?.problem).toBe('email_letters')
})

describe('a spreadsheet’s own file', () => {
  test('is read: the first sheet with people, or the chosen one', async () => {
    const bytes = await writeXlsx({
      sheets: [
        { name: 'Notes', rows: [['Written in 2026']] },
        {
          name: 'North',
          rows: [['Staff'], [], ['Name', 'E-mail', 'Since'], ['Greta Lind', 'greta@library.example', 2026]],
        },
        {
          name: 'South',
          rows: [
            ['Name', 'E-mail'],
            ['Kenji Sato', 'kenji@library.example'],
          ],
        },
      ],
    })
    expect(await readList(bytes)).toMatchObject({
      ok: true,
      rows: [{ line: 4, name: 'Greta Lind' }],
      reading: { heading: 3, columns: [{}, {}, { heading: 'Since', field: '' }] },
    })
    expect(await readList(bytes, { sheet: 2 })).toMatchObject({ rows: [{ name: 'Kenji Sato' }] })
    const { sheets } = await readingOf(bytes)
    expect(sheets.map(({ name }) => name)).toEqual(['Notes', 'North', 'South'])
  })

  test('with a password is refused', async () => {
    const sheets = [{ name: 'North', rows: [['greta@library.example']] }]
    const bytes = await writeXlsx({ sheets, encryption: { password: 'x', spinCount: 1 } })
    expect(await readList(bytes)).toMatchObject({ ok: false, problem: 'encrypted' })
  })

  test('that inflates beyond all bounds is refused before it is read', async () => {
    const zip = new ZipFile()
    zip.addBuffer(Buffer.alloc(31_000_000, ' '), 'xl/workbook.xml')
    zip.end()
    expect(await readList(await buffer(zip.outputStream))).toMatchObject({ ok: false, problem: 'too_large_inside' })
  })

  test.each([
    ['open_document', 'content.xml'],
    ['numbers', 'Index/Document.iwa'],
    ['word', 'word/document.xml'],
    ['binary_excel', 'xl/workbook.bin'],
    ['archive', 'people.csv'],
  ])('of another program is refused by name: %s', async (problem, name) => {
    const zip = new ZipFile()
    zip.addBuffer(Buffer.from('x'), name)
    zip.end()
    expect(await readList(await buffer(zip.outputStream))).toMatchObject({ ok: false, problem })
  })
})
