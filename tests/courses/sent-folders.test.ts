import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { readCourse, writeCourse } from '../../server/courses/format/course-files.ts'
import { isPassedOver } from '../../server/courses/format/passed-over.ts'
import { pictureNames, renamePictures } from '../../server/courses/format/picture-names.ts'
import { readWholeFolder } from '../../server/courses/format/read-folder.ts'
import { readArchive } from '../../server/courses/format/zip.ts'
import { photo, sendForm } from '../images/photos.ts'
import { managed } from '../support/manage-command.ts'
import { type TestSite, testSite } from '../support/site.ts'
import { smallCourse } from './outlines.ts'
import { type RawEntry, rawZip } from './raw-zip.ts'

type File = [name: string, content: string | Uint8Array]

const course: File[] = [...writeCourse(smallCourse)]

function temporary(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sent-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

function onDisk(files: readonly File[]): string {
  const folder = temporary()
  for (const [name, content] of files) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), content)
  }
  return folder
}

function zipped(files: readonly File[], entry: Partial<RawEntry> = {}): Buffer {
  return rawZip(files.map(([name, content]) => ({ name, content, ...entry })))
}

const renamed = (change: (name: string) => string) => course.map(([name, content]): File => [change(name), content])
const rewritten = (change: (text: string) => string | Uint8Array) =>
  course.map(([name, content]): File => [name, change(String(content))])

const arrangements: [string, File[]][] = [
  ['in a folder', renamed((name) => `small-2.1/${name}`)],
  ['in two folders', renamed((name) => `Downloads/small course/${name}`)],
  [
    'beside the files of a repository',
    [...renamed((name) => `small-main/course/${name}`), ['small-main/README.rst', 'x']],
  ],
  ['with names in capitals', renamed((name) => name.replace('things/', 'Things/').toUpperCase())],
  ['with course.yml', renamed((name) => name.replace('.yaml', '.yml'))],
  ['with CRLF', rewritten((text) => text.replaceAll('\n', '\r\n'))],
  ['with a byte order mark', rewritten((text) => `\ufeff${text}`)],
  ['in UTF-16', rewritten((text) => Buffer.from(`\ufeff${text}`, 'utf16le'))],
]

test.each(arrangements)('a course %s is read from a ZIP and from a folder', async (_, files) => {
  const archive = await readArchive(zipped(files))
  expect(readCourse(archive.texts)).toEqual(smallCourse)
  expect(readCourse(readWholeFolder(onDisk(files)).texts)).toEqual(smallCourse)
})

test('backslashes separate folders, as some programs on Windows write them', async () => {
  const { texts } = await readArchive(zipped(renamed((name) => `small\\${name.replaceAll('/', '\\')}`)))
  expect(readCourse(texts)).toEqual(smallCourse)
})

const aside = [
  ...['README', 'readme.TXT', 'README_de.md', 'LICENSE', 'Licence.md', 'LICENSE-CC-BY', 'COPYING', 'Changelog.md'],
  ...['CONTRIBUTING.md', 'CODE_OF_CONDUCT.md', '.git/objects/ab/cd', '.github/workflows/check.yml', '.gitignore'],
  ...['.gitattributes', '.DS_Store', 'things/._01-your-space.md', 'Thumbs.db', 'pictures/desktop.ini', 'Icon\r'],
  ...['__MACOSX/course.yaml', '.vscode/settings.json', 'course.yaml~', 'things/.01-your-space.md.swp'],
  ...['course.yaml.bak', 'things/README.md', '~$course.yaml', '#course.yaml#'],
]

test('files of Git, its hosts, systems and editors are passed over and listed', async () => {
  const files = [...course, ...aside.map((name): File => [name, 'of no course'])]
  const { texts, passed_over } = await readArchive(zipped(files))
  expect(readCourse(texts)).toEqual(smallCourse)
  expect(passed_over).toEqual(aside.map((name) => name.replace('\r', '?')))
  const { passed_over: on_disk } = readWholeFolder(onDisk(files))
  expect(on_disk).toEqual(expect.arrayContaining(['README', '.git', '.DS_Store', 'things/README.md', 'Thumbs.db']))
})

test.each(['pictures/history.jpg', 'small/pictures/Security 2.png', 'pictures/readme.webp', 'things/03-history.md'])(
  '%s is of the course in spite of its name',
  (name) => expect(isPassedOver(name)).toBe(false),
)

test('what is passed over may be a link, encrypted or packed as it likes, since it is not read', async () => {
  const odd: RawEntry[] = [
    { name: 'README', content: 'docs/README', mode: 0o120777 },
    { name: '.git/x', content: 'x', method: 99 },
    { name: 'LICENSE', content: 'x', flags: 0x0801 },
    { name: 'README.zip', content: zipped(course) },
  ]
  const { texts } = await readArchive(rawZip([...course.map(([name, content]) => ({ name, content })), ...odd]))
  expect(readCourse(texts)).toEqual(smallCourse)
})

test.each([
  'notes.md',
  'readmenot.md',
  'things/lesson.md',
  'src/main.ts',
  'things/01-your-space.docx',
  'pictures/a/b.png',
])('%s is named, as it may be of the course', async (name) => {
  expect(isPassedOver(name)).toBe(false)
  const sent = [...course, [name, 'x'] as File]
  await expect(readArchive(zipped(sent))).rejects.toThrow(`${name} line 1: this file does not belong here`)
  expect(() => readWholeFolder(onDisk(sent))).toThrow(`${name} line 1: this file does not belong here`)
})

test.each([
  ['![A](pictures/Mein%20Garten.PNG)', '![A](pictures/mein-garten.webp)'],
  ['![A](pictures/Mein Garten.PNG)', '![A](pictures/mein-garten.webp)'],
  ['![A](<../pictures/mein garten.png>)', '![A](<pictures/mein-garten.webp>)'],
  ['![A](..\\pictures\\Mein Garten.png "Title")', '![A](pictures/mein-garten.webp "Title")'],
  ['![A](./pictures/cafe\u0301.jpg)', '![A](pictures/cafe.webp)'],
  ['![A](pictures/caf\u00e9.jpg)', '![A](pictures/cafe.webp)'],
  ['![A](pictures/map (2).jpeg)', '![A](pictures/map-2.webp)'],
  ['[a]: pictures/Mein%20Garten.PNG', '[a]: pictures/mein-garten.webp'],
  ['![A](pictures/other.png) and pictures/map (2).jpeg', '![A](pictures/other.png) and pictures/map (2).jpeg'],
])('%s names its picture as %s', (text, expected) => {
  const names = pictureNames(['pictures/Mein Garten.PNG', 'pictures/cafe\u0301.jpg', 'pictures/map (2).jpeg'])
  expect(renamePictures(names)('things/01-a.md', text)).toBe(expected)
})

test('each picture gets a name of its own, and the right ones keep theirs', () => {
  const name = fc.stringMatching(/^[A-Za-z\u00e9 _.-]{0,12}$/).map((start) => `pictures/${start}.png`)
  const right = fc.stringMatching(/^[a-z]{1,3}$/).map((slug) => `pictures/${slug}.webp`)
  fc.assert(
    fc.property(fc.uniqueArray(fc.oneof(name, right)), (paths) => {
      const names = pictureNames(paths)
      expect(new Set(names.values()).size).toBe(paths.length)
      for (const [sent, path] of names) {
        expect(path).toMatch(/^pictures\/[a-z0-9]+(?:-[a-z0-9]+)*\.webp$/)
        if (/^pictures\/[a-z]+\.webp$/.test(sent)) expect(path).toBe(sent)
      }
    }),
  )
})

test('a name in the code page of MS-DOS is read where the ZIP does not say UTF-8', async () => {
  const [first = ['', ''], ...rest] = course
  const [yaml, ...things] = [first, ...rest].map(([name, content]): RawEntry => ({ name, content, flags: 0 }))
  const name = Buffer.concat([Buffer.from('pictures/Gr'), Buffer.of(0x81), Buffer.from('n.png')])
  const { sent_as } = await readArchive(rawZip([yaml!, ...things, { name, content: 'x', flags: 0 }]))
  expect([...sent_as]).toEqual([['pictures/grun.webp', 'pictures/Gr\u00fcn.png']])
})

let site: TestSite
beforeAll(async () => {
  site = await testSite()
})
afterAll(() => site[Symbol.asyncDispose]())

async function pictured(): Promise<File[]> {
  const [first, ...rest] = course
  const body = 'Look at ![the garden](../pictures/Our%20Garden.JPG) and ![a map](pictures/map.png).'
  return [
    [first![0], `${String(first![1])}cover: Our Garden.JPG\n`],
    ...rest.map(
      ([name, text]): File => [name, name.includes('01-') ? String(text).replace('Why it matters.', body) : text],
    ),
    ['pictures/Our Garden.JPG', await photo({ width: 200, height: 100 })],
    [
      'pictures/map.png',
      await sharp(await photo({ width: 60, height: 40 }))
        .png()
        .toBuffer(),
    ],
    ['README.md', '# A small course'],
  ]
}

test('a ZIP with a README and with pictures of a phone is previewed, imported and shown', async () => {
  const author = site.person({ role: 'author' })
  const answer = await sendForm(author, '/admin/courses/import', [
    ['zip', { bytes: zipped(await pictured()), name: 'c.zip' }],
  ])
  expect(answer.status).toBe(303)
  const at = answer.headers.get('location') ?? ''
  const look = await author.read(at)
  expect(look).toContain('1 file is not part of the course')
  expect(look).toContain('<code>README.md</code>')
  expect(look).toContain('<code>pictures/Our Garden.JPG</code> becomes <code>pictures/our-garden.webp</code>')
  expect(look).not.toContain('Pictures that texts show and')
  const seen = /name="seen" value="(\d+)"/.exec(look)?.[1] ?? ''
  expect((await author.post(at, { into: 'itself', seen, once: 'pictured' })).status).toBe(303)
  const page = await author.read('/courses/small/things/1')
  expect(page).toContain('src="/courses/small/pictures/our-garden.webp" width="200" height="100" alt="the garden"')
  expect(page).toContain('src="/courses/small/pictures/map.webp"')
  expect(site.services.courses.bySlug('small')?.cover).toBe('our-garden.webp')
})

test('the command line imports a folder with such files and lists them; the export comes back with a README', async () => {
  const data = temporary()
  const folder = onDisk([
    ...(await pictured()).map(([name, content]): File => [`repo/${name}`, content]),
    ['LICENSE', 'x'],
  ])
  const dry = await managed(data, 'import-course', folder, '--dry-run')
  expect(dry.facts).toMatchObject({ ok: true, slug: 'small', passed_over: ['LICENSE', 'repo/README.md'] })
  expect(dry.facts['redrawn']).toHaveLength(2)
  expect((await managed(data, 'import-course', folder)).facts).toMatchObject({ ok: true, things: 2, missing: [] })
  const out = path.join(temporary(), 'out')
  await managed(data, 'export-course', 'small', out)
  expect(existsSync(path.join(out, 'pictures/our-garden.webp'))).toBe(true)
  writeFileSync(path.join(out, 'README.md'), '# Ours')
  execFileSync('git', ['init', '-q'], { cwd: out })
  const again = await managed(data, 'import-course', out, '--dry-run')
  expect(again.facts).toMatchObject({ would_change: false, redrawn: [], passed_over: ['.git', 'README.md'] })
})
