import { describe, expect, test } from 'vitest'
import { sizes } from '../support/browser/chromium.ts'
import { expectNoOverflow, openPage } from '../support/browser/journey.ts'
import { PASSWORD, testSite } from '../support/site.ts'

describe.each(sizes)('on $size', ({ options }) => {
  test("an organiser's first week: invitations, a guide, the grid, dates and the poster", async () => {
    using site = await testSite()
    const { cohort, organiser, learner, peer } = site.cast()
    site.reflection(learner, cohort, { number: 1 })
    const at = `/admin/cohorts/${cohort.slug}`
    const page = await openPage(site, options, organiser)

    await page.goto(`${at}/invitations`)
    await page.fill(
      '[name=addresses]',
      'Leilani Kahale <leilani@library.example>; tunde@library.example\nnobody-at-all',
    )
    await page.click('button.main')
    await page.getByText('nobody-at-all').first().waitFor()
    const links = await page
      .locator('#links ~ ul input, .entries input')
      .evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value))
    expect(links).toHaveLength(2)
    expect(await page.inputValue('[name=addresses]')).toContain('nobody-at-all')
    await expectNoOverflow(page)

    const invited = await openPage(site, options)
    await invited.goto(new URL(links[0] ?? '').pathname)
    await invited.fill('[name=password]', PASSWORD)
    const name = invited.locator('[name=name]')
    if ((await name.count()) > 0) await name.fill('Leilani Kahale')
    await invited.click('button.main')
    await invited.waitForURL(`**/cohorts/${cohort.slug}`)

    await page.goto(`${at}/people`)
    await page.getByText('Leilani Kahale').first().waitFor()
    const row = page.locator('tr', { hasText: peer.name })
    await row.locator('select').selectOption('guide')
    await row.locator('form.joined button').click()
    await page.waitForSelector('.flash')
    expect(site.services.enrolments.find(peer.id, cohort.slug)?.role).toBe('guide')

    await page.goto(`${at}/grid?sort=seen`)
    expect(await page.locator('tr', { hasText: learner.name }).locator('[data-state=done]').count()).toBe(1)
    await expectNoOverflow(page)

    await page.goto(`${at}/calendar`)
    await page.locator('details', { hasText: 'The 3. thing' }).locator('summary').click()
    const entry = page.locator('details[open]', { hasText: 'The 3. thing' })
    await entry.locator('[name=opens_on]').fill('2026-02-01')
    await entry.locator('button', { hasText: /./ }).first().click()
    await page.waitForSelector('.problem, [role=alert]')
    const again = page.locator('details[open]', { hasText: 'The 3. thing' })
    await again.locator('[name=opens_on]').fill('2026-03-16')
    await again.getByRole('radio', { name: 'Follows' }).check()
    await again.locator('button').first().click()
    await page.waitForSelector('.flash[role=status]')
    const third = site.services.calendar.entries(cohort.id).find(({ number }) => number === 3)
    expect(third?.opens_on).toBe('2026-03-16')

    await page.selectOption('[name=after]', { index: 1 })
    const before = site.services.calendar.entries(cohort.id).length
    await page.getByRole('button', { name: 'Add the week' }).click()
    await page.waitForSelector('.flash[role=status]')
    expect(site.services.calendar.entries(cohort.id).length).toBe(before + 1)
    await expectNoOverflow(page)

    await page.goto(`${at}/poster`)
    expect(await page.locator('svg[role=img]').count()).toBe(1)
    expect([...page.accidents, ...invited.accidents]).toEqual([])
  })
})
