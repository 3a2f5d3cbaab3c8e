import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { photo } from '../images/photos.ts'
import { desktop, phone, sizes } from '../support/browser/chromium.ts'
import { expectAccessible, expectNoOverflow, openPage } from '../support/browser/journey.ts'
import { testSite } from '../support/site.ts'

const WAIT = { timeout: 20_000 }
const state = (page: Page, words: string | RegExp) => page.locator('[data-state]').getByText(words).waitFor()
const saved = (page: Page) => page.locator('[data-state=saved]', { hasText: /Saved \d/ }).waitFor()
const body = (page: Page) => page.inputValue('[name=body]')

/** What this device keeps: unsaved texts and histories. */
const keptRows = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<{ text?: { body: string } }[]>((resolve) => {
        const opening = indexedDB.open('unsaved', 1)
        // nothing was ever kept: that is not for the test to change
        opening.onupgradeneeded = () => opening.transaction?.abort()
        opening.onerror = () => resolve([])
        opening.onsuccess = () => {
          const reading = opening.result.transaction(['texts', 'histories'])
          const texts = reading.objectStore('texts').getAll()
          const histories = reading.objectStore('histories').getAll()
          reading.oncomplete = () => {
            opening.result.close()
            resolve([...texts.result, ...histories.result])
          }
        }
      }),
  )
const rows = async (page: Page) => (await keptRows(page)).length
const kept = (page: Page, words: string) =>
  expect.poll(async () => (await keptRows(page)).some(({ text }) => text?.body.includes(words)), WAIT).toBe(true)

/** The editor with its scripts at work. */
async function open(page: Page, address: string): Promise<void> {
  await page.goto(address)
  await page.waitForSelector('[data-undo]:not([hidden])')
}

describe.each(sizes)('on $size', ({ options }) => {
  test('typed text is saved with the time; offline it is stored locally and offered back', async () => {
    await using site = await testSite({ now: '2026-03-02T10:42:00Z' })
    const { cohort, learner } = site.cast()
    const page = await openPage(site, options, learner)
    await open(page, cohort.at('/things/1/reflection'))
    await page.fill('[name=body]', 'On the server.')
    await state(page, `Saved ${await clockOf(page, site.clock.now().epochMilliseconds)}`)
    expect(site.db.prepare('SELECT body, version FROM draft').all()).toEqual([{ body: 'On the server.', version: 1 }])

    await page.route('**/reflection', (route) =>
      route.request().method() === 'POST' ? route.abort() : route.continue(),
    )
    await page.fill('[name=body]', 'On the server. And on the way.')
    await state(page, 'Kept on this device')
    await expectAccessible(page)
    await expectNoOverflow(page)
    await kept(page, 'And on the way')
    await page.reload()
    await page.getByRole('heading', { name: /You wrote this at \d/ }).waitFor()
    expect(await body(page)).toBe('On the server.')
    expect(await page.locator('.clash-text').textContent()).toBe('On the server. And on the way.')
    await expectAccessible(page)
    await expectNoOverflow(page)
    await page.unroute('**/reflection')
    await page.getByRole('button', { name: 'Go on with this' }).click()
    expect(await body(page)).toBe('On the server. And on the way.')
    await saved(page)
    expect(site.db.prepare('SELECT body FROM draft').pluck().get()).toBe('On the server. And on the way.')
    await page.reload()
    await saved(page)
    expect(await page.locator('.clash-text').count()).toBe(0)
    expect(page.accidents.filter((line) => !line.includes('ERR_FAILED'))).toEqual([])
  })

  test('undo and redo work across a reload', async () => {
    await using site = await testSite()
    const { cohort, learner } = site.cast()
    const page = await openPage(site, options, learner)
    await open(page, cohort.at('/things/1/reflection'))
    await page.locator('[name=body]').pressSequentially('First second')
    await saved(page)
    await page.reload()
    await page.waitForSelector('[data-undo][aria-disabled=false]')
    await page.focus('[name=body]')
    await page.keyboard.press('Control+z')
    expect(await body(page)).toBe('First ')
    await page.getByRole('button', { name: 'Undo' }).click()
    expect(await body(page)).toBe('')
    await page.getByRole('button', { name: 'Redo' }).click()
    await page.focus('[name=body]')
    await page.keyboard.press('Control+Shift+z')
    expect(await body(page)).toBe('First second')
    expect(page.accidents).toEqual([])
  })

  test('two tabs on one draft keep both texts, and undo restores the other', async () => {
    await using site = await testSite()
    const { cohort, learner } = site.cast()
    const one = await openPage(site, options, learner)
    await open(one, cohort.at('/things/1/reflection'))
    const two = await one.context().newPage()
    await open(two, cohort.at('/things/1/reflection'))
    await one.fill('[name=body]', 'From the first tab.')
    await saved(one)
    await two.fill('[name=body]', 'From the second tab.')
    await two.getByRole('heading', { name: 'changed elsewhere' }).waitFor()
    expect(await two.locator('.clash-text').textContent()).toBe('From the first tab.')
    expect(await body(two)).toBe('From the second tab.')
    await expectAccessible(two)
    await expectNoOverflow(two)
    await two.getByRole('button', { name: 'Keep mine' }).click()
    await saved(two)
    expect(site.db.prepare('SELECT body FROM draft').pluck().get()).toBe('From the second tab.')
    await two.getByRole('button', { name: 'Undo' }).click()
    expect(await body(two)).toBe('From the first tab.')
  })

  test('publishing and signing out clear the local draft', async () => {
    await using site = await testSite()
    const { cohort, learner } = site.cast()
    const page = await openPage(site, options, learner)
    await open(page, cohort.at('/things/1/reflection'))
    await page.fill('[name=body]', 'To be published.')
    await saved(page)
    await page.click('button[value=publish]')
    await page.waitForURL('**/reflections/*')
    await expect.poll(() => rows(page), WAIT).toBe(0)
    await open(page, cohort.at('/things/2/reflection'))
    await page.fill('[name=body]', 'Not for the next one here.')
    await saved(page)
    await expect.poll(() => rows(page), WAIT).toBeGreaterThan(0)
    await page.goto('/me')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL((url) => url.pathname === '/')
    expect(await rows(page)).toBe(0)
  })

  test('a picture moves between paragraphs by its buttons, which keep the focus', async () => {
    await using site = await testSite()
    const { cohort, learner } = site.cast()
    const page = await openPage(site, options, learner)
    await open(page, cohort.at('/things/1/reflection'))
    await page.fill('[name=body]', 'One.\n\nTwo.')
    const asked = page.waitForEvent('filechooser')
    await page.click('[data-picture-button]')
    const buffer = await photo({ width: 300, height: 200 })
    await (await asked).setFiles([{ name: 'a.jpg', mimeType: 'image/jpeg', buffer }])
    await page.waitForSelector('.pictures img')
    await page.getByLabel('What is on it?').fill('A shelf')
    await page.getByRole('button', { name: 'Move it up' }).press('Enter')
    expect(await body(page)).toBe('One.\n\n![A shelf](/images/1)\n\nTwo.')
    await page.getByText('It now stands before “Two.”').waitFor()
    await page.keyboard.press('Enter')
    expect((await body(page)).startsWith('![A shelf](/images/1)')).toBe(true)
    await page.getByLabel('What is on it?').fill('A shelf by the door')
    expect((await body(page)).startsWith('![A shelf by the door](/images/1)')).toBe(true)
    await page.getByRole('button', { name: 'Move it down' }).click()
    expect(await body(page)).toBe('One.\n\n![A shelf by the door](/images/1)\n\nTwo.')
    await expectAccessible(page)
    await expectNoOverflow(page)
  })
})

async function clockOf(page: Page, milliseconds: number): Promise<string> {
  const zone = await page.locator('form[data-editor]').getAttribute('data-zone')
  const time = new Intl.DateTimeFormat('en-GB', { hour: 'numeric', minute: '2-digit', timeZone: zone ?? 'UTC' })
  return time.format(milliseconds)
}

test('deleting all typed text clears the status and the local draft', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const page = await openPage(site, desktop, learner)
  await page.route('**/reflection', (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()))
  await open(page, cohort.at('/things/1/reflection'))
  await page.fill('[name=body]', 'Oh no.')
  await kept(page, 'Oh no')
  await page.fill('[name=body]', '')
  await page.waitForSelector('[data-state]', { state: 'hidden' })
  await expect.poll(async () => (await keptRows(page)).some(({ text }) => text), WAIT).toBe(false)
})

test('a refused text is not shown as saved, and stays in the local draft', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const page = await openPage(site, desktop, learner)
  await open(page, cohort.at('/things/1/reflection'))
  await page.fill('[name=body]', 'Words under too long a title.')
  await page.fill('[name=title]', 'x'.repeat(201))
  await page.click('button[value=publish]')
  await page.waitForSelector('[role=alert]')
  await state(page, 'That is 201 characters')
  await kept(page, 'Words under')
  await page.goto(cohort.at('/things/1/reflection'))
  await page.getByRole('heading', { name: /You wrote this/ }).waitFor()
})

test('the local draft of another person is never shown', async () => {
  await using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  const page = await openPage(site, desktop, learner)
  await page.route('**/reflection', (route) => (route.request().method() === 'POST' ? route.abort() : route.continue()))
  await open(page, cohort.at('/things/1/reflection'))
  await page.fill('[name=body]', 'Only mine.')
  await kept(page, 'Only mine')
  const [[name = '', value = ''] = []] = peer.cookies
  await page.context().addCookies([{ name, value, url: site.origin }])
  await open(page, cohort.at('/things/1/reflection'))
  await page.waitForSelector('[data-undo]:not([hidden])')
  await page.locator('[name=body]').pressSequentially('A')
  await kept(page, 'A')
  expect(await page.content()).not.toContain('Only mine.')
})

test('an address pasted over a selection makes a link; alone it stays text', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const page = await openPage(site, desktop, learner)
  await open(page, cohort.at('/things/1/reflection'))
  await page.waitForSelector('[data-tools]:not([hidden])')
  await page.fill('[name=body]', 'the map')
  const paste = () =>
    page.evaluate(() => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text/plain', 'https://example.org/map')
      const event = new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData })
      return document.querySelector('[data-text]')?.dispatchEvent(event)
    })
  await page.focus('[name=body]')
  expect(await paste()).toBe(true)
  await page.keyboard.press('Control+A')
  expect(await paste()).toBe(false)
  expect(await body(page)).toBe('[the map](https://example.org/map)')
})

test('the toolbar has one tab stop, arrow keys and shortcuts', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const page = await openPage(site, desktop, learner)
  await open(page, cohort.at('/things/1/reflection'))
  await page.waitForSelector('[data-tools]:not([hidden])')
  await page.fill('[name=body]', 'words ')
  await page.focus('[name=body]')
  await page.keyboard.press('Control+A')
  await page.keyboard.press('Control+i')
  expect(await body(page)).toBe('*words* ')
  await page.keyboard.press('Control+i')
  expect(await body(page)).toBe('words ')
  await page.keyboard.press('Tab')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  expect(await page.evaluate(() => document.activeElement?.getAttribute('data-mark'))).toBe('list')
  await page.keyboard.press('Enter')
  expect(await body(page)).toBe('- words ')
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.getAttribute('data-mark'))).toBe('list')
})

test('a template fills the editor with and without JavaScript', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  for (const javaScriptEnabled of [false, true]) {
    const page = await openPage(site, { ...phone, javaScriptEnabled }, learner)
    await page.goto(cohort.at('/things/1/reflection'))
    if (javaScriptEnabled) await page.waitForSelector('[data-tools]:not([hidden])')
    await page.fill('[name=body]', 'Typed before.')
    await page.getByRole('button', { name: /unlearn/ }).click()
    await expect.poll(() => body(page)).toContain('Typed before.\n\n**What I had to unlearn:**')
    await page.context().close()
  }
})

test('the preview is beside the text on a wide screen, behind a button on a phone', async () => {
  await using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  const wide = await openPage(site, desktop, learner)
  await open(wide, cohort.at('/things/1/reflection'))
  await wide.waitForSelector('[data-preview]:not([hidden])')
  await wide.fill('[name=body]', `**Bold** for @${peer.handle}`)
  await wide.waitForSelector('[data-preview-html] strong')
  expect(await wide.locator(`[data-preview-html] a[href="/people/${peer.handle}"]`).count()).toBe(1)
  const [text, preview] = [await wide.locator('.sheet').boundingBox(), await wide.locator('.preview').boundingBox()]
  expect(preview!.x).toBeGreaterThan(text!.x + text!.width)
  expect(Math.abs(preview!.y - text!.y)).toBeLessThan(4)
  await expectAccessible(wide)
  await expectNoOverflow(wide)

  const narrow = await openPage(site, phone, peer)
  await open(narrow, cohort.at('/things/1/reflection'))
  await narrow.fill('[name=body]', '*Leaning*')
  expect(await narrow.isVisible('[data-preview]')).toBe(false)
  await narrow.getByRole('button', { name: 'See how it will look' }).click()
  await narrow.waitForSelector('[data-preview-html] em')
  await expectAccessible(narrow)
  await narrow.getByRole('button', { name: 'See how it will look' }).click()
  expect(await narrow.isVisible('[data-preview]')).toBe(false)
  expect([...wide.accidents, ...narrow.accidents]).toEqual([])
})

test('the editor does not overflow at 320 px or 200% text, in any state', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const long = `${'Donaudampfschifffahrt'.repeat(12)} https://example.org/${'x'.repeat(200)}`
  for (const size of [320, 390]) {
    const viewport = { width: size, height: 700 }
    const page = await openPage(site, { ...phone, viewport }, learner)
    await page.route('**/reflection', (route) =>
      route.request().method() === 'POST' ? route.abort() : route.continue(),
    )
    await open(page, cohort.at('/things/2/reflection'))
    await page.fill('[name=body]', long)
    await kept(page, 'Donau')
    await page.reload()
    await page.getByRole('heading', { name: /You wrote this/ }).waitFor()
    // one is narrow, the other has large letters
    if (size === 390)
      await page.evaluate(() => {
        document.documentElement.style.fontSize = '200%'
      })
    await page.fill('[name=body]', long)
    await state(page, 'Kept on this device')
    await expectNoOverflow(page)
    await page.context().close()
  }
})
