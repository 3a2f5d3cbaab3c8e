import { describe, expect, test } from 'vitest'
import { phone, sizes } from '../support/browser/chromium.ts'
import { expectNoOverflow, openPage } from '../support/browser/journey.ts'
import { testSite } from '../support/site.ts'

const at = '/admin/courses/course-23/things/thing-1'
describe.each(sizes)('on $size', ({ options }) => {
  test('an author changes text, icon and steps, previews and publishes them', async () => {
    using site = await testSite()
    const { author, guest } = site.cast()
    const page = await openPage(site, options, author)
    await page.goto('/me')
    await page.click('a[href="/admin/courses"]')
    await page.click('a[href="/admin/courses/course-23"]')
    await page.click(`a[href="${at}"]`)

    await page.fill('#body', 'Words with **weight**.')
    await page.waitForSelector('[data-preview-html] strong')
    expect(await page.textContent('[data-words]')).toBe('3 words')
    await page.locator('#body').selectText()
    await page.click('[data-mark=quote]')
    expect(await page.inputValue('#body')).toBe('> Words with **weight**.')

    await page.click('[data-icons-all] summary')
    await page.waitForSelector('[data-icons-here] label')
    await page.fill('[data-icons-find]', 'map pinned')
    await page.press('[data-icons-find]', 'Enter')
    expect(await page.locator('[data-icons-here] label:visible').count()).toBe(1)
    await page.locator('[data-icons-here] label:visible').click()
    expect(await page.inputValue('#icon')).toBe('map-pinned')

    await page.click('button[value=add-more]')
    await page.waitForURL(`**${at}#step-4`)
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('step_4_title')
    await page.keyboard.type('Ask a colleague')
    await page.click('button[value=up-4]')
    await page.waitForURL(`**${at}#step-3`)
    expect(await page.inputValue('#step_3_title')).toBe('Ask a colleague')
    await expectNoOverflow(page)

    await page.click('.act button')
    await page.waitForSelector('.flash[role=status]')
    const read = await guest.read('/courses/course-23/things/1')
    expect(read).toContain('<blockquote ')
    expect(read.indexOf('Ask a colleague')).toBeLessThan(read.indexOf('Tell somebody'))
    expect(site.services.courses.bySlug('course-23')?.things[0]?.icon).toBe('map-pinned')
    expect(page.accidents).toEqual([])
  })

  test('an organiser moves a thing and adds a catch-up week', async () => {
    using site = await testSite()
    const { cohort, organiser } = site.cast()
    const page = await openPage(site, options, organiser)
    await page.goto(`/admin/cohorts/${cohort.slug}/calendar`)
    const entry = page.locator('details', { hasText: '5. The 5. thing' })
    await entry.locator('summary').click()
    await entry.locator('input[type=date]').fill('2026-03-08')
    await entry.getByRole('button', { name: 'Move it' }).click()
    await page.waitForSelector('[data-kind=problem]')
    expect(await entry.locator('.problem').textContent()).toContain('Thing 4 comes before it, on Monday 9 March')
    await expectNoOverflow(page)
    await entry.locator('input[type=date]').fill('2026-03-23')
    await entry.getByRole('button', { name: 'Move it' }).click()
    await page.waitForSelector('.flash[role=status]')
    expect(await page.textContent('.flash')).toContain('Thing 5 and 21 more come a week later.')
    await page.selectOption('#after', { label: '6. The 6. thing' })
    await page.getByRole('button', { name: 'Add the week' }).click()
    await page.waitForSelector('.flash >> text=A catch-up week begins on Monday 30 March.')
    expect(page.accidents).toEqual([])
  })
})

test('without JavaScript: preview, add a step, remove one, save', async () => {
  using site = await testSite()
  const { author } = site.cast()
  const page = await openPage(site, { ...phone, javaScriptEnabled: false }, author)
  await page.goto(at)
  await page.fill('#body', 'Words with **weight**.')
  await page.click('button[value=preview]')
  expect(await page.textContent('[data-preview-html] strong')).toBe('weight')
  await page.click('button[value=add-start]')
  await page.fill('#step_3_title', 'Breathe')
  await page.click('button[value=out-1]')
  await page.fill('#summary', 'Sent with Enter.')
  await page.press('#title', 'Enter')
  await page.waitForSelector('.flash[role=status]')
  expect(site.services.courses.bySlug('course-23')?.things[0]).toMatchObject({ summary: 'Sent with Enter.' })
  expect(site.services.courses.bySlug('course-23')?.things[0]?.steps.map(({ slug }) => slug)).toEqual([
    'look',
    'breathe',
    'tell',
  ])
})
