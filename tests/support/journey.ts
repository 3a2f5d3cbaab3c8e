import AxeBuilder from '@axe-core/playwright'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Actor, TestSite } from './site.ts'

/** Somebody's browser window: every script error and every violation of the content policy is kept as an accident. */
export async function openPage(browser: Browser, site: TestSite, options: BrowserContextOptions, who?: Actor) {
  const context = await browser.newContext({ baseURL: site.origin, ...options })
  if (who) await signIn(context, site, who)
  const page = await context.newPage()
  const accidents: string[] = []
  page.on('pageerror', (error) => {
    // a page that was drawn before its transition could begin is only without the movement
    if (!/Transition was (?:aborted|skipped)/.test(error.message)) accidents.push(String(error))
  })
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) accidents.push(message.text())
  })
  return Object.assign(page, { accidents })
}

async function signIn(context: BrowserContext, site: TestSite, who: Actor): Promise<void> {
  const [[name = '', value = ''] = []] = who.cookies
  await context.addCookies([{ name, value, url: site.origin }])
}

/** Nothing that axe calls serious or critical. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  expect(serious.map(({ id, nodes }) => `${page.url()} ${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual(
    [],
  )
}

/** Nothing sticks out to the side. */
export async function expectNoOverflow(page: Page): Promise<void> {
  const { wide, room } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    room: document.documentElement.clientWidth,
  }))
  expect([page.url(), wide]).toEqual([page.url(), Math.min(wide, room)])
}
