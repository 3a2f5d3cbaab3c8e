import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { filesIn, root, textOf } from './source.ts'

const AT_THE_TOP = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'biome.json',
  'vitest.config.ts',
  'server',
  'views',
  'public',
  'migrations',
  'tests',
  'courses',
  'docs',
  'tools',
  'deploy',
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'STYLE.md',
  'SECURITY.md',
  'LICENSE',
]

/** What belongs to the project at its top: what git knows, or everything where there is no git. */
function topEntries(): string[] {
  const { stdout } = spawnSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' })
  const tracked = stdout
    ? [
        ...new Set(
          stdout
            .trim()
            .split('\n')
            .map((file) => file.split('/')[0] ?? ''),
        ),
      ]
    : []
  const left_out = ['node_modules', 'data']
  return tracked.length > 0 ? tracked : readdirSync(root).filter((name) => !left_out.includes(name))
}

test('at the top stands what the house has named, and nothing else', () => {
  const entries = topEntries().filter((name) => !name.startsWith('.'))
  expect(entries).toContain('package.json')
  expect(entries.filter((name) => !AT_THE_TOP.includes(name))).toEqual([])
})

const MOST_FILES = 27
/** Folders of data, which have one file for each record. */
const DATA_FOLDERS = ['tests/feeds/corpus', 'server/demo/content/things']

/** The folders that have more files of their own than a folder may have, with their number. */
function crowded(files: readonly string[]): string[] {
  const folders = Map.groupBy(files, (file) => path.posix.dirname(file))
  return [...folders].flatMap(([folder, { length }]) => (length > MOST_FILES ? [`${folder}: ${length}`] : []))
}

test(`no folder has more than ${MOST_FILES} files of its own, but for folders of data`, () => {
  const files = ['server', 'views', 'public', 'tests'].flatMap((folder) => filesIn(folder, ''))
  expect(files).toContain('public/css/site.css')
  const of_code = files.filter((file) => !DATA_FOLDERS.includes(path.posix.dirname(file)))
  expect(crowded(of_code)).toEqual([])
  const planted = Array.from({ length: MOST_FILES + 1 }, (_, number) => `server/full/${number}.ts`)
  expect(crowded([...planted, 'server/full/below/a.ts'])).toEqual([`server/full: ${MOST_FILES + 1}`])
  expect(crowded(planted.slice(1))).toEqual([])
})

test('nothing is left to be done later', () => {
  const files = [
    ...['server', 'tests', 'tools', 'public/js', 'public/css', 'views', 'migrations'].flatMap((folder) =>
      filesIn(folder, '.ts', '.mjs', '.js', '.css', '.ejs', '.sql'),
    ),
  ]
  const marks = new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b`)
  expect(files.filter((file) => marks.test(textOf(file)))).toEqual([])
})

const views = filesIn('views', '.ejs')
/** The lines of views where the pattern stands, with EJS tags taken out of the way or not. */
function found(pattern: RegExp, clean: (text: string) => string = (text) => text): string[] {
  return views.flatMap((file) => [...clean(textOf(file)).matchAll(pattern)].map(([hit]) => `${file}: ${hit}`))
}
const withoutCode = (text: string) => text.replaceAll(/<%[\s\S]*?%>/g, '')

test('views carry no style, no script and no handler of their own', () => {
  // the paper of letters has its style on it: mail programs take no other
  const styled = found(/<style\b|\sstyle\s*=/gi, withoutCode).filter((hit) => !hit.startsWith('views/mail/email.ejs'))
  expect(styled).toEqual([])
  expect(found(/<script\b(?![^>]*\ssrc=)[^>]*>|<script\b[^>]*>[^<]*\S[^<]*<\/script>/gi, withoutCode)).toEqual([])
  expect(found(/\son[a-z]+\s*=|javascript:/gi, withoutCode)).toEqual([])
})

test('views print unescaped only partials, icons, the body of the page and what was made as HTML', () => {
  const raw = found(/<%-(?!\s*(?:(?:it\.)?(?:part|icon)\(|(?:it\.)?body\b|[\w.]*html\s*-?%>))[\s\S]*?%>/g)
  expect(raw).toEqual([])
})

test('no line of a view is longer than 120 characters', () => {
  const long = views.flatMap((file) =>
    textOf(file)
      .split('\n')
      .flatMap((line, index) => (line.length > 120 ? [`${file}:${index + 1}`] : [])),
  )
  expect(long).toEqual([])
})
