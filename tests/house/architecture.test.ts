import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { architecturePicture, PICTURE } from './architecture.ts'
import { filesIn, root, textOf } from './source.ts'

test('docs/architecture.svg shows the imports of today', () => {
  expect(readFileSync(PICTURE, 'utf8'), 'npm run architecture draws it').toBe(architecturePicture())
})

const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...filesIn('docs', '.md'),
  ...filesIn('courses', 'README.md'),
]
/** From the root, or from server/ as docs/security.md and the decisions say it. What a site makes in data/ is not here. */
const isThere = (name: string) =>
  name.startsWith('data/') || [root, path.join(root, 'server')].some((from) => existsSync(path.join(from, name)))
const PATH =
  /(?<=`)[\w.-]+\/[\w./-]*\.(?:ts|mjs|js|ejs|css|sql|md|svg|json)(?=`)|(?<=`)(?:server|tests|views|tools|docs|migrations|public)\/[\w./-]*(?=`)/g

test('what the documentation calls a file or a folder is there', () => {
  const gone = pages.flatMap((page) => {
    const named = textOf(page).match(PATH) ?? []
    return named.filter((name) => !isThere(name)).map((name) => `${page}: ${name}`)
  })
  expect(gone).toEqual([])
})

test('links of the documentation lead to a file', () => {
  const broken = pages.flatMap((page) => {
    const links = Array.from(textOf(page).matchAll(/\]\((?<link>[^)#\s:]+)(?:#[^)]*)?\)/g), ({ groups }) =>
      String(groups?.['link']),
    )
    return links
      .filter((link) => !existsSync(path.join(root, path.dirname(page), link)))
      .map((link) => `${page}: ${link}`)
  })
  expect(broken).toEqual([])
})
