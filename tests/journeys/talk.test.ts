import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { desktop, phone } from '../support/browser/chromium.ts'
import { expectAccessible, expectNoOverflow, openPage } from '../support/browser/journey.ts'
import { type Actor, testSite } from '../support/site.ts'

async function talk() {
  const site = await testSite()
  const cast = site.cast()
  const id = site.reflection(cast.learner, cast.cohort)
  await cast.guide.post(`/reflections/${id}/comments`, { body: 'Which one did you try?' })
  const open = async (who: Actor, options = phone): Promise<Page & { accidents: string[] }> => {
    const page = await openPage(site, options, who)
    await page.goto(`/reflections/${id}`)
    // what offers names comes after the page; without script there is none
    if (options.javaScriptEnabled !== false) await page.locator('.offer').first().waitFor({ state: 'attached' })
    return page
  }
  return { site, ...cast, id, open, [Symbol.dispose]: () => site[Symbol.dispose]() }
}

test('on a phone: a reply to a comment, and a mention chosen by touch', async () => {
  using here = await talk()
  const page = await here.open(here.peer)
  await page.tap('.reply a')
  const field = page.locator('.reply textarea')
  await field.tap()
  await field.pressSequentially('Ask @mari')
  const option = page.getByRole('option', { name: /Marisol Guerrero/ })
  await option.waitFor()
  expect((await option.boundingBox())?.height).toBeGreaterThanOrEqual(44)
  expect(await field.getAttribute('aria-activedescendant')).toBe(await option.getAttribute('id'))
  await expectNoOverflow(page)
  await expectAccessible(page)
  await option.tap()
  expect(await field.inputValue()).toBe('Ask @marisol-guerrero ')
  expect(await field.evaluate((element) => element === document.activeElement)).toBe(true)
  await field.pressSequentially('please.')
  await page.locator('.reply form button').tap()
  await page.waitForURL(/\/reflections\/\d+/)
  expect(await page.locator('.under .prose a[href="/people/marisol-guerrero"]').innerText()).toBe('@marisol-guerrero')
  await expectNoOverflow(page)
  await expectAccessible(page)
  expect(page.accidents).toEqual([])
})

test('by keyboard: arrow keys choose a mention, Enter inserts it, Escape dismisses', async () => {
  using here = await talk()
  const page = await here.open(here.learner, desktop)
  const field = page.locator('#body')
  await field.focus()
  await page.keyboard.type('Thanks @')
  await page.waitForSelector('[role=option]')
  const names = await page.locator('[role=option] b').allInnerTexts()
  expect(names).toEqual(['Ingrid Solberg', 'Marisol Guerrero'])
  await page.keyboard.press('ArrowDown')
  expect(await page.locator('[role=option][aria-selected=true] b').innerText()).toBe('Marisol Guerrero')
  await page.keyboard.press('Enter')
  expect(await field.inputValue()).toBe('Thanks @marisol-guerrero ')
  await page.keyboard.type('and @kenji')
  await page.waitForSelector('[role=option]')
  await page.keyboard.press('Escape')
  expect(await page.locator('[role=option]').count()).toBe(0)
  expect(await field.inputValue()).toBe('Thanks @marisol-guerrero and @kenji')
  await page.keyboard.type('-watanabe.')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.talk a[href="/people/kenji-watanabe"]')
  expect(page.accidents).toEqual([])
})

test('an unknown name opens no list, and undo removes a chosen name', async () => {
  using here = await talk()
  const page = await here.open(here.learner, desktop)
  const field = page.locator('#body')
  await field.focus()
  const answered = page.waitForResponse((response) => /people\?q=n/.test(response.url()))
  await page.keyboard.type('@nobo')
  await answered
  expect(await page.locator('.offer').first().isHidden()).toBe(true)
  await field.fill('')
  await page.keyboard.type('@ken')
  await page.waitForSelector('[role=option]')
  await page.keyboard.press('Enter')
  expect(await field.inputValue()).toBe('@kenji-watanabe ')
  await page.keyboard.press('ControlOrMeta+z')
  expect(await field.inputValue()).not.toContain('watanabe')
  expect(page.accidents).toEqual([])
})

test('an unfinished comment stays while replying to another', async () => {
  using here = await talk()
  const page = await here.open(here.peer)
  await page.locator('form#answer textarea').fill('A thought of my own, not finished')
  await page.tap('.reply a')
  const field = page.locator('.reply textarea')
  expect(await field.inputValue()).toBe('')
  expect(await field.evaluate((element) => element === document.activeElement)).toBe(true)
  expect(await page.locator('form#answer textarea').inputValue()).toBe('A thought of my own, not finished')
  const sent = (form: string) => page.locator(`${form} input[name=once]`).inputValue()
  expect(await sent('.reply')).not.toBe(await sent('form#answer'))
  await field.fill('Up here.')
  await page.locator('.reply form button').tap()
  await page.waitForSelector('.under .prose')
  expect(page.accidents).toEqual([])
})

test('without JavaScript: a reply to a comment is written', async () => {
  using here = await talk()
  const page = await here.open(here.peer, { ...phone, javaScriptEnabled: false })
  await page.tap('.reply a')
  await page.locator('.reply textarea').fill('By hand, @amara-okonkwo.')
  await page.locator('.reply form button').tap()
  await page.waitForSelector('.under .prose a[href="/people/amara-okonkwo"]')
})
