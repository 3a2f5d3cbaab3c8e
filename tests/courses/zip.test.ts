import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { constants, crc32, deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readCourse, writeCourse } from '../../server/courses/format/course-files.ts'
import { BrokenCourse } from '../../server/courses/format/course-problem.ts'
import { fingerprintOf, wordsOfThing } from '../../server/courses/format/translatable-words.ts'
import { readArchive, writeArchive } from '../../server/courses/format/zip.ts'
import { isSiteWebp } from '../../server/courses/pictures/webp-validation.ts'
import { moving, photo, sendForm } from '../images/photos.ts'
import { type Actor, type TestSite, testSite } from '../support/site.ts'
import { anyCourse, smallCourse } from './outlines.ts'
import { type RawEntry, rawZip } from './raw-zip.ts'

const SHIPPED = path.join(import.meta.dirname, '../../courses/23-mobile-things')
const texts = writeCourse(smallCourse)
const good: RawEntry[] = [...texts].map(([name, content]) => ({ name, content }))
const first: RawEntry = good[0] ?? { name: 'course.yaml' }
const rest = good.slice(1)
/** So many megabytes of nothing as they are packed: one megabyte is packed, and repeated. */
function packedNothing(megabytes: number): Buffer {
  const one = deflateRawSync(new Uint8Array(1_000_000), { finishFlush: constants.Z_FULL_FLUSH })
  const end = deflateRawSync(new Uint8Array(0))
  return Buffer.concat([...Array.from({ length: megabytes }, () => one), end])
}

async function told(bytes: Buffer): Promise<string> {
  try {
    await readArchive(bytes)
    return 'nothing'
  } catch (error) {
    if (error instanceof BrokenCourse) return error.message
    throw error
  }
}

/** A ZIP with one more entry than a course has. */
const withOne = (entry: RawEntry) => rawZip([...good, entry])

const bombs: [string, () => Buffer, string][] = [
  ['a name that climbs out', () => withOne({ name: '../../evil.md' }), 'leads out of the folder'],
  ['a name that climbs out in the middle', () => withOne({ name: 'things/../../evil.md' }), 'leads out of the folder'],
  ['a name from the root', () => withOne({ name: '/etc/passwd' }), 'root of a disk'],
  [
    'a name that climbs out with a backslash',
    () => withOne({ name: 'things\\..\\..\\evil.md' }),
    'leads out of the folder',
  ],
  ['a name from the root with a backslash', () => withOne({ name: '\\evil.md' }), 'root of a disk'],
  ['a name twice but for its separator', () => withOne({ name: 'things\\01-your-space.md' }), 'there twice'],
  ['a README that climbs out', () => withOne({ name: '../README.md' }), 'leads out of the folder'],
  [
    'two courses',
    () => rawZip(['a/', 'b/'].flatMap((in_) => good.map((file) => ({ ...file, name: in_ + file.name })))),
    'expected one course',
  ],
  [
    'a course too deep',
    () => rawZip(good.map((file) => ({ ...file, name: `a/b/c/${file.name}` }))),
    'this file does not belong here',
  ],
  ['a drive letter', () => withOne({ name: 'C:/evil.md' }), 'root of a disk'],
  ['a name with a NUL', () => withOne({ name: 'things/03-a.md\0.txt' }), 'control sign'],
  ['a name that is no UTF-8', () => withOne({ name: Uint8Array.of(0x66, 0xfc, 0x72) }), 'not UTF-8'],
  [
    'a link',
    () => withOne({ name: 'things/03-link.md', content: '/etc/passwd', mode: 0o120777 }),
    'a link or a device',
  ],
  ['a device', () => withOne({ name: 'things/03-null.md', mode: 0o020666 }), 'a link or a device'],
  ['a name twice', () => rawZip([...good, first]), 'there twice'],
  ['a name twice but for capitals', () => withOne({ name: 'Course.yaml', content: 'x' }), 'there twice'],
  [
    'two entries with the same bytes',
    () => rawZip([...good, { ...first, name: 'things/03-x.md', shares: 0 }]),
    'shares bytes',
  ],
  ['two names for one file', () => withOne({ name: 'things/03-x.md', local_name: 'things/04-y.md' }), 'two names'],
  ['an encrypted file', () => withOne({ name: 'things/03-x.md', content: 'x', flags: 0x0801 }), 'encrypted'],
  ['an unusual packing', () => withOne({ name: 'things/03-x.md', content: 'x', method: 12 }), 'unusual way'],
  ['a size said too small', () => rawZip([...rest, { ...first, size: 10 }]), 'not what the ZIP says'],
  ['a size said too large', () => rawZip([...rest, { ...first, size: 900_000 }]), 'not what the ZIP says'],
  ['another content than its sum', () => rawZip([...rest, { ...first, crc: 1 }]), 'not what the ZIP says'],
  [
    'a ZIP in the ZIP',
    () => withOne({ name: 'pictures/in.zip', content: rawZip(good) }),
    'an archive is among the files',
  ],
  [
    'a ZIP that calls itself a picture',
    () => withOne({ name: 'pictures/in.webp', content: rawZip(good) }),
    'a ZIP is in the ZIP',
  ],
  ['a page of a browser', () => withOne({ name: 'pictures/x.html', content: '<script>' }), 'does not belong here'],
  [
    'too many entries',
    () => rawZip(Array.from({ length: 2001 }, (_, at) => ({ name: `things/x${at}.md`, method: 0 }))),
    'at most 2000',
  ],
  [
    'a gigabyte of nothing that says so',
    () => {
      const nothing = { packed: packedNothing(20), size: 20_000_000, crc: crc32(new Uint8Array(20_000_000)) }
      return rawZip(Array.from({ length: 50 }, (_, at) => ({ name: `pictures/p-${at}.webp`, ...nothing })))
    },
    'more than 50 MB',
  ],
  [
    'a gigabyte of nothing that says it is small',
    () => rawZip([...rest, { ...first, packed: packedNothing(1000), size: 1000 }]),
    'not what the ZIP says',
  ],
  ['a text of two megabytes', () => rawZip([...rest, { ...first, content: ' '.repeat(2_000_000) }]), 'at most 1 MB'],
  ['no ZIP', () => Buffer.from('course.yaml'), 'no ZIP file'],
  ['half a ZIP', () => rawZip(good).subarray(0, 900), 'no ZIP file'],
  ['a ZIP that ends before its list does', () => rawZip(good, { entries_said: 9 }), 'list of its files is damaged'],
  ['a text in Latin-1', () => rawZip([...rest, { ...first, content: Uint8Array.of(0x66, 0xfc) }]), 'not text'],
]

test.each(bombs)('%s is refused with an explanation and little memory', async (_, make, words) => {
  const bytes = make()
  const before = process.memoryUsage().rss
  expect(await told(bytes)).toContain(words)
  expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000)
})

// one site for all of them, as nothing may stay
let refusing: TestSite
let sender: Actor
beforeAll(async () => {
  refusing = await testSite()
  sender = refusing.person({ role: 'author' })
})
afterAll(() => refusing[Symbol.asyncDispose]())

test.each(bombs)('%s sent to the site is refused with 422, and no file is left', async (_, make, words) => {
  const answer = await sendForm(sender, '/admin/courses/import', [['zip', { bytes: make(), name: 'c.zip' }]])
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain(words.replace('"', '&quot;'))
  const left = ['incoming', 'uploads/incoming'].flatMap((name) => {
    const folder = path.join(refusing.config.data_dir, name)
    return existsSync(folder) ? readdirSync(folder) : []
  })
  expect(left).toEqual([])
  expect(refusing.services.courses.all()).toEqual([])
})

test('any folder is read as it was written, and the same course gives the same bytes', async () => {
  await fc.assert(
    fc.asyncProperty(anyCourse, async (course) => {
      const folder = { texts: writeCourse(course), pictures: new Map([['pictures/a.webp', Uint8Array.of(1, 2, 3)]]) }
      const once = await writeArchive(folder)
      const back = await readArchive(once)
      expect([...back.texts].sort()).toEqual([...folder.texts].sort())
      expect(Buffer.from(back.pictures.get('pictures/a.webp') ?? [])).toEqual(Buffer.of(1, 2, 3))
      expect(readCourse(back.texts)).toEqual(course)
      expect((await writeArchive(back)).equals(once)).toBe(true)
    }),
    { numRuns: 60 },
  )
})

test('a ZIP with the extra files of operating systems is read', async () => {
  const packed = good.map((entry) => ({ ...entry, name: `my course/${String(entry.name)}` }))
  const aside = [
    { name: 'my course/', method: 0 },
    { name: 'my course/.DS_Store', content: 'x' },
    { name: '__MACOSX/my course/._course.yaml', content: 'x' },
  ]
  const { texts: read } = await readArchive(rawZip([...aside, ...packed]))
  expect([...read]).toEqual([...texts])
})

test('a damaged byte anywhere is read or reported as a problem', async () => {
  const bytes = rawZip(good)
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
      const damaged = Buffer.from(bytes)
      damaged[at] = (damaged[at] ?? 0) ^ by
      await told(damaged)
    }),
    { numRuns: 300 },
  )
})

test('a course with pictures is the same, byte for byte, after an import elsewhere', async () => {
  using here = await testSite()
  using there = await testSite()
  const { author } = here.cast()
  for (const name of ['one.jpg', 'two.jpg']) {
    await sendForm(author, '/admin/courses/course-23/pictures', [
      ['picture', { bytes: await photo({ width: 70, height: 50 }), name }],
    ])
  }
  const out = await author.get('/admin/courses/course-23/export.zip')
  expect(out.headers.get('content-type')).toBe('application/zip')
  const archive = Buffer.from(await out.arrayBuffer())
  const { courseTransfer } = there.services
  const folder = await courseTransfer.inspect(archive)
  await courseTransfer.prepareImport(folder, { into: { kind: 'itself' } })
  courseTransfer.importCourse(folder, { into: { kind: 'itself' }, seen: 0, by: null })
  const back = await courseTransfer.exportZip('course-23', there.person({ role: 'author' }).id)
  expect(back?.equals(archive)).toBe(true)
})

test('the starter course with translations and pictures has no differences after an import elsewhere', async () => {
  using here = await testSite()
  using there = await testSite()
  const author = here.person({ role: 'author' })
  const { courses, courseTransfer, courseAuthoring, courseTranslations } = here.services
  courseTransfer.importFolder(SHIPPED, null)
  const course = courses.bySlug('23-mobile-things')!
  for (const { id, slug } of course.things.slice(0, 3)) {
    const { outline } = courseAuthoring.thingText(id)!
    const words = { ...wordsOfThing(outline), title: `På dansk: ${slug}` }
    const saving = {
      language: 'da',
      seen: 0,
      from: fingerprintOf(wordsOfThing(outline)),
      from_revision: 1,
      by: author.id,
    }
    courseTranslations.translateThing(id, words, saving)
  }
  const at = '/admin/courses/23-mobile-things'
  await sendForm(author, `${at}/pictures`, [
    ['picture', { bytes: await photo({ width: 70, height: 50 }), name: 'one.jpg' }],
  ])
  const { outline } = courseAuthoring.thingText(course.things[0]!.id)!
  const body = `${outline.body}\n\n![A tree](pictures/one.webp)`
  courseAuthoring.changeThing(course.things[0]!.id, { ...outline, body }, { seen: 1, by: author.id })
  const archive = Buffer.from(await (await author.get(`${at}/export.zip`)).arrayBuffer())
  const folder = await there.services.courseTransfer.inspect(archive)
  await there.services.courseTransfer.prepareImport(folder, { into: { kind: 'itself' } })
  there.services.courseTransfer.importCourse(folder, { into: { kind: 'itself' }, seen: 0, by: null })
  const back = await there.services.courseTransfer.exportFolder('23-mobile-things')
  expect([...(back?.texts.keys() ?? [])].filter((name) => name.endsWith('.da.md'))).toHaveLength(3)
  expect((await writeArchive(back!)).equals(archive)).toBe(true)
  const look = await there.services.courseTransfer.preview(folder, { kind: 'itself' })
  expect(look?.differences.none).toBe(true)
})

test('a course cannot have a reserved slug', async () => {
  using site = await testSite()
  const folder = { texts: writeCourse({ ...smallCourse, slug: 'import' }), pictures: new Map() }
  await expect(site.services.courseTransfer.inspect(folder)).rejects.toThrow('course.yaml line 1: "slug" is "import"')
})

const clean = async () =>
  (await sharp(await photo({ width: 300, height: 200 }))
    .webp()
    .toBuffer()) as Buffer

test.each<[string, (bytes: Buffer) => Promise<Buffer>, [number, number]]>([
  [
    'with a note of its camera',
    (bytes) =>
      sharp(bytes)
        .withExif({ IFD0: { Make: 'Kamera' } })
        .webp()
        .toBuffer(),
    [300, 200],
  ],
  ['with a file behind it', async (bytes) => Buffer.concat([bytes, Buffer.from('<script>')]), [300, 200]],
  ['wider than a page', (bytes) => sharp(bytes).resize(2400, 1600).webp().toBuffer(), [1600, 1067]],
  ['that is a JPEG', () => photo({ width: 20, height: 20 }), [20, 20]],
  ['that is a PNG', (bytes) => sharp(bytes).png().toBuffer(), [300, 200]],
])('a picture %s is drawn anew, as an upload is', async (_, change, [width, height]) => {
  using site = await testSite()
  const sent = new Uint8Array(await change(await clean()))
  const folder = { texts, pictures: new Map([['pictures/a.webp', sent]]) }
  const { pictures, bytes, redrawn } = await site.services.courseTransfer.inspect(folder)
  const made = bytes.get('pictures/a.webp') ?? Buffer.alloc(0)
  expect(pictures).toEqual([expect.objectContaining({ name: 'a.webp', width, height, bytes: made.length })])
  expect(redrawn).toEqual([{ from: 'pictures/a.webp', to: 'pictures/a.webp' }])
  expect(isSiteWebp(made)).toBe(true)
  expect(Buffer.from(made).includes('Kamera') || Buffer.from(made).includes('<script>')).toBe(false)
})

test.each<[string, (bytes: Buffer) => Promise<Buffer>, string]>([
  [
    'whose pixels are none',
    async (bytes) => Buffer.concat([bytes.subarray(0, 20), Buffer.alloc(bytes.length - 20)]),
    'cannot be decoded',
  ],
  ['that is a text', async () => Buffer.from('a garden'), 'no picture that can be read'],
  [
    'that is SVG',
    async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"></svg>'),
    'expected a screenshot of it',
  ],
  ['that moves', () => moving(3), 'expected a still one'],
])('a picture %s is refused with its file', async (_, change, words) => {
  using site = await testSite()
  const pictures = new Map([['pictures/a.webp', new Uint8Array(await change(await clean()))]])
  const sent_as = new Map([['pictures/a.webp', 'pictures/A picture.png']])
  const problem = await site.services.courseTransfer
    .inspect({ texts, pictures, sent_as })
    .catch((error: unknown) => error)
  expect(problem).toBeInstanceOf(BrokenCourse)
  expect(String(problem)).toContain('pictures/A picture.png line 1')
  expect(String(problem)).toContain(words)
})
