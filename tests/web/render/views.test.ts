import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import '../../../server/app.ts'
import '../../../server/services.ts'
import { boundViews } from '../../../server/web/render/view.ts'

const folder = path.join(import.meta.dirname, '../../../views')
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ejs'))
  .map((name) => name.slice(0, -'.ejs'.length).replaceAll(path.sep, '/'))
const isPart = (name: string) => path.posix.basename(name).startsWith('_')

test('each page has its binding and each binding its page', () => {
  const pages = files.filter((name) => !isPart(name))
  expect(Array.from(boundViews()).sort()).toEqual(pages.sort())
})

test('each part is called and each call has its part', () => {
  const calls = files.flatMap((name) => {
    const source = readFileSync(path.join(folder, `${name}.ejs`), 'utf8')
    return Array.from(source.matchAll(/'([a-z-]+(?:\/[a-z-]+)*\/_[a-z-]+)'/g), (match) => match[1] ?? '')
  })
  expect(Array.from(new Set(calls)).sort()).toEqual(files.filter(isPart).sort())
})
