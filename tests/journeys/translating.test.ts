import { expect, test } from 'vitest'
import { phone } from '../support/browser/chromium.ts'
import { openPage } from '../support/browser/journey.ts'
import { testSite } from '../support/site.ts'

test('an author translates a thing, and a learner reads it in that language', async () => {
  using site = await testSite()
  const { author, cohort, learner } = site.cast()
  const page = await openPage(site, phone, author)
  await page.goto('/admin/courses/course-23/languages')
  await page.getByLabel('Language', { exact: true }).selectOption({ label: 'Dansk' })
  await page.getByRole('button', { name: 'Begin' }).click()
  await page.getByRole('textbox', { name: 'Title', exact: true }).fill('23 mobile ting')
  await page.getByRole('textbox', { name: 'Summary', exact: true }).fill('Små ting at gøre.')
  for (const set of ['Safe start', 'Finder', 'Reader and player', 'Maker', 'Team', 'Giver']) {
    await page.getByRole('textbox', { name: set, exact: true }).fill(`${set} på dansk`)
  }
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('link', { name: /Not yet.*The 1\. thing, Dansk/ }).click()
  await page.getByRole('textbox', { name: 'Title in Dansk', exact: true }).fill('Den første ting')
  await page.getByRole('textbox', { name: 'Short title in Dansk', exact: true }).fill('Ting 1')
  await page.getByRole('textbox', { name: 'Summary in Dansk', exact: true }).fill('Hvad man gør.')
  await page.getByRole('textbox', { name: 'Text in Dansk', exact: true }).fill('Hvorfor **ting 1** betyder noget.')
  await page.locator('[data-preview-html] strong').getByText('ting 1').waitFor()
  expect(await page.locator('[data-preview-row]').isHidden()).toBe(true)
  await page.getByRole('textbox', { name: 'Step 1', exact: true }).fill('Prøv det')
  await page.getByRole('textbox', { name: 'Step 2', exact: true }).fill('Se to gange')
  await page.getByRole('textbox', { name: 'How, of step 2', exact: true }).fill('Fra den anden side.')
  await page.getByRole('textbox', { name: 'Step 3', exact: true }).fill('Fortæl det')
  await page.getByRole('textbox', { name: 'Without an account in Dansk', exact: true }).fill('I en browser.')
  await page.getByRole('textbox', { name: 'Questions in Dansk', exact: true }).fill('Hvad overraskede dig?')
  await page.getByRole('button', { name: 'Save' }).last().click()
  await page.getByText('Saved: The 1. thing in Dansk.').waitFor()
  await page.context().close()

  const reading = await openPage(site, phone, learner)
  await reading.goto('/me')
  await reading.getByLabel('Language of courses').selectOption({ label: 'Dansk' })
  await reading.locator('form[action="/me"] button').first().click()
  await reading.waitForLoadState()
  await reading.goto(cohort.at('/things/1'))
  await reading.getByRole('heading', { level: 1 }).getByText('Den første ting').waitFor()
  expect(await reading.getByText('Den første ting').first().getAttribute('lang')).toBe('da')
  await reading.goto(cohort.at('/things/2'))
  await reading.getByText('Not yet in Dansk').waitFor()
  await reading.context().close()
})
