import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { photo } from '../images/photos.ts'
import { desktop, phone } from '../support/browser/chromium.ts'
import { expectAccessible, expectNoOverflow, openPage } from '../support/browser/journey.ts'
import { type TestSite, testSite } from '../support/site.ts'

const at = '/admin/courses/course-6/order'

function kept(site: TestSite): string[] | undefined {
  return site.services.courses.bySlug('course-6')?.things.map(({ slug }) => slug.replace('thing-', ''))
}

async function shown(page: Page): Promise<(string | undefined)[]> {
  const rows = await page
    .locator('.order li')
    .evaluateAll((all) => all.map((row) => (row as HTMLElement).dataset['thing']))
  return rows.map((slug) => slug?.replace('thing-', ''))
}

async function keep(page: Page): Promise<void> {
  await page.click('.act button')
  await page.waitForSelector('.flash[role=status]')
}

test('on a phone: arrow keys and buttons move things, are announced and saved', async () => {
  using site = await testSite()
  const { author } = site.cast({ things: 6 })
  const page = await openPage(site, phone, author)
  await page.goto(at)
  await page.locator('[data-thing=thing-5] [data-grip]').focus()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  expect(await shown(page)).toEqual(['1', '2', '5', '3', '4', '6'])
  expect(await page.textContent('[data-order-said]')).toBe('The 5. thing: now 3 of 6')
  expect(await page.evaluate(() => document.activeElement?.closest('li')?.dataset['thing'])).toBe('thing-5')
  await page.keyboard.press('End')
  await page.keyboard.press('ArrowDown')
  expect(await shown(page)).toEqual(['1', '2', '3', '4', '6', '5'])
  await page.getByRole('button', { name: 'The 1. thing: down' }).tap()
  expect(await shown(page)).toEqual(['2', '1', '3', '4', '6', '5'])
  expect(kept(site)).toEqual(['1', '2', '3', '4', '5', '6'])
  await expectAccessible(page)
  await expectNoOverflow(page)
  await keep(page)
  expect(kept(site)).toEqual(['2', '1', '3', '4', '6', '5'])
  expect(page.accidents).toEqual([])
})

test('on a desktop: a thing is dragged down and up by its handle; Escape puts it back', async () => {
  using site = await testSite()
  const { author } = site.cast({ things: 6 })
  const page = await openPage(site, desktop, author)
  await page.goto(at)
  const drag = async (thing: string, over: string) => {
    await page.locator(`[data-thing=thing-${thing}] [data-grip]`).hover()
    await page.mouse.down()
    const box = await page.locator(`[data-thing=thing-${over}]`).boundingBox()
    await page.mouse.move((box?.x ?? 0) + 20, (box?.y ?? 0) + (box?.height ?? 0) / 2 + 4, { steps: 8 })
  }
  await drag('1', '3')
  await page.mouse.up()
  expect(await shown(page)).toEqual(['2', '3', '1', '4', '5', '6'])
  await drag('6', '2')
  await page.keyboard.press('Escape')
  await page.mouse.up()
  expect(await shown(page)).toEqual(['2', '3', '1', '4', '5', '6'])
  await drag('5', '2')
  await page.mouse.up()
  expect(await shown(page)).toEqual(['2', '5', '3', '1', '4', '6'])
  await keep(page)
  expect(kept(site)).toEqual(['2', '5', '3', '1', '4', '6'])
  expect(page.accidents).toEqual([])
})

test('on a phone: touch drags by the handle without scrolling the page', async () => {
  using site = await testSite()
  const { author } = site.cast({ things: 6 })
  const page = await openPage(site, phone, author)
  await page.goto(at)
  const touch = await page.context().newCDPSession(page)
  const middle = async (thing: string) => {
    const box = await page.locator(`[data-thing=thing-${thing}] [data-grip]`).boundingBox()
    return { x: (box?.x ?? 0) + 20, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 }
  }
  await page.locator('[data-thing=thing-1]').scrollIntoViewIfNeeded()
  const [from, to] = [await middle('1'), await middle('3')]
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [from] })
  for (let step = 1; step <= 10; step++) {
    const y = from.y + ((to.y + 4 - from.y) * step) / 10
    await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [{ x: from.x, y }] })
  }
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  await page.waitForFunction(() => !document.querySelector('[data-dragged]'))
  expect(await shown(page)).toEqual(['2', '3', '1', '4', '5', '6'])
  expect(page.accidents).toEqual([])
})

test('without JavaScript: buttons move things, and nothing is saved before saving', async () => {
  using site = await testSite()
  const { author } = site.cast({ things: 6 })
  const page = await openPage(site, { ...phone, javaScriptEnabled: false }, author)
  await page.goto(at)
  await page.getByRole('button', { name: 'The 3. thing: up' }).click()
  await page.getByRole('button', { name: 'The 3. thing: up' }).click()
  expect(await shown(page)).toEqual(['3', '1', '2', '4', '5', '6'])
  expect(kept(site)).toEqual(['1', '2', '3', '4', '5', '6'])
  await keep(page)
  expect(kept(site)).toEqual(['3', '1', '2', '4', '5', '6'])
})

test('an author creates a course and a draft thing, previews it as on a phone and publishes', async () => {
  using site = await testSite()
  const { author, guest } = site.cast({ things: 3 })
  const page = await openPage(site, desktop, author)
  await page.goto('/admin/courses')
  await page.click('a[href="/admin/courses/new"]')
  await page.fill('#title', 'Knitting at work')
  await page.fill('#summary', 'Wool and what to do with it.')
  await page.click('form .main')
  await page.click('.empty .main')
  await page.fill('#title', 'Cast on')
  await page.fill('#short', 'Cast on')
  await page.fill('#summary', 'Twenty loops.')
  await page.fill('#step', 'Find wool')
  await page.uncheck('[name=hidden]')
  await page.click('form .main')
  await page.waitForURL('**/things/cast-on')
  await page.fill('#body', 'Wool is **warm**.')
  await page.waitForSelector('[data-preview-html] strong')
  await page.press('#body', 'Control+End')
  const bytes = await photo({ width: 600, height: 400 })
  await page.setInputFiles('[data-pictures] input', { name: 'Wool.jpg', mimeType: 'image/jpeg', buffer: bytes })
  await page.waitForSelector('[data-pictures] >> text=The picture is in the text.')
  expect(await page.inputValue('#body')).toBe('Wool is **warm**.\n\n![](pictures/wool.webp)\n\n')
  await page.keyboard.type('Red wool')
  await page.waitForSelector('[data-preview-html] img[alt="Red wool"]')
  await page.check('[data-narrow]')
  const wide = await page.locator('[data-preview-html]').evaluate((element) => element.getBoundingClientRect().width)
  expect(Math.round(wide)).toBe(390)
  await expectAccessible(page)
  await page.click('button[value=draft] >> nth=-1')
  await page.waitForSelector('.flash[role=status]')
  await page.goto('/admin/courses/knitting-at-work/changes')
  await expectAccessible(page)
  await page.click('.panel .main')
  await page.waitForSelector('.flash >> text=Everybody reads the new text now.')
  await page.goto('/admin/courses/knitting-at-work/about')
  await page.check('[name=public]')
  await page.click('form .main')
  await page.waitForSelector('.flash[role=status]')
  const read = await guest.read('/courses/knitting-at-work/things/1')
  expect(read).toContain('<strong>warm</strong>')
  expect(read).toContain('src="/courses/knitting-at-work/pictures/wool.webp"')
  expect(page.accidents).toEqual([])
})
