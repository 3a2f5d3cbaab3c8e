import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { filesIn, root, textOf } from './source.ts'

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

test('every screenshot is shown', () => {
  const text = pages.map(textOf).join('\n')
  expect(filesIn('docs/screenshots', '.png').filter((file) => !text.includes(path.basename(file)))).toEqual([])
})

test('every script that the documentation runs is in package.json', () => {
  const scripts = Object.keys(JSON.parse(textOf('package.json')).scripts)
  const run = pages.flatMap((page) =>
    Array.from(textOf(page).matchAll(/npm run (?<name>[\w:-]+)/g), ({ groups }) => String(groups?.['name'])),
  )
  expect(run).toContain('check')
  expect([...new Set(run)].filter((name) => !scripts.includes(name))).toEqual([])
})
