import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { desktop, phone } from '../support/browser/chromium.ts'
import { examineEvery, expectAccessible, expectNoOverflow, openPage } from '../support/browser/journey.ts'
import { type FilledSite, filledSite, LONG } from '../support/fixtures/filled-site.ts'
import { EVERY_READER, type Visit, visitEveryRoute, visitMoreStates } from '../support/routes/visit-every-route.ts'

// npm run test:pages looks at every page in each size and colour scheme, npm test at these and at all others on a phone
const EVERY_SIZE = process.env['PAGES'] === 'every-size'
const IN_EVERY_SIZE = new Set([
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

let filled: FilledSite
let visits: (Visit & { route?: string })[]
beforeAll(async () => {
  filled = await filledSite()
  visits = [...(await visitEveryRoute(filled)), ...(await visitMoreStates(filled))]
})
afterAll(() => filled[Symbol.asyncDispose]())

/** What holds in both colour schemes; rules about the structure give the same answer in the dark. */
async function expectFine(page: Page): Promise<void> {
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

test.each(EVERY_READER)(
  'pages of %s are accessible and do not overflow, in every size and colour scheme',
  async (reader) => {
    const { site, cast } = filled
    const page = await openPage(site, { ...phone, colorScheme: 'light' }, reader === 'guest' ? undefined : cast[reader])
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

test('the pages checked in every size exist', () => {
  expect([...IN_EVERY_SIZE].filter((known) => !visits.some(({ route }) => route === known))).toEqual([])
})

test.each([
  ['a picture without a text', '<img src="/favicon.svg">', [expect.stringContaining('image-alt')]],
  ['what is wider than the page', `<pre>${'wide'.repeat(200)}</pre>`, [expect.any(String), expect.any(Number)]],
  ['a small target', '<a class="chip" href="/">a</a>', [expect.any(String), [expect.stringContaining('class="chip"')]]],
])('%s is found', async (_what, part, actual) => {
  const page = await openPage(filled.site, phone)
  await page.goto('/')
  await expectFineOnPhone(page)
  await page.evaluate((html) => document.body.insertAdjacentHTML('beforeend', html), part)
  await expect(expectFineOnPhone(page)).rejects.toMatchObject({ actual })
  await page.context().close()
})

async function expectFineOnPhone(page: Page): Promise<void> {
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

test('new invitation links and the entries to correct fit on a phone and a desktop', async () => {
  const { site, cast } = filled
  const names = `${LONG} <a@library.example>, ${'b'.repeat(60)}@library.example, ${'x'.repeat(90)}.library.example`
  for (const size of [phone, desktop]) {
    const page = await openPage(site, { ...size, colorScheme: 'light' }, cast.organiser)
    await page.goto(`/admin/cohorts/${cast.cohort.slug}/invitations`)
    await page.getByLabel('Addresses').fill(names)
    await page.getByRole('button', { name: 'Make the links' }).click()
    await page.getByRole('heading', { name: '2 invitations' }).waitFor()
    await expectFine(page)
    expect(page.accidents).toEqual([])
    await page.context().close()
  }
})
