import { expect, test } from 'vitest'
import { codeOf, filesIn } from './source.ts'

/** Names that say nothing where they are read alone: a `Row` of what, `Options` of whom? */
const BARE = new Set([
  ...['Args', 'Data', 'Helpers', 'Info', 'Input', 'Item', 'Items', 'Line', 'List', 'Nouns', 'Options', 'Output'],
  ...['Params', 'Props', 'Result', 'Row', 'Rows', 'State', 'Surroundings', 'Value', 'Values', 'Voice', 'Work'],
  ...['Asked', 'Change', 'Coming', 'Drawn', 'Facts', 'Found', 'Kept', 'Known', 'Look', 'Missing', 'Moment', 'Named'],
  ...['Place', 'Received', 'Refused', 'Rendered', 'Reported', 'Rest', 'Seen', 'Sent', 'Shown', 'Spoken', 'Told'],
  ...['Typed', 'Wanted', 'Written'],
  ...['At', 'From', 'Mine', 'Own', 'Way', 'Where', 'Whole', 'Whose', 'Why'],
])

function bareNamesIn(code: string): string[] {
  const declared = code.matchAll(/^\s*(?:export\s+)?(?:type|interface|class|enum)\s+(?<name>\w+)/gm)
  return Array.from(declared, ({ groups }) => groups?.['name'] ?? '').filter((name) => BARE.has(name))
}

test('the name of a type says what it is of', () => {
  // declarations of packages name what is in the packages
  const files = filesIn('server', '.ts').filter((file) => !file.endsWith('.d.ts'))
  expect(files.flatMap((file) => bareNamesIn(codeOf(file)).map((name) => `${file}: ${name}`))).toEqual([])
})

test.each([
  ['interface Helpers {\n  clock: Clock\n}', ['Helpers']],
  ['export type Row = Omit<Reflection, "html">', ['Row']],
  ['function show() {\n  interface Shown extends Page {}\n}', ['Shown']],
  ['export interface ReflectionRow {}\ntype RowOf<Table> = Table\nconst Place = 1', []],
])('a bare name is found: %j', (code, names) => {
  expect(bareNamesIn(code)).toEqual(names)
})
