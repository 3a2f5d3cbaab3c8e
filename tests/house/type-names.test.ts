import { expect, test } from 'vitest'
import { codeOf, filesIn } from './source.ts'

/** Names that say nothing where they are read alone: a `Row` of what, `Options` of whom? */
const BARE = new Set(
  `Answer Args Asked At Change Coming Data Dated Drawn Entry Facts Field Found From Helpers Info Input Invited
   Item Items Json Kept Kind Known Line List Look Mine Missing Moment Named Nouns Options Output Own Params Part
   Piece Place Post Preview Props Question Read Received Refused Rendered Reported Rest Result Row Rows Seen
   Sent Shown Span Spoken State Surroundings Text Texts Told Typed Value Values Voice Waiting Wanted Way Where
   Whole Whose Why Work Written`.split(/\s+/),
)

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
