import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FilledSite, filledSite } from '../fixtures/filled-site.ts'
import { type Reader, type Visit, visitEveryRoute, visitMoreStates } from '../routes/visit-every-route.ts'
import { desktop, phone } from './chromium.ts'
import { examineEvery, expectAccessible, expectNoOverflow, openPage } from './journey.ts'

// npm run test:pages looks at every page in each size and colour scheme, npm test at these and at all others on a phone
const EVERY_SIZE = process.env['PAGES'] === 'every-size'
export const IN_EVERY_SIZE = new Set([
  '/',
  '/cohorts/:cohort',
  '/cohorts/:cohort/things/:n',
  '/cohorts/:cohort/things/:n/reflection',
  '/cohorts/:cohort/reflections',
  '/cohorts/:cohort/badges',
  '/reflections/:id',
  '/search',
  '/admin/cohorts/:cohort/grid',
  '/admin/cohorts/:cohort/calendar',
  '/admin/courses/:slug/badges/:badge',
  '/admin/courses/:slug/things/:thing',
  '/admin/people/:handle',
  '/admin/settings',
])

/**
 * Tests that examine every page which these readers may see, on a site that has something of everything.
 * @returns the site, and all visits to it
 */
export function examinePages(readers: readonly Reader[]) {
  const shared = {} as { filled: FilledSite; visits: (Visit & { route?: string })[] }
  beforeAll(async () => {
    shared.filled = await filledSite()
    shared.visits = [...(await visitEveryRoute(shared.filled)), ...(await visitMoreStates(shared.filled))]
  })
  afterAll(() => shared.filled[Symbol.asyncDispose]())

  test.each(readers)(
    'pages of %s are accessible and do not overflow, in every size and colour scheme',
    async (reader) => {
      const { filled, visits } = shared
      const { site, cast } = filled
      const page = await openPage(
        site,
        { ...phone, colorScheme: 'light' },
        reader === 'guest' ? undefined : cast[reader],
      )
      await examineEvery(page)
      const problems: unknown[] = []
      for (const { address, html, route } of visits.filter((visit) => visit.reader === reader)) {
        if (html === null) continue
        await page.goto(address)
        const look = EVERY_SIZE || IN_EVERY_SIZE.has(route ?? '') ? expectFineInEverySize : expectFineOnPhone
        // what was found says more than the message, and the next page is looked at all the same
        await look(page).catch((error) => problems.push(error.actual ?? error))
      }
      expect(problems).toEqual([])
      expect(page.accidents).toEqual([])
      await page.context().close()
    },
  )
  return shared
}

/** What holds in both colour schemes; rules about the structure give the same answer in the dark. */
export async function expectFine(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' })
  await expectAccessible(page)
  await expectNoOverflow(page)
  await page.emulateMedia({ colorScheme: 'dark' })
  await expectAccessible(page, { tag: 'cat.color' })
  await expectNoOverflow(page)
}

async function expectTouchable(page: Page): Promise<void> {
  const small = await page.evaluate(() =>
    Array.from(document.querySelectorAll('.button, .bar a, .brand, .jump, summary, .rung, .chip, .tile > a, .steps li'))
      .filter((element) => element.getClientRects().length > 0)
      .filter((element) => !element.closest('.unseen'))
      .map((element) => ({ box: element.getBoundingClientRect(), html: element.outerHTML.slice(0, 120) }))
      .filter(({ box }) => box.height < 43.5 || box.width < 43.5)
      .map(({ box, html }) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`),
  )
  expect([page.url(), small]).toEqual([page.url(), []])
}

/** Nothing sticks out at 320 px, nor on a phone with text at 200%. */
async function expectRoomForLargeText(page: Page): Promise<void> {
  await resize(page, { width: 320, height: 640 })
  await expectNoOverflow(page)
  await resize(page, phone.viewport)
  await setTextSize(page, '200%')
  await expectNoOverflow(page)
  await setTextSize(page, '')
}

async function resize(page: Page, size: { width: number; height: number }): Promise<void> {
  await page.setViewportSize(size)
  expect(await page.evaluate((width) => matchMedia(`(width: ${width}px)`).matches, size.width)).toBe(true)
}

function setTextSize(page: Page, size: string): Promise<void> {
  return page.evaluate((fontSize) => {
    document.documentElement.style.fontSize = fontSize
  }, size)
}

export async function expectFineOnPhone(page: Page): Promise<void> {
  await expectAccessible(page)
  await expectNoOverflow(page)
  await expectTouchable(page)
}

async function expectFineInEverySize(page: Page): Promise<void> {
  await expectFine(page)
  await expectTouchable(page)
  await expectRoomForLargeText(page)
  // loading it again for the desktop would give the same page: no style and no script asks for anything but the size
  await resize(page, desktop.viewport)
  await expectFine(page)
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize(phone.viewport)
}
