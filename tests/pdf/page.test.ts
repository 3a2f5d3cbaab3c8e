import fc from 'fast-check'
import { getDocumentProxy } from 'unpdf'
import { expect, test } from 'vitest'
import { createPdfPage } from '../../server/pdf/page.ts'
import { canTypeset, cleanLine, textRuns } from '../../server/pdf/text-runs.ts'

/** What a reader finds in a page. */
async function read(file: Buffer) {
  const document = await getDocumentProxy(new Uint8Array(file))
  const page = await document.getPage(1)
  const { info } = await document.getMetadata()
  const { items } = await page.getTextContent()
  return {
    pages: document.numPages,
    title: Object(info)['Title'],
    language: Object(info)['Language'],
    marked: await document.getMarkInfo(),
    tree: JSON.stringify(await page.getStructTree()),
    items: items.flatMap((item) => ('str' in item && item.str.trim() !== '' ? [item] : [])),
    size: page.view,
  }
}

const paper = { title: 'Certificate of Ελένη', language: 'en', paper: 'a4', landscape: false } as const

async function pageOf(words: string, setting: { lines?: number; width?: number } = {}) {
  const page = createPdfPage(paper)
  page.text('H1', words, { x: 40, y: 40, width: 500, size: 30, ...setting })
  return read(await page.end())
}

test('a page says its title, its language, and what is a heading', async () => {
  const page = createPdfPage(paper)
  page.adorn((doc) => doc.rect(10, 10, 100, 100).stroke())
  page.text('H1', 'Ελένη Παππά', { x: 40, y: 40, width: 500, size: 30, weight: 'bold', align: 'middle' })
  page.text('P', 'Has done it.', { x: 40, y: 140, width: 500, size: 12 })
  page.figure('A code that leads to the check', (doc) => doc.rect(0, 0, 9, 9).fill())
  const { title, language, marked, tree, pages } = await read(await page.end())
  expect({ title, language, pages }).toEqual({ title: 'Certificate of Ελένη', language: 'en', pages: 1 })
  expect(marked).toMatchObject({ Marked: true })
  expect(tree).toContain('"role":"H1"')
  expect(tree).toContain('"role":"P"')
  expect(tree).toContain('A code that leads to the check')
})

test.each([
  ['Latin', 'Łucja Wiśniewska-Ørsted'],
  ['Greek', 'Ελένη Παππά'],
  ['Cyrillic', 'Їжак Щербина'],
])('%s letters are there as they were written', async (_, name) => {
  const { items } = await pageOf(name)
  expect(items.map(({ str }) => str).join('')).toBe(name)
})

test('Hebrew and Arabic begin at the right', async () => {
  for (const name of ['שלום כהן', 'محمد عبد الله']) {
    expect(canTypeset(name)).toBe(true)
    const { items } = await pageOf(name)
    expect(items.length).toBeGreaterThan(0)
    expect(items.every(({ dir }) => dir === 'rtl')).toBe(true)
  }
})

test('mixed lines are in the order of UAX 9', () => {
  expect(textRuns('abc').map(({ text }) => text)).toEqual(['abc'])
  // the Latin name stands at the left of the Hebrew one that comes before it
  expect(textRuns('כהן Ada').map(({ script }) => script)).toEqual(['latin', 'hebrew'])
  expect(textRuns('Ada כהן').map(({ script }) => script)).toEqual(['latin', 'hebrew'])
  expect(
    textRuns('כהן (2)')
      .map(({ text }) => text)
      .join('|'),
  ).toContain('2')
  // a bracket that opens at the right is drawn as the one that closes at the left
  expect(textRuns('(כהן)').map(({ text }) => text)).toEqual(['כהן(', ')'])
})

test('signs that turn the direction, and controls, are left out', () => {
  expect(cleanLine('A\u202Eda\u0000 \n Berg\u2069')).toBe('A da Berg')
})

test('other scripts cannot be set, which is known before', () => {
  for (const name of ['สมชาย', '山田太郎', '👩‍🎓']) expect(canTypeset(name)).toBe(false)
})

test('a name of 300 letters becomes smaller and stays on the page', async () => {
  for (const name of ['x'.repeat(300), 'Anna '.repeat(60), 'ש'.repeat(300)]) {
    const { items, size, pages } = await pageOf(name, { lines: 2, width: 500 })
    const [, , width = 0] = size
    expect(pages).toBe(1)
    for (const { transform, width: wide } of items) {
      expect(transform[4]).toBeGreaterThanOrEqual(39)
      expect(transform[4] + wide).toBeLessThanOrEqual(width)
    }
  }
})

test('no text whatever breaks it, and every sign of a line that can be set is in its runs', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
      const said = cleanLine(text)
      expect(cleanLine(said)).toBe(said)
      expect(typeof canTypeset(text)).toBe('boolean')
      expect(textRuns(said).reduce((sum, run) => sum + run.text.length, 0)).toBe(said.length)
    }),
  )
})
