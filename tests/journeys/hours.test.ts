import { describe, expect, test } from 'vitest'
import { sizes } from '../support/browser/chromium.ts'
import { expectNoOverflow, openPage } from '../support/browser/journey.ts'
import { certificateOf } from '../support/fixtures/certificate.ts'
import { testSite } from '../support/site.ts'

describe.each(sizes)('on $size', ({ options }) => {
  test('a learner enters hours, a guide confirms them, and the learner gets statement and certificate', async () => {
    using site = await testSite({ now: '2026-04-15T07:00:00Z' })
    const { learner, guide, author, cohort } = site.cast()
    certificateOf(site, author.id)
    site.reflection(learner, cohort)
    const hers = await openPage(site, options, learner)
    const theirs = await openPage(site, options, guide)

    await hers.goto(cohort.at(''))
    await hers.click(`a[href="${cohort.at('/hours')}"]`)
    await hers.fill('main input[name^=minutes]', '300')
    await hers.click('main form button')
    await hers.waitForSelector('.flash')
    expect(await hers.textContent('main')).toContain('5 hours stated, 0 minutes of them confirmed.')
    await expectNoOverflow(hers)

    await theirs.goto(`/admin${cohort.at('/hours')}`)
    await theirs.click(`a[href$="/hours/${learner.handle}"]`)
    await theirs.click('form[action$=confirm] button')
    await theirs.waitForSelector('.flash')

    await hers.reload()
    expect(await hers.textContent('main')).toContain('5 hours stated, 5 hours of them confirmed.')
    const statement = hers.waitForEvent('download')
    await hers.click('a[href$="statement.pdf"]')
    expect((await statement).suggestedFilename()).toBe('spring-hours.pdf')

    await hers.goto('/me/certificates')
    const certificate = hers.waitForEvent('download')
    await hers.click('a[href$=".pdf"]')
    expect((await certificate).suggestedFilename()).toMatch(/amara-okonkwo\.pdf$/)
    await hers.click('main .entries a.jump')
    await hers.waitForSelector('text=This certificate is valid.')
    const check = await openPage(site, options)
    await check.goto(hers.url())
    expect(await check.textContent('main')).toContain('This certificate is valid.')
    expect([...hers.accidents, ...theirs.accidents, ...check.accidents]).toEqual([])
  })
})
