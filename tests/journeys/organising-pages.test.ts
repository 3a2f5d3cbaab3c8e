import { expect, test } from 'vitest'
import { desktop, phone } from '../support/browser/chromium.ts'
import { examinePages, expectFine } from '../support/browser/examine-pages.ts'
import { openPage } from '../support/browser/journey.ts'
import { LONG } from '../support/fixtures/filled-site.ts'
import { ORGANISING } from '../support/routes/visit-every-route.ts'

// beside pages.test.ts, which examines the pages of all others: together they take longer than any other file
const shared = examinePages(ORGANISING)

test('new invitation links and the entries to correct fit on a phone and a desktop', async () => {
  const { site, cast } = shared.filled
  const names = `${LONG} <a@library.example>, ${'b'.repeat(60)}@library.example, ${'x'.repeat(90)}.library.example`
  for (const size of [phone, desktop]) {
    const page = await openPage(site, { ...size, colorScheme: 'light' }, cast.organiser)
    await page.goto(`/admin/cohorts/${cast.cohort.slug}/invitations`)
    await page.getByLabel('Addresses').fill(names)
    await page.getByRole('button', { name: 'Make the links' }).click()
    await page.getByRole('heading', { name: '2 invitations' }).waitFor()
    await expectFine(page)
    expect(page.accidents).toEqual([])
    await page.context().close()
  }
})
