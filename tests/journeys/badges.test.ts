import { buffer } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { desktop, phone } from '../support/browser/chromium.ts'
import { expectAccessible, expectNoOverflow, openPage } from '../support/browser/journey.ts'
import { testSite } from '../support/site.ts'

test.each([
  ['phone', phone],
  ['desktop', desktop],
])('on a %s: a learner earns, shares and downloads a badge, and a guest verifies it', async (_, size) => {
  await using site = await testSite({ now: '2026-03-04T09:00:00Z' })
  const { learner, cohort } = site.cast()
  const page = await openPage(site, size, learner)
  await page.goto(cohort.at('/things/1/reflection'))
  await page.getByLabel('Title').fill('My first words')
  await page.locator('textarea[name=body]').fill('I tried it at the desk, and it worked.')
  await page.getByRole('button', { name: 'Publish' }).click()
  await page.getByRole('heading', { name: 'First reflection' }).waitFor()

  await page.goto(cohort.at('/badges'))
  await page.getByRole('link', { name: 'First reflection' }).click()
  await page.getByRole('link', { name: /Show it/ }).click()
  await page.getByRole('heading', { name: 'First reflection', level: 1 }).waitFor()
  await expectAccessible(page)
  await expectNoOverflow(page)
  await page.getByLabel('Anyone with the link').check()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Anyone with the link can now see this badge.').waitFor()
  const link = await page.getByLabel('Link', { exact: true }).inputValue()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Picture (PNG)' }).click(),
  ])
  const bytes = await buffer(await download.createReadStream())
  const file = { name: download.suggestedFilename(), mimeType: 'image/png', buffer: bytes }

  const guest = await openPage(site, size)
  await guest.goto(new URL(link).pathname)
  await guest.getByText('Amara Okonkwo').waitFor()
  await guest.getByRole('link', { name: 'Verify this badge' }).click()
  await guest.getByRole('heading', { name: 'Valid', exact: true }).waitFor()
  await expectAccessible(guest)
  await expectNoOverflow(guest)
  await guest.getByLabel('File').setInputFiles(file)
  await guest.getByLabel('Link').fill('')
  await guest.getByRole('button', { name: 'Verify' }).click()
  await guest.getByRole('heading', { name: 'Valid', exact: true }).waitFor()
  expect(await guest.getByText('it has not been revoked', { exact: false }).last().isVisible()).toBe(true)
  expect([...page.accidents, ...guest.accidents]).toEqual([])
})
