import { describe, expect, test } from 'vitest'
import { sizes } from '../support/browser/chromium.ts'
import { expectNoOverflow, openPage } from '../support/browser/journey.ts'
import { testSite } from '../support/site.ts'

describe.each(sizes)('on $size', ({ options }) => {
  test('an author draws a badge, previews its rule and enables it, and a learner earns it', async () => {
    using site = await testSite({ now: '2026-04-15T07:00:00Z' })
    const { author, learner, cohort } = site.cast()
    const page = await openPage(site, options, author)
    await page.goto('/admin/courses/course-23')
    await page.click('a[href="/admin/courses/course-23/badges"]')
    await page.click('a[href="/admin/courses/course-23/new-badge"]')

    await page.fill('#title', 'Night owl')
    await page.fill('#meaning', 'You wrote when others slept.')
    await page.selectOption('#shape', 'star')
    await page.fill('#ring_text', 'By night')
    await page.waitForSelector('[data-earned] .badge-around')

    expect(await page.isVisible('#rule_1_number')).toBe(false)
    await page.selectOption('#rule_1_kind', 'pictures')
    await page.fill('#rule_1_number', '40')
    await page.waitForFunction(() => document.querySelector('[data-sentence]')?.textContent?.includes('40 reflections'))
    await page.click('.act button')
    await page.waitForSelector('#rule_1_kind-problem')
    expect(await page.inputValue('#title')).toBe('Night owl')

    await page.selectOption('#rule_1_kind', 'first-reflection')
    await page.click('button[value=add-rule]')
    await page.waitForSelector('#rule_2_kind')
    await page.selectOption('#rule_2_kind', 'things-named')
    await page.check('input[name=rule_2_things][value=thing-1]')
    await page.waitForFunction(() => document.querySelector('[data-sentence]')?.textContent?.includes('all of these'))
    await expectNoOverflow(page)
    await page.click('.act button')
    await page.waitForURL('**/badges/night-owl')
    await page.click('button[value=on]')
    await page.waitForSelector('button[value=off]')

    site.reflection(learner, cohort, { number: 1 })
    expect(await learner.read('/badges/night-owl')).toContain('You earned it')
    expect(page.accidents).toEqual([])
  })

  test('an author designs a certificate with a live preview, and a learner who earned it gets it', async () => {
    using site = await testSite({ now: '2026-04-15T07:00:00Z' })
    const { author, learner, cohort } = site.cast()
    site.reflection(learner, cohort)
    const page = await openPage(site, options, author)
    await page.goto('/admin/courses/course-23/certificates')
    await page.click('a[href="/admin/courses/course-23/new-certificate"]')
    await page.fill('#title', 'With thanks')
    await page.waitForFunction(() => document.querySelector('.certificate h2')?.textContent === 'With thanks')
    await page.click('.act button')
    await page.waitForSelector('#signer-problem')
    expect(await page.inputValue('#title')).toBe('With thanks')
    await page.fill('#signer', 'Ingrid Solberg')
    await page.fill('#things', '1')
    await page.click('.act button')
    await page.click('button[value=on]')
    await page.waitForSelector('button[value=off]')
    await site.services.jobs.runDue()
    await expectNoOverflow(page)
    expect(await learner.read('/me/certificates')).toContain('With thanks')
    expect(page.accidents).toEqual([])
  })
})
