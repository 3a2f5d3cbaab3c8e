import { expect, test } from 'vitest'
import { phone } from '../support/browser/chromium.ts'
import { examinePages, expectFineOnPhone, IN_EVERY_SIZE } from '../support/browser/examine-pages.ts'
import { openPage } from '../support/browser/journey.ts'
import { EVERY_READER, ORGANISING } from '../support/routes/visit-every-route.ts'

const shared = examinePages(EVERY_READER.filter((reader) => !ORGANISING.includes(reader)))

test('the pages checked in every size exist', () => {
  expect([...IN_EVERY_SIZE].filter((known) => !shared.visits.some(({ route }) => route === known))).toEqual([])
})

test.each([
  ['a picture without a text', '<img src="/favicon.svg">', [expect.stringContaining('image-alt')]],
  ['what is wider than the page', `<pre>${'wide'.repeat(200)}</pre>`, [expect.any(String), expect.any(Number)]],
  ['a small target', '<a class="chip" href="/">a</a>', [expect.any(String), [expect.stringContaining('class="chip"')]]],
])('%s is found', async (_what, part, actual) => {
  const page = await openPage(shared.filled.site, phone)
  await page.goto('/')
  await expectFineOnPhone(page)
  await page.evaluate((html) => document.body.insertAdjacentHTML('beforeend', html), part)
  await expect(expectFineOnPhone(page)).rejects.toMatchObject({ actual })
  await page.context().close()
})
