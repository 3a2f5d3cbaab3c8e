import { describe, expect, test } from 'vitest'
import { photo } from '../images/photos.ts'
import { sizes } from '../support/browser/chromium.ts'
import { expectAccessible, expectNoOverflow, openPage } from '../support/browser/journey.ts'
import { testSite } from '../support/site.ts'
import { postOffice } from '../support/smtp-server.ts'

describe.each(sizes)('on $size', ({ options }) => {
  test('an admin sets name, logo, colour and imprint and sends themselves a test email', async () => {
    await using post = await postOffice()
    using site = await testSite({ smtp_url: post.url })
    const { admin, cohort } = site.cast()
    const page = await openPage(site, options, admin)
    const save = (section: string) =>
      page
        .locator(`form[action^="/admin/settings/${section}#"]`)
        .getByRole('button', { name: 'Save', exact: true })
        .click()
    await page.goto('/admin')
    await page.getByRole('link', { name: 'Settings' }).click()

    await page.getByLabel('Name of the site').fill('Harbour Libraries')
    await save('name')
    await page.getByText('The name is saved.').waitFor()
    await page.getByLabel('Choose a picture').setInputFiles({
      name: 'sign.jpg',
      mimeType: 'image/jpeg',
      buffer: await photo({ width: 400, height: 300 }),
    })
    await page.getByLabel('What the logo shows').fill('A crane over water')
    await save('logo')
    await page.locator('.brand img[alt="A crane over water"]').waitFor()

    // too light for the page: refused beside the field, with one that would do
    await page.locator('#main_colour').fill('#ffee88')
    await save('colours')
    const words = (await page.locator('#main_colour-problem').textContent()) ?? ''
    const nearest = /#[0-9a-f]{6}/.exec(words)?.[0] ?? ''
    await page.locator('#main_colour').fill(nearest)
    await save('colours')
    await page.getByText('The colours are saved').waitFor()
    const colour = await page.locator('html').evaluate((html) => getComputedStyle(html).getPropertyValue('--main'))
    expect(colour).toContain(nearest)
    await expectAccessible(page)
    await expectNoOverflow(page)

    await page.getByRole('link', { name: 'Pages', exact: true }).click()
    await page.locator('#imprint').fill('Harbour Libraries, **Quay 1**')
    await save('imprint')
    await page.getByRole('contentinfo').getByRole('link', { name: 'Imprint' }).click()
    await page.locator('strong', { hasText: 'Quay 1' }).waitFor()

    await page.goto('/admin/settings/mail')
    await page.getByRole('button', { name: 'Send me a test message' }).click()
    await page.getByText('The server took the letter').waitFor()
    expect(post.letters[0]?.recipients).toEqual([admin.email])
    expect(post.letters[0]?.mail.subject).toContain('Harbour Libraries')
    await expectNoOverflow(page)

    const guest = await openPage(site, options)
    await guest.goto(`/join/${cohort.slug}`)
    await guest.getByText('Harbour Libraries').first().waitFor()
    await expectAccessible(guest)
    await expectNoOverflow(guest)
    expect([...page.accidents, ...guest.accidents]).toEqual([])
  })
})
