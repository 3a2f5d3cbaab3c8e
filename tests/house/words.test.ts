import { expect, test } from 'vitest'
import { codeOf, filesIn, textOf } from './source.ts'

// A key is a quoted text that starts like one: 'people.sign_in.wrong', or put together: `errors.${reason}.title`.

const PLURAL = /_(?:zero|one|two|few|many|other)$/
const words = JSON.parse(textOf('server/web/locales/en.json'))
const sources = [...filesIn('server', '.ts').map(codeOf), ...filesIn('views', '.ejs').map(textOf)]

function keysOf(branch: object, before = ''): string[] {
  return Object.entries(branch).flatMap(([key, value]) =>
    typeof value === 'string' ? [before + key] : keysOf(value, `${before}${key}.`),
  )
}
const written = keysOf(words)
const known = new Set([...written, ...written.map((key) => key.replace(PLURAL, ''))])

const start = `(?:${Object.keys(words).join('|')})\\.`
const literal = new RegExp(`(['"\`])(?<key>${start}[\\w.-]+)\\1`, 'g')
const template = new RegExp(`\`(?<key>${start}[^\`]*\\$\\{[^\`]*)\``, 'g')

function keysIn(pattern: RegExp): string[] {
  return sources.flatMap((text) => [...text.matchAll(pattern)].map(({ groups }) => groups?.['key'] ?? ''))
}
const asked = new Set(keysIn(literal))
const together = keysIn(template).map((key) => ({ key, shape: shapeOf(key) }))

function shapeOf(key: string): RegExp {
  const fixed = key.split(/\$\{[^}]*\}/).map(RegExp.escape)
  return new RegExp(`^${fixed.join('.*')}$`)
}

test('every key that is asked for has words', () => {
  // kinds of activity look like keys and are none
  const kinds = codeOf('server/activity/categories.ts')
  // kinds of jobs look like keys too, and have their name in the outbox
  const isJob = (key: string) => known.has(`outbox.kind.${key.replace('.', '_')}`)
  const isKind = (key: string) => kinds.includes(`'${key}'`) || isJob(key)
  expect([...asked].filter((key) => !known.has(key) && !isKind(key))).toEqual([])
  expect(together.filter(({ shape }) => ![...known].some((key) => shape.test(key))).map(({ key }) => key)).toEqual([])
})

test('every word that is written is read somewhere', () => {
  const isRead = (key: string) => asked.has(key) || together.some(({ shape }) => shape.test(key))
  expect(written.filter((key) => !isRead(key) && !isRead(key.replace(PLURAL, '')))).toEqual([])
})

test('a plural says both one and other', () => {
  const withForm = (form: string) =>
    written.filter((key) => key.endsWith(form) && !asked.has(key)).map((key) => key.slice(0, -form.length))
  expect(withForm('_one').sort()).toEqual(withForm('_other').sort())
})
