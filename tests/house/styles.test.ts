import { expect, test } from 'vitest'
import { filesIn, textOf } from './source.ts'

const styles = filesIn('public/css', '.css')
const lists = styles.filter((file) => textOf(file).includes('@import'))

test('every stylesheet is imported once, by site.css or by the one of an area', () => {
  const imported = lists.flatMap((file) =>
    Array.from(textOf(file).matchAll(/@import "(.+)" layer/g), ([, name]) => name),
  )
  const others = styles.filter((file) => !lists.includes(file))
  expect(imported.toSorted()).toEqual(others.map((file) => file.replace('public/css/', '')).toSorted())
})

test('every class in the stylesheets is used by a view, a script or the server', () => {
  const used = [...filesIn('views', '.ejs'), ...filesIn('public/js', '.js'), ...filesIn('server', '.ts')]
    .map((file) => textOf(file))
    .join('\n')
  const words = new Set(used.match(/[\w-]+/g))
  const classes = styles.flatMap((file) =>
    Array.from(
      textOf(file)
        .replaceAll(/\/\*[\s\S]*?\*\/|"[^"]*"/g, '')
        .matchAll(/\.([a-z][\w-]*)/g),
      ([, name = '']) => name,
    ),
  )
  expect([...new Set(classes)].filter((name) => !words.has(name))).toEqual([])
})
