import { expect, test } from 'vitest'
import { phone } from '../support/browser/chromium.ts'
import { expectAccessible, expectNoOverflow, openPage } from '../support/browser/journey.ts'
import { PASSWORD, testSite } from '../support/site.ts'

const options = phone

test('on a phone: an admin finds a person, views as them, deactivates them and sees it in the log', async () => {
  await using site = await testSite()
  const { admin, cohort, learner } = site.cast()
  site.reflection(learner, cohort, { title: 'For nobody', audience: 'me' })
  const page = await openPage(site, options, admin)

  await page.goto('/admin/people')
  await page.fill('#q', 'amara')
  await page.selectOption('#state', 'active')
  await page.locator('form.filters button').click()
  await page.locator('table.list a', { hasText: learner.name }).click()
  await page.waitForURL(`**/admin/people/${learner.handle}`)
  await expectNoOverflow(page)
  await expectAccessible(page)

  await page.getByRole('button', { name: `View as ${learner.name}` }).click()
  await page.waitForURL(`**/cohorts/${cohort.slug}`)
  const bar = page.locator('[data-kind=watch]')
  expect(await bar.innerText()).toContain(learner.name)
  await expectNoOverflow(page)
  await expectAccessible(page)
  await page.goto(cohort.at('/reflections?mine=1'))
  expect(await page.getByText('For nobody').count()).toBe(0)
  await page.goto('/me')
  expect(await page.locator('h1').innerText()).toBe('This page is theirs alone')
  await bar.getByRole('button').click()
  await page.waitForURL(`**/admin/people/${learner.handle}`)
  expect(await bar.count()).toBe(0)

  await page.getByRole('button', { name: 'Deactivate' }).click()
  await page.getByRole('button', { name: 'Activate' }).waitFor()
  const theirs = await openPage(site, options)
  await theirs.goto('/login')
  await theirs.fill('[name=email]', learner.email)
  await theirs.fill('[name=password]', PASSWORD)
  await theirs.click('button.main')
  await theirs.getByText('do not belong together').waitFor()

  await page.goto(`/admin/log?person=${learner.handle}`)
  const acts = await page.locator('.entries li').allInnerTexts()
  expect(acts.map((act) => /deactivated|stopped|began/.exec(act)?.[0])).toEqual(['deactivated', 'stopped', 'began'])
  await expectNoOverflow(page)
  await expectAccessible(page)
})
