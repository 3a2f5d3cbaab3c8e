import { expect, test } from 'vitest'
import { phone } from '../support/browser/chromium.ts'
import { openPage } from '../support/browser/journey.ts'
import { testSite } from '../support/site.ts'

test('the last step completes a thing, and the editor counts down missing words', async () => {
  await using site = await testSite()
  const { author, cohort, learner } = site.cast()
  const { courseAuthoring } = site.services
  courseAuthoring.setCompletion(site.course(), { by: 'steps', skip: true, min_words: 0 }, author.id)
  const page = await openPage(site, phone, learner)
  await page.goto(cohort.at('/things/1'))
  await page.getByRole('button', { name: 'Try it' }).click()
  await page.getByRole('button', { name: 'Look twice' }).click()
  await page.getByText('That was the last step').waitFor()
  courseAuthoring.setCompletion(site.course(), { by: 'reflection', skip: true, min_words: 5 }, author.id)
  await page.goto(cohort.at('/things/2/reflection'))
  await page.getByLabel('Your reflection').fill('one two')
  await page.getByText('3 more words, and the thing counts').waitFor()
  await page.getByLabel('Your reflection').fill('one two three four five')
  await page.getByText('Long enough for the thing').waitFor()
  expect(page.accidents).toEqual([])
})
