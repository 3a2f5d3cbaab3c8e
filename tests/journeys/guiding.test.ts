import { expect, test } from 'vitest'
import { phone } from '../support/browser/chromium.ts'
import { expectAccessible, expectNoOverflow, openPage } from '../support/browser/journey.ts'
import { testSite } from '../support/site.ts'

test('on a phone: a guide claims a reflection and answers it with a saved reply', async () => {
  await using site = await testSite({ now: '2026-03-20T07:00:00Z' })
  const { cohort, guide, learner, peer } = site.cast()
  site.reflection(peer, cohort, { title: 'Kenji begins' })
  site.reflection(learner, cohort, { title: 'Amara begins' })
  site.services.savedReplies.add(guide.id, { title: 'Welcome', body: 'Welcome, {name}! What next?' })
  const page = await openPage(site, phone, guide)

  await page.goto(cohort.at(''))
  await page.getByRole('link', { name: 'Waiting for an answer' }).tap()
  await page.getByRole('heading', { name: 'Waiting for an answer' }).waitFor()
  expect(await page.locator('.entries .entry').count()).toBe(2)
  await expectAccessible(page)
  await expectNoOverflow(page)

  await page.getByRole('button', { name: 'I take this one Amara begins' }).tap()
  await page.waitForURL(/\/reflections\/\d+/)
  await page.getByText('It is yours for two days.').waitFor()
  await page.getByText('Begin with a saved answer').tap()
  await page.getByRole('link', { name: 'Welcome', exact: true }).tap()
  await page.waitForURL(/saved=\d+/)
  const field = page.locator('#body')
  expect(await field.inputValue()).toBe('Welcome, Amara! What next?')
  await expectAccessible(page)
  await expectNoOverflow(page)
  await page.getByRole('button', { name: 'Send answer' }).tap()
  await page.locator('.prose', { hasText: 'Welcome, Amara! What next?' }).waitFor()

  await page.getByRole('link', { name: 'Waiting for an answer' }).tap()
  await page.getByRole('heading', { name: 'Waiting for an answer' }).waitFor()
  expect(await page.locator('.entries .entry h3').allInnerTexts()).toEqual(['Kenji begins'])
  expect(page.accidents).toEqual([])
  await page.context().close()
})

test('a learner reports a text, a guide hides it with a note, its author reads the note', async () => {
  await using site = await testSite({ now: '2026-03-20T07:00:00Z' })
  const { cohort, guide, learner, peer } = site.cast()
  const id = site.reflection(learner, cohort, { title: 'A story from the desk' })
  const reporting = await openPage(site, phone, peer)
  await reporting.goto(`/reflections/${id}`)
  await reporting.getByText('Report this').tap()
  await reporting.getByLabel('What should they know?').fill('A reader is named in it.')
  await reporting.getByRole('button', { name: 'Ask them' }).tap()
  await reporting.getByText('Somebody will look at it.').waitFor()
  await expectAccessible(reporting)

  const looking = await openPage(site, phone, guide)
  await looking.goto('/notices')
  await looking.getByRole('link', { name: 'Somebody asks you to look at a post' }).tap()
  await looking.getByText('A reader is named in it.').waitFor()
  await expectAccessible(looking)
  await expectNoOverflow(looking)
  await looking.getByRole('link', { name: 'Hide this' }).tap()
  await looking.getByLabel('A few words to Amara').fill('Could you leave the name out?')
  await looking.getByRole('button', { name: 'Hide it' }).tap()
  await looking.getByText('Nothing to look at').waitFor()

  const reading = await openPage(site, phone, learner)
  await reading.goto('/notices')
  await reading.getByRole('link', { name: 'is hidden for now' }).tap()
  await reading.getByText('Could you leave the name out?').waitFor()
  await expectAccessible(reading)
  await expectNoOverflow(reading)
  for (const page of [reporting, looking, reading]) {
    expect(page.accidents).toEqual([])
    await page.context().close()
  }
})
