import { describe, expect, test } from 'vitest'
import { startUp } from '../../server/site/start-up.ts'
import { desktop, phone, sizes } from '../support/browser/chromium.ts'
import { expectNoOverflow, openPage } from '../support/browser/journey.ts'
import { PASSWORD, testSite } from '../support/site.ts'

describe.each(sizes)('on $size', ({ options }) => {
  test("from the setup link to a colleague's badge and an answer", async () => {
    using site = await testSite({ now: '2026-11-23T09:00:00Z' })
    const link = startUp(site.services).find((line) => line.includes('/setup?token=')) ?? ''
    const admin = await openPage(site, options)
    await admin.goto(new URL(link).pathname + new URL(link).search)

    await admin.fill('[name=name]', 'Ingrid Solberg')
    await admin.fill('[name=email]', 'ingrid@harbour.example')
    await admin.fill('[name=password]', 'maps')
    await admin.click('button.main')
    await admin.waitForSelector('#password-problem')
    expect(await admin.inputValue('[name=name]')).toBe('Ingrid Solberg')
    await admin.fill('[name=password]', PASSWORD)
    await admin.click('button.main')

    await admin.waitForURL('**/admin/cohorts/new')
    await admin.fill('[name=title]', 'Winter at the harbour')
    await admin.fill('[name=starts_on]', '2026-11-23')
    await admin.selectOption('[name=time_zone]', 'Europe/Oslo')
    await admin.click('button.main')
    await admin.waitForURL('**/admin/cohorts/winter-at-the-harbour')
    const joinLink = await admin.inputValue('.share input')
    expect(await admin.locator('.qr svg').count()).toBe(1)
    await expectNoOverflow(admin)

    const learner = await openPage(site, options)
    await learner.goto(new URL(joinLink).pathname + new URL(joinLink).search)
    await learner.fill('[name=name]', 'Amara Okonkwo')
    await learner.fill('[name=email]', 'amara@harbour.example')
    await learner.fill('[name=password]', PASSWORD)
    await learner.fill('[name=workplace]', 'East Quay')
    await learner.click('button.main')
    await learner.waitForURL('**/cohorts/winter-at-the-harbour')
    await expectNoOverflow(learner)

    await learner.click('.next a.main')
    await learner.waitForURL('**/things/1')
    const step = learner.locator('.steps button').first()
    await step.click()
    await learner.waitForSelector('.steps button[aria-pressed=true]')
    await learner.locator('a.main[href*="reflection"]').click()
    await learner.waitForURL('**/things/1/reflection*')

    await learner.fill('[name=title]', 'A place of my own')
    await learner.fill('[name=body]', 'I chose the cohort. Three sentences are enough.')
    await learner.locator('[data-state=saved]', { hasText: /Saved \d/ }).waitFor()
    await learner.reload()
    expect(await learner.inputValue('[name=body]')).toContain('Three sentences')
    await learner.click('button[value=publish]')
    await learner.waitForURL('**/reflections/*')
    expect(await learner.locator('.moment').first().textContent()).toContain('First reflection')
    await learner.reload()
    expect(await learner.locator('.moment').count()).toBe(0)

    await admin.goto(new URL(learner.url()).pathname)
    await admin.fill('#answer [name=body]', 'Welcome, Amara.')
    await admin.click('#answer button.main')
    await admin.waitForSelector('[data-mine]')
    expect(await admin.locator('.moment').textContent()).toContain('First answer')

    await learner.goto('/home')
    await learner.getByText('Ingrid Solberg').first().waitFor()
    await learner.goto('/cohorts/winter-at-the-harbour/badges')
    // two awards: the learner's first reflection, and the first about this thing
    expect(await learner.locator('.badge[data-state=earned]').count()).toBe(2)
    await expectNoOverflow(learner)
    expect([...admin.accidents, ...learner.accidents]).toEqual([])
  })

  test('a draft conflict between two windows shows and keeps both texts', async () => {
    using site = await testSite()
    const { cohort, learner } = site.cast()
    const phoneWindow = await openPage(site, options, learner)
    const deskWindow = await openPage(site, options, learner)
    await phoneWindow.goto(cohort.at('/things/1/reflection'))
    await deskWindow.goto(cohort.at('/things/1/reflection'))
    await phoneWindow.fill('[name=body]', 'Written on the bus.')
    await phoneWindow.locator('[data-state=saved]', { hasText: /Saved \d/ }).waitFor()
    await deskWindow.fill('[name=body]', 'Written at the desk.')
    await deskWindow.getByText('changed elsewhere').first().waitFor()
    await deskWindow.click('button[value=draft]')
    await deskWindow.waitForSelector('.clash')
    expect(await deskWindow.locator('.clash-text').textContent()).toContain('Written on the bus.')
    expect(await deskWindow.inputValue('[name=body]')).toBe('Written at the desk.')
    await expectNoOverflow(deskWindow)
    await deskWindow.fill('[name=body]', 'Written on the bus. Written at the desk.')
    await deskWindow.click('button[value=publish]')
    await deskWindow.waitForURL('**/reflections/*')
    expect(await deskWindow.locator('.prose').first().textContent()).toContain(
      'Written on the bus. Written at the desk.',
    )
  })
})

test('without JavaScript: join, tick, write, publish, answer', async () => {
  using site = await testSite()
  const { cohort, peer } = site.cast()
  const page = await openPage(site, { ...phone, javaScriptEnabled: false })
  const code = site.services.cohorts.findJoinable(cohort.slug)?.join_code
  await page.goto(`/join/${cohort.slug}?code=${code}`)
  await page.fill('[name=name]', 'Zanele Mthembu')
  await page.fill('[name=email]', 'zanele@library.example')
  await page.fill('[name=password]', PASSWORD)
  await page.click('button.main')
  await page.goto(cohort.at('/things/1'))
  await page.locator('.steps button').first().click()
  expect(await page.locator('.steps button[aria-pressed=true]').count()).toBe(1)
  await page.goto(cohort.at('/things/1/reflection'))
  await page.fill('[name=body]', 'No scripts were needed.')
  await page.click('button[value=draft]')
  await page.waitForSelector('.flash')
  await page.click('button[value=publish]')
  await page.waitForURL('**/reflections/*')
  const answer = await openPage(site, { ...phone, javaScriptEnabled: false }, peer)
  await answer.goto(new URL(page.url()).pathname)
  await answer.click('.cheer')
  await answer.waitForSelector('.cheer[aria-pressed=true]')
  await answer.fill('#answer [name=body]', 'So it is.')
  await answer.click('#answer button')
  expect(await answer.locator('.talk').textContent()).toContain('So it is.')
})

test('with motion, by keyboard alone: from the map to a published reflection', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  const page = await openPage(site, { ...desktop, reducedMotion: 'no-preference' }, learner)
  await page.goto(cohort.at(''))
  await tabTo(page, '.next a.main')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/things/1')
  await tabTo(page, '.steps button')
  await page.keyboard.press('Space')
  await page.waitForSelector('.steps button[aria-pressed=true]')
  await tabTo(page, 'a.main[href*="reflection"]')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/things/1/reflection*')
  await tabTo(page, '[name=body]')
  await page.keyboard.type('By keys alone')
  await page.keyboard.press('Control+A')
  await tabTo(page, '[data-mark=bold]')
  await page.keyboard.press('Enter')
  expect(await page.inputValue('[name=body]')).toBe('**By keys alone**')
  await tabTo(page, '[name=audience]')
  await page.keyboard.press('ArrowUp')
  expect(await page.isChecked('[name=audience][value=guides]')).toBe(true)
  await tabTo(page, 'button[value=publish]')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/reflections/*')
  expect(await page.locator('.prose strong').textContent()).toBe('By keys alone')
  expect(page.accidents).toEqual([])
})

/** Presses Tab until what fits the selector has the focus; a place that cannot be reached fails. */
async function tabTo(page: Awaited<ReturnType<typeof openPage>>, selector: string): Promise<void> {
  for (let presses = 0; presses < 120; presses++) {
    await page.keyboard.press('Tab')
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return
  }
  throw new Error(`Tab does not reach ${selector}`)
}
