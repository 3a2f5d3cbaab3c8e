import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCourse, writeCourse } from '../../server/courses/format/course-files.ts'
import { BrokenCourse } from '../../server/courses/format/course-problem.ts'
import { readFolder, writeFolder } from '../../server/courses/format/read-folder.ts'
import { expectLinear } from '../support/growth.ts'
import { anyCourse, smallCourse } from './outlines.ts'

const shipped = join(import.meta.dirname, '../../courses/23-mobile-things')
const icons = join(import.meta.dirname, '../../node_modules/lucide-static/icons')
const [first, second] = ['things/01-your-space.md', 'things/02-your-phone.md'] as const

/** What is told about the small course once one file reads differently. */
function told(file: string, change: (text: string) => string): string[] {
  const files = writeCourse(smallCourse)
  const before = files.get(file) ?? ''
  const text = change(before)
  expect(text, 'the change must find its place').not.toBe(before)
  return toldOf(files.set(file, text))
}

function toldOf(files: Map<string, string>): string[] {
  try {
    readCourse(files)
    return []
  } catch (error) {
    if (error instanceof BrokenCourse) return error.message.split('\n')
    throw error
  }
}

function scratch() {
  const dir = mkdtempSync(join(tmpdir(), 'course-'))
  return { dir, [Symbol.dispose]: () => rmSync(dir, { recursive: true }) }
}

test('any course is read as it was written', () => {
  fc.assert(
    fc.property(anyCourse, (course) => {
      expect(readCourse(writeCourse(course))).toStrictEqual(course)
    }),
    { numRuns: 200 },
  )
})

test('export, import and export again gives equal bytes', () => {
  fc.assert(
    fc.property(anyCourse, (course) => {
      const once = writeCourse(course)
      expect([...writeCourse(readCourse(once))]).toStrictEqual([...once])
    }),
    { numRuns: 100 },
  )
})

test('the order of keys in the outline does not change the files', () => {
  const { things, slug, ...rest } = smallCourse
  const shuffled = { ...rest, slug, things: things.map(({ body, title, ...each }) => ({ body, ...each, title })) }
  expect([...writeCourse(shuffled)]).toStrictEqual([...writeCourse(smallCourse)])
})

test('a thing is written in the documented format', () => {
  expect(writeCourse(smallCourse).get(first)).toBe(`---
slug: your-space
title: Your space
short: Space
summary: Choose where you write.
set: safe-start
icon: notebook-pen
minutes:
  start: 15
steps:
  start:
    - slug: choose
      title: Choose a place
prompts:
  - What surprised you?
---

Why it matters.
`)
})

test('line ends of other systems, a byte order mark and blank lines around the text change nothing', () => {
  const files = writeCourse(smallCourse)
  const windows = new Map([...files].map(([path, text]) => [path, `\uFEFF${text.replaceAll('\n', '\r\n')}\r\n\r\n`]))
  expect(readCourse(windows)).toStrictEqual(smallCourse)
})

test('lines of dashes after the front matter belong to the text', () => {
  const body = '---\na: b\n---\n\nafter'
  const files = writeCourse({ ...smallCourse, things: smallCourse.things.map((thing) => ({ ...thing, body })) })
  expect(readCourse(files).things[1]?.body).toBe(body)
})

test('a course that could not be read again is not written', () => {
  const twice = { ...smallCourse, sets: [...smallCourse.sets, ...smallCourse.sets] }
  expect(() => writeCourse(twice)).toThrow('the slug "safe-start" is there twice')
})

test('the shipped course is in canonical form', () => {
  const files = readFolder(shipped)
  expect([...files.keys()].sort()).toHaveLength(24)
  expect(Object.fromEntries(writeCourse(readCourse(files)))).toStrictEqual(Object.fromEntries(files))
})

test('every icon of the shipped course is one that Lucide has', () => {
  const course = readCourse(readFolder(shipped))
  const used = [...course.things, ...course.badges].flatMap(({ icon }) => icon ?? [])
  expect(used.filter((icon) => !existsSync(join(icons, `${icon}.svg`)))).toEqual([])
})

const keys = 'slug, title, short, summary, set, icon, minutes, tried, tried_on, steps, note, without_account, prompts'

test.each<[string, string, (text: string) => string, string]>([
  [
    'an unknown key',
    first,
    (text) => text.replace('set:', 'colour: red\nset:'),
    `${first} line 6: "colour" is not known here; expected one of the keys of a thing: ${keys}`,
  ],
  [
    'an unknown key deeper down',
    first,
    (text) => text.replace('start: 15', 'start: 15\n  extra: 1'),
    `${first} line 10: "extra" is not known here; expected one of the keys of minutes: start, more, challenge`,
  ],
  [
    'a missing key',
    first,
    (text) => text.replace('title: Your space\n', ''),
    `${first} line 2: "title" is missing; expected text on one line, 1 to 200 characters`,
  ],
  [
    'a missing key in a list',
    first,
    (text) => text.replace('\n      title: Choose a place', ''),
    `${first} line 12: "title" is missing; expected text on one line, 1 to 200 characters`,
  ],
  [
    'an empty key',
    first,
    (text) => text.replace('title: Your space', 'title:'),
    `${first} line 3: "title" is empty; expected text on one line, 1 to 200 characters`,
  ],
  [
    'a number for a text',
    first,
    (text) => text.replace('title: Your space', 'title: 007'),
    `${first} line 3: "title" is 7; expected text on one line, 1 to 200 characters (in double quotes)`,
  ],
  [
    'a text for a number',
    first,
    (text) => text.replace('start: 15', 'start: long'),
    `${first} line 9: "start" is "long"; expected a whole number from 1 to 600`,
  ],
  [
    'a text for a list',
    first,
    (text) => text.replace('prompts:\n  - What', 'prompts: What'),
    `${first} line 14: "prompts" is "What surprised you?"; expected a list of prompts, or [] for none`,
  ],
  [
    'a title of 201 characters',
    first,
    (text) => text.replace('Your space', 'x'.repeat(201)),
    `${first} line 3: "title" is "${'x'.repeat(59)}...; expected text on one line, 1 to 200 characters`,
  ],
  [
    'a short title of 13 characters',
    first,
    (text) => text.replace('short: Space', 'short: Thirteen char'),
    `${first} line 4: "short" is "Thirteen char"; expected text on one line, 1 to 12 characters`,
  ],
  [
    'a title on two lines',
    first,
    (text) => text.replace('title: Your space', 'title: "Your\\nspace"'),
    `${first} line 3: "title" is "Your\\nspace"; expected text on one line, 1 to 200 characters`,
  ],
  [
    'half a sign',
    first,
    (text) => text.replace('title: Your space', 'title: "\\ud800"'),
    `${first} line 3: "title" is "\\ud800"; expected text on one line, 1 to 200 characters`,
  ],
  [
    'a slug with capitals',
    first,
    (text) => text.replace('slug: choose', 'slug: Choose'),
    `${first} line 12: "slug" is "Choose"; expected small letters, digits and single hyphens, such as pick-a-place`,
  ],
  [
    'a date that is none',
    second,
    (text) => text.replace('2026-11-02', '2026-02-30'),
    `${second} line 11: "tried" is "2026-02-30"; expected a date, such as 2026-11-02`,
  ],
  [
    'no steps at the start',
    first,
    (text) => text.replace(/ {2}start:\n.*\n.*\n/, '  start: []\n'),
    `${first} line 11: "start" is []; expected a list of at least 1 of the steps`,
  ],
  [
    'the same step at two depths',
    second,
    (text) => text.replace('slug: tidy', 'slug: look'),
    `${second} line 17: the slug "look" is there twice; expected a different one for each`,
  ],
  [
    'a slug unlike the name of the file',
    first,
    (text) => text.replace('slug: your-space', 'slug: my-space'),
    `${first} line 2: "slug" is "my-space"; expected "your-space" as in the file's name`,
  ],
  [
    'a set that is not there',
    first,
    (text) => text.replace('set: safe-start', 'set: finder'),
    `${first} line 6: there is no set "finder"; expected one of safe-start`,
  ],
  [
    'no front matter',
    first,
    (text) => text.replace('---\n', ''),
    `${first} line 1: the front matter is broken; expected --- as the first line, then the keys of the thing`,
  ],
  [
    'front matter without end',
    first,
    (text) => text.replace('\n---\n', '\n'),
    `${first} line 1: the front matter is broken; expected a second line of --- after the keys of the thing`,
  ],
  [
    'a text of 40,001 characters',
    first,
    (text) => `${text.slice(0, -16)}${'x'.repeat(40_001)}`,
    `${first} line 17: the text has 40001 characters; expected at most 40000`,
  ],
  [
    'a key used twice',
    first,
    (text) => text.replace('set:', 'title: Again\nset:'),
    `${first} line 6: this is not YAML: Map keys must be unique`,
  ],
  [
    'a tab as indent',
    'course.yaml',
    (text) => text.replace('  weekday', '\tweekday'),
    'course.yaml line 10: this is not YAML: Tabs are not allowed as indentation',
  ],
  [
    'a bracket left open',
    first,
    (text) => text.replace('icon: notebook-pen', 'icon: [notebook-pen'),
    `${first} line 8: this is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]`,
  ],
  [
    'an anchor',
    'course.yaml',
    (text) => text.replace('title: A', 'title: &a A'),
    'course.yaml line 2: anchors (&name) are not used in a course; expected plain keys and values',
  ],
  [
    'an alias',
    'course.yaml',
    (text) => text.replace('title: A small course', 'title: *a'),
    'course.yaml line 2: aliases (*name) are not used in a course; expected plain keys and values',
  ],
  [
    'a tag',
    'course.yaml',
    (text) => text.replace('title: A', 'title: !!js/function A'),
    'course.yaml line 2: tags (!name) are not used in a course; expected plain keys and values',
  ],
  [
    'a second document',
    'course.yaml',
    (text) => `${text}---\nslug: other\n`,
    'course.yaml line 28: this is not YAML: Source contains multiple documents',
  ],
  [
    'a list for the course',
    'course.yaml',
    () => '- a\n',
    'course.yaml line 1: the file is ["a"]; expected a course with the keys slug, title, summary, language, licence, credits, parents, rhythm, write_first, cover, completion, sets, badges',
  ],
  [
    'a key from the prototype',
    'course.yaml',
    (text) => `__proto__: 1\n${text}`,
    'course.yaml line 1: "__proto__" is not known here; expected one of the keys of a course: slug, title, summary, language, licence, credits, parents, rhythm, write_first, cover, completion, sets, badges',
  ],
  [
    'an unknown hue',
    'course.yaml',
    (text) => text.replace('hue: teal', 'hue: pink'),
    'course.yaml line 17: "hue" is "pink"; expected one of teal, blue, violet, orange, green, raspberry, gold, slate',
  ],
  [
    'an unknown shape',
    'course.yaml',
    (text) => text.replace('shape: shield', 'shape: heart'),
    'course.yaml line 22: "shape" is "heart"; expected one of circle, shield, star, gem',
  ],
  [
    'an unknown weekday',
    'course.yaml',
    (text) => text.replace('monday', 'Montag'),
    'course.yaml line 10: "weekday" is "Montag"; expected one of monday, tuesday, wednesday, thursday, friday, saturday, sunday',
  ],
  [
    'an unknown rule',
    'course.yaml',
    (text) => text.replace('kind: set-done', 'kind: set-made'),
    'course.yaml line 26: "kind" is "set-made"; expected one of set-done, things-done, things-named, first-reflection, first-to-write, pictures, answers-given, cheers-received, weeks-with-post, came-back, all-depths, feedback-given, pod-finished, by-hand, judged, any-of, all-of',
  ],
  [
    'a rule without its kind',
    'course.yaml',
    (text) => text.replace('      kind: set-done\n', ''),
    'course.yaml line 25: "kind" is missing; expected one of set-done, things-done, things-named, first-reflection, first-to-write, pictures, answers-given, cheers-received, weeks-with-post, came-back, all-depths, feedback-given, pod-finished, by-hand, judged, any-of, all-of',
  ],
  [
    'a rule for a set that is not there',
    'course.yaml',
    (text) => text.replace('      set: safe-start', '      set: finder'),
    'course.yaml line 27: there is no set "finder"; expected one of safe-start',
  ],
  [
    'a rule for a thing that is not there',
    'course.yaml',
    (text) =>
      text.replace('kind: set-done\n      set: safe-start', 'kind: things-named\n      things:\n        - nowhere'),
    'course.yaml line 28: there is no thing "nowhere"; expected the slug of one in things/',
  ],
  [
    'a set that is not there, in a rule of a rule',
    'course.yaml',
    (text) =>
      text.replace(
        'kind: set-done\n      set: safe-start',
        'kind: any-of\n      rules:\n        - kind: first-reflection\n        - kind: set-done\n          set: finder',
      ),
    'course.yaml line 30: there is no set "finder"; expected one of safe-start',
  ],
  [
    'a rule by hand inside another',
    'course.yaml',
    (text) =>
      text.replace(
        'kind: set-done\n      set: safe-start',
        'kind: all-of\n      rules:\n        - kind: first-reflection\n        - kind: by-hand',
      ),
    'course.yaml line 29: "kind" is "by-hand"; expected one of set-done, things-done,',
  ],
  [
    'a rule of one rule',
    'course.yaml',
    (text) =>
      text.replace(
        'kind: set-done\n      set: safe-start',
        'kind: all-of\n      rules:\n        - kind: first-reflection',
      ),
    'course.yaml line 27: "rules" is [{"kind":"first-reflection"}]; expected a list of at least 2 of the rules',
  ],
  [
    'a badge with two signs',
    'course.yaml',
    (text) => text.replace('icon:', 'number: 5\n    icon:'),
    'course.yaml line 19: a badge shows one sign; expected either icon or number',
  ],
  [
    'catch-up numbers that fall',
    'course.yaml',
    (text) => text.replace('    - 1\n', '    - 2\n    - 1\n'),
    'course.yaml line 12: "catch_up_after" is [2,1]; expected a list of thing numbers, each larger than the one before, such as [7, 13, 19]',
  ],
  [
    'a language that is none',
    'course.yaml',
    (text) => text.replace('language: en', 'language: English!'),
    'course.yaml line 4: "language" is "English!"; expected a language tag, such as en or pt-BR',
  ],
  [
    'a link that runs script',
    'course.yaml',
    (text) => text.replace('part: Text', 'part: Text\n    link: javascript:alert(1)'),
    'course.yaml line 9: "link" is "javascript:alert(1)"; expected a web address with http:// or https://',
  ],
])('%s is reported with file, line and what was expected', (_, file, change, sentence) => {
  expect(told(file, change).join('\n')).toContain(sentence)
})

test('a course can refer to more things than it has', () => {
  const growing = { ...smallCourse, rhythm: { ...smallCourse.rhythm, catch_up_after: [7, 13, 19] } }
  expect(readCourse(writeCourse(growing)).rhythm.catch_up_after).toEqual([7, 13, 19])
})

test('all problems are reported at once, sorted by file and line', () => {
  const files = writeCourse(smallCourse)
  files.set(
    'course.yaml',
    (files.get('course.yaml') ?? '').replace('hue: teal', 'hue: pink').replace('title: A small', 'titel: A small'),
  )
  files.set(
    second,
    (files.get(second) ?? '').replace('set: safe-start', 'set: finder').replace('start: 15', 'start: 0'),
  )
  expect(toldOf(files).map((sentence) => sentence.slice(0, sentence.indexOf(':')))).toEqual([
    'course.yaml line 1',
    'course.yaml line 2',
    'course.yaml line 17',
    `${second} line 6`,
    `${second} line 9`,
  ])
})

test('an unknown file is reported', () => {
  const files = writeCourse(smallCourse).set('things/notes.txt', 'mine').set('../evil.md', 'x')
  expect(toldOf(files).map((sentence) => sentence.split(';')[0])).toEqual([
    '../evil.md line 1: this file does not belong here',
    'things/notes.txt line 1: this file does not belong here',
  ])
})

test('missing and repeated numbers, and a first number other than 01, are reported', () => {
  const files = writeCourse(smallCourse)
  const text = files.get(second) ?? ''
  files.delete(second)
  expect(toldOf(new Map(files).set('things/03-your-phone.md', text))[0]).toContain(
    'things/03-your-phone.md line 1: this is not the next number',
  )
  expect(toldOf(new Map(files).set('things/01-your-phone.md', text))[0]).toContain(
    'things/01-your-space.md line 1: this number is there twice',
  )
  expect(toldOf(new Map(files).set('things/00-your-phone.md', text))[0]).toContain(
    'things/00-your-phone.md line 1: this is not the next number',
  )
})

test('a slug that two things use is reported', () => {
  const files = writeCourse(smallCourse)
  files.set('things/03-your-space.md', files.get(first) ?? '')
  expect(toldOf(files)).toEqual([
    `things/03-your-space.md line 2: the slug "your-space" is used in ${first} already; expected one of its own`,
  ])
})

test('an empty folder is reported with what is missing', () => {
  expect(toldOf(new Map()).map((sentence) => sentence.split(';')[0])).toEqual([
    'course.yaml line 1: the file is missing',
    'course.yaml line 1: the course has no things',
  ])
})

test.each([
  ['explicit keys in keys', '? '],
  ['brackets', '['],
  ['braces', '{a: '],
  ['dashes', '- '],
])('%s are refused, and twice as many take at most 2.5 times as long', async (_, part) => {
  const yamlOf = (size: number) => part.repeat(size / part.length)
  await expectLinear(38_000, yamlOf, (yaml) => {
    expect(toldOf(writeCourse(smallCourse).set('course.yaml', yaml))).not.toEqual([])
  })
})

test.each([
  ['a list of aliases', `a: &a [1]\nb: [${'*a,'.repeat(9_000)}]`],
  [
    'a bomb of aliases',
    `a: &a [1]\n${'bcdefgh'.replace(/./g, (name, at: number) => `${name}: &${name} [${`*${'abcdefgh'[at]},`.repeat(99)}]\n`)}`,
  ],
  ['too much', 'a: b\n'.repeat(20_000)],
])('%s is refused', (_, yaml) => {
  expect(toldOf(writeCourse(smallCourse).set('course.yaml', yaml))).not.toEqual([])
})

test('a file damaged anywhere is read or reported as a problem', () => {
  const files = writeCourse(smallCourse)
  const damage = fc.record({
    path: fc.constantFrom(...files.keys()),
    from: fc.nat(600),
    length: fc.nat(40),
    put: fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('- ', ': ', '\n', '\t', '[', '{', '"', '---\n'),
    ),
  })
  fc.assert(
    fc.property(damage, ({ path, from, length, put }) => {
      const text = files.get(path) ?? ''
      const damaged = text.slice(0, from) + put + text.slice(from + length)
      for (const sentence of toldOf(new Map(files).set(path, damaged))) expect(sentence).toMatch(/^\S+ line \d+: ./)
    }),
    { numRuns: 500 },
  )
})

test.each([100, 400, 1600, 6400])('lists nested %i deep are reported like any other invalid value', (depth) => {
  const yaml = `slug: ${'['.repeat(depth)}${']'.repeat(depth)}\n`
  expect(toldOf(writeCourse(smallCourse).set('course.yaml', yaml))[0]).toContain('course.yaml line 1')
})

test('a folder on disk keeps every byte, and an export removes files of an earlier one', () => {
  using place = scratch()
  mkdirSync(join(place.dir, 'things'))
  writeFileSync(join(place.dir, 'things/02-earlier.md'), 'gone')
  mkdirSync(join(place.dir, '.git'))
  writeFileSync(join(place.dir, '.git/config'), 'kept')
  const files = writeCourse(smallCourse)
  writeFolder(place.dir, files)
  expect(Object.fromEntries(readFolder(place.dir))).toStrictEqual(Object.fromEntries(files))
  expect(existsSync(join(place.dir, '.git/config'))).toBe(true)
})

test('links are refused when reading and when writing', () => {
  using place = scratch()
  using other = scratch()
  writeFileSync(join(other.dir, 'secret'), 'not yours')
  symlinkSync(join(other.dir, 'secret'), join(place.dir, 'course.yaml'))
  symlinkSync(other.dir, join(place.dir, 'things'))
  expect(() => readFolder(place.dir)).toThrow('course.yaml line 1: this cannot be part of a course')
  expect(() => writeFolder(place.dir, writeCourse(smallCourse))).toThrow(
    'things line 1: this cannot be part of a course',
  )
  expect(readFileSync(join(other.dir, 'secret'), 'utf8')).toBe('not yours')
})

test('files over a megabyte and bytes that are not UTF-8 are refused', () => {
  using place = scratch()
  writeFileSync(join(place.dir, 'course.yaml'), 'a'.repeat(1_000_001))
  mkdirSync(join(place.dir, 'things'))
  writeFileSync(join(place.dir, 'things/01-other.md'), Buffer.from([0xc3, 0x28]))
  expect(() => readFolder(place.dir)).toThrow(
    'at most 1 MB\nthings/01-other.md line 1: these bytes are not text; expected UTF-8',
  )
})
