import { expect, test } from 'vitest'
import { phone } from '../support/browser/chromium.ts'
import { expectAccessible, openPage } from '../support/browser/journey.ts'
import { testSite } from '../support/site.ts'

test('the bell counts a comment, leads to it and is cleared', async () => {
  await using site = await testSite()
  const { learner, peer, cohort } = site.cast()
  const reflection = site.reflection(learner, cohort, { title: 'Maps at the desk' })
  await learner.read('/badges/first-reflection')
  await peer.post(`/reflections/${reflection}/comments`, { body: 'Try it on the bus.' })
  const page = await openPage(site, phone, learner)
  await page.goto(cohort.at(''))
  const bell = page.getByRole('link', { name: /^What is new/ })
  expect(await bell.getAttribute('aria-label')).toBe('What is new: 1 notice')
  await bell.click()
  await page.getByRole('heading', { name: 'What is new' }).waitFor()
  await expectAccessible(page)
  await page.getByRole('link', { name: /Kenji Watanabe answered/ }).click()
  await page.getByText('Try it on the bus.').waitFor()
  expect(new URL(page.url()).hash).toBe('#comment-1')
  expect(await bell.getAttribute('aria-label')).toBe('What is new')
  expect(page.accidents).toEqual([])
})

test('a link from an older email finds its comment in a long discussion', async () => {
  await using site = await testSite()
  const { learner, peer, cohort } = site.cast()
  const reflection = site.reflection(learner, cohort)
  for (let number = 1; number <= 60; number++) site.services.comments.write(reflection, peer.id, `Comment ${number}.`)
  const page = await openPage(site, phone, learner)
  await page.goto(`/reflections/${reflection}#comment-3`)
  await page.getByText('Comment 3.').waitFor()
  expect(page.url()).toContain(`/reflections/${reflection}?comment=3#comment-3`)
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Show later comments' }).click()
  await page.getByText('Comment 60.').waitFor()
  expect(page.accidents).toEqual([])
})
