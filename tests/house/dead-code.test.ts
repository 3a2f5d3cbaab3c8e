import { expect, test } from 'vitest'
import { codeOf, exportsOf, filesIn, importsOf, textOf } from './source.ts'

const server = filesIn('server', '.ts').filter((file) => !file.endsWith('.d.ts'))
const browser = filesIn('public/js', '.js')
const tests = filesIn('tests', '.ts')

// made for tests alone: the views a router bound are compared with the files there are
const FOR_TESTS = ['server/web/render/view.ts: boundViews']
// vitest.config.ts names the file
const CALLED_BY_VITEST = ['tests/support/browser/shared-browser.ts: setup']
// check-templates.ts writes files that import it
const FOR_TEMPLATES = 'tests/house/template-types.ts'

/** What the files import from elsewhere, as `file#name`; `file#*` where they take the whole. */
function takenBy(files: string[]): Set<string> {
  return new Set(
    files.flatMap((file) => importsOf(file).flatMap((line) => line.names.map((name) => `${line.file}#${name}`))),
  )
}

function unused(files: string[], takers: string[]): string[] {
  const taken = takenBy(takers)
  const tested = takenBy(tests)
  return files.flatMap((file) => {
    const code = codeOf(file)
    const usedAtHome = (name: string) =>
      (code.match(new RegExp(`(?<![\\w$.])${name.replaceAll('$', '\\$')}(?![\\w$])`, 'g'))?.length ?? 0) > 1
    return exportsOf(file)
      .filter((name) => !taken.has(`${file}#${name}`) && !taken.has(`${file}#*`))
      .filter((name) => !(tested.has(`${file}#${name}`) && usedAtHome(name)))
      .map((name) => `${file}: ${name}`)
  })
}

test('what the server exports is used elsewhere in it, or used where it is made and tested by itself', () => {
  expect(unused(server, server).filter((line) => !FOR_TESTS.includes(line))).toEqual([])
})

test('what a browser module exports is used by another', () => {
  expect(unused(browser, browser)).toEqual([])
})

test('every browser module is loaded by a page or by another module', () => {
  const pages = [...filesIn('views', '.ejs'), ...server].map(textOf).join('\n')
  const imported = new Set(browser.flatMap((file) => importsOf(file).map((line) => line.file)))
  const name = (file: string) => file.replace(/^public\//, '')
  expect(browser.filter((file) => !imported.has(file) && !pages.includes(name(file)))).toEqual([])
})

test('what supports the tests is used by them', () => {
  const taken = takenBy(tests)
  const left = tests
    .filter((file) => !file.endsWith('.test.ts') && file !== FOR_TEMPLATES)
    .flatMap((file) =>
      exportsOf(file)
        .filter((name) => !taken.has(`${file}#${name}`))
        .map((name) => `${file}: ${name}`),
    )
    .filter((line) => !CALLED_BY_VITEST.includes(line))
  expect(left).toEqual([])
})

test('every tool is started by a script or used by another tool', () => {
  const scripts = Object.values<string>(JSON.parse(textOf('package.json')).scripts).join('\n')
  const tools = filesIn('tools', '.mjs')
  const imported = new Set(tools.flatMap((file) => importsOf(file).map((line) => line.file)))
  expect(tools.filter((file) => !imported.has(file) && !scripts.includes(file))).toEqual([])
})
