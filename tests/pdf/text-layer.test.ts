import fc from 'fast-check'
import { getDocumentProxy } from 'unpdf'
import { expect, test } from 'vitest'
import { createPdfPage } from '../../server/pdf/page.ts'

/** What a reader copies from a page with these lines on it, line by line. */
async function copied(lines: readonly string[]): Promise<string[]> {
  const page = createPdfPage({ title: 'Names', language: 'en', paper: 'a4', landscape: false })
  for (const [index, line] of lines.entries())
    page.text('P', line, { x: 40, y: 40 + index * 40, width: 500, size: 20, lines: 1 })
  const document = await getDocumentProxy(new Uint8Array(await page.end()))
  const { items } = await (await document.getPage(1)).getTextContent()
  const found = new Map<number, string>()
  for (const item of items) {
    if (!('str' in item) || item.str === '') continue
    const height = Math.round(item.transform[5])
    found.set(height, (found.get(height) ?? '') + item.str)
  }
  return [...found].sort(([a], [b]) => b - a).map(([, text]) => text.normalize('NFC'))
}

test('a base letter that was first met in an accented one can be copied, in the next document too', async () => {
  const names = ['Ève Ñandú', 'Eva Novak', 'Ádám Ďurič', 'Adam Dahl', 'Åse Ødegård', 'Øyvind Aas']
  for (const name of names) expect(await copied([name])).toEqual([name])
})

test('letters that share a shape or take several can be copied side by side', async () => {
  const lines = ['ثابت تين بنت يبن', 'پیمان گلچین', 'ک ك ی ي ى', 'لا لأ لإ الله', 'ĐÐđð ΑAА AΑ', 'שלום כהן']
  expect(await copied(lines)).toEqual(lines)
})

/** Script of a script, but for those that the reader itself replaces by others (µ becomes μ). */
const letters = (pattern: RegExp, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index)).filter(
    (each) => pattern.test(each) && each.normalize('NFKC') === each.normalize('NFC'),
  )

const ALPHABETS = {
  Latin: letters(/\p{L}/u, 0x41, 0x24f),
  Greek: letters(/\p{sc=Greek}(?<=\p{L})/u, 0x386, 0x3ce),
  Cyrillic: letters(/\p{L}/u, 0x400, 0x4ff),
  Hebrew: letters(/\p{L}/u, 0x5d0, 0x5ea),
  Arabic: letters(/\p{Lo}/u, 0x620, 0x64a).concat([...'پچژگکیۀےۓ']),
}

const WORDS = { minLength: 1, maxLength: 3 }
const name = fc
  .constantFrom(...Object.values(ALPHABETS))
  .chain((alphabet) => fc.array(fc.string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength: 6 }), WORDS))
  .map((words) => words.join(' ').normalize('NFC'))

test('any names in any script, in any order, are copied as they were drawn', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(name, { minLength: 1, maxLength: 5 }), async (lines) => {
      expect(await copied(lines)).toEqual(lines)
    }),
    { numRuns: 30 },
  )
})
