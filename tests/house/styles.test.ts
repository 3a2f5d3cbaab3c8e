import { expect, test } from 'vitest'
import { codeOf, filesIn, textOf } from './source.ts'

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
  const classAttributes = [...filesIn('views', '.ejs'), ...filesIn('server', '.ts')].flatMap(
    (file) => textOf(file).match(/class="[^"]*"/g) ?? [],
  )
  const strings = [...filesIn('views', '.ejs'), ...filesIn('public/js', '.js')].flatMap(
    (file) => codeOf(file).match(/'[\w .-]+'/g) ?? [],
  )
  const words = new Set([...classAttributes, ...strings].join(' ').match(/[\w-]+/g))
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
