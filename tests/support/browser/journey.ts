import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { AxeResults, RunOptions } from 'axe-core'
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Actor, TestSite } from '../site.ts'
import { reducedMotion } from './chromium.ts'
import { browser } from './journey-setup.ts'

/**
 * Somebody's browser window: every script error and every violation of the content policy is kept as an accident.
 * Nothing moves unless the options ask for it: drawing what moves costs much, and axe may meet a colour on its way.
 */
export async function openPage(site: TestSite, options: BrowserContextOptions, who?: Actor) {
  const context = await browser.newContext({ baseURL: site.origin, ...reducedMotion, ...options })
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

const AXE = readFileSync(path.join(import.meta.dirname, '../../../node_modules/axe-core/axe.min.js'), 'utf8')

/** Has axe in each page that is opened from now on: for many pages that costs less than sending it to each. */
export async function examineEvery(page: Page): Promise<void> {
  await page.addInitScript(AXE)
}

/**
 * Nothing that axe calls serious or critical.
 * @param tag only rules of this kind, where a page that was examined has changed in one way only
 */
export async function expectAccessible(page: Page, { tag }: { tag?: 'cat.color' } = {}): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE)
  const options: RunOptions = { resultTypes: ['violations'], ...(tag ? { runOnly: [tag] } : {}) }
  // in the page itself: the package for Playwright loads axe into a second, empty page for every run
  const { violations } = await page.evaluate<AxeResults, RunOptions>((run) => Object(window).axe.run(run), options)
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
