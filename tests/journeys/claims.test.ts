import { describe, expect, test } from 'vitest'
import { sizes } from '../support/browser/chromium.ts'
import { expectNoOverflow, openPage } from '../support/browser/journey.ts'
import { badgeWith } from '../support/fixtures/badge.ts'
import { testSite } from '../support/site.ts'

describe.each(sizes)('on $size', ({ options }) => {
  test('a learner claims a badge, answers the guide’s question and gets the badge', async () => {
    using site = await testSite({ now: '2026-04-15T07:00:00Z' })
    const { learner, guide } = site.cast()
    badgeWith(site, { kind: 'judged', ask: 'Show us a lesson that you gave.' })
    const hers = await openPage(site, options, learner)
    const theirs = await openPage(site, options, guide)

    await hers.goto('/badges/night-owl')
    await hers.click('a[href$="/ask"]')
    await hers.fill('#evidence', 'A lesson about maps.')
    await hers.click('main form button')
    await hers.waitForURL('**/badges/night-owl')
    expect(await hers.textContent('main')).toContain('You asked for it')

    await theirs.goto('/admin/cohorts/spring/queue')
    await theirs.click('a[href="/admin/cohorts/spring/claims"]')
    await theirs.click('main details summary')
    await theirs.fill('textarea', 'Who was there?')
    await theirs.click('details form button')
    await theirs.waitForSelector('.flash')
    await expectNoOverflow(theirs)

    await hers.goto('/notices')
    await hers.click('text=asks for a little more')
    await hers.waitForURL('**/badges/night-owl')
    await hers.click('a[href$="/ask"]')
    expect(await hers.textContent('main')).toContain('Who was there?')
    await hers.fill('#evidence', 'A lesson about maps, for six colleagues.')
    await hers.click('main form button')
    await hers.waitForURL('**/badges/night-owl')

    await theirs.goto('/admin/cohorts/spring/claims')
    await theirs.click('form[action$=accept] button')
    await theirs.waitForSelector('.flash')
    await hers.goto('/badges/night-owl')
    expect(await hers.textContent('main')).toContain('You earned it')
    expect([...hers.accidents, ...theirs.accidents]).toEqual([])
  })
})
