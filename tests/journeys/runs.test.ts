import { afterAll, beforeAll, expect, test } from 'vitest'
import { desktop, phone } from '../support/browser/chromium.ts'
import { expectAccessible, expectNoOverflow, openPage } from '../support/browser/journey.ts'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

const LONG = 'Zanele Mthembu-Featherstonehaugh-Wolfeschlegelsteinhausenbergerdorff'

let site: TestSite
let cast: ReturnType<TestSite['cast']>

beforeAll(async () => {
  site = await testSite({ now: '2026-07-10T07:00:00Z' })
  cast = site.cast()
  const { admin, cohort, learner } = cast
  cohort.enrol(admin, 'organiser')
  const long = cohort.enrol(site.person({ name: LONG }), 'guide')
  const body = `Text with https://example.org/${'long'.repeat(60)}`
  await long.post(cohort.at('/later'), { title: LONG, body, link: `https://example.org/${'long'.repeat(60)}` })
  await learner.post(cohort.at('/later'), { title: 'Offline maps', body: 'They work below deck.' })
  await learner.post(cohort.at('/guide-again'), { done: '1' })
  await cast.organiser.post(`/admin/cohorts/${cohort.slug}/close`, { closes_on: '2026-07-10' })
})
afterAll(async () => {
  await site[Symbol.asyncDispose]()
})

const looks = [
  { ...phone, colorScheme: 'light' as const },
  { ...phone, viewport: { width: 320, height: 640 }, colorScheme: 'dark' as const },
  { ...desktop, colorScheme: 'dark' as const },
]

test('the pages of an ended cohort are accessible and do not overflow', async () => {
  const { admin, cohort, learner, organiser, peer } = cast
  const at = `/admin/cohorts/${cohort.slug}`
  const pages: [Actor, string][] = [
    [learner, cohort.at('')],
    [learner, cohort.at('/later')],
    [peer, cohort.at('/later')],
    [organiser, `${at}/close`],
    [organiser, `${at}/calendar?view=month`],
    [admin, `${at}/again`],
  ]
  for (const options of looks) {
    for (const [who, address] of pages) {
      const page = await openPage(site, options, who)
      await page.goto(address)
      await expectAccessible(page)
      await expectNoOverflow(page)
      expect(page.accidents).toEqual([])
      await page.context().close()
    }
  }
})

test('on a phone: an organiser finds a thing in its month and moves it', async () => {
  using running = await testSite({ now: '2026-03-02T07:00:00Z' })
  const { cohort, organiser } = running.cast()
  const page = await openPage(running, phone, organiser)
  await page.goto(`/admin/cohorts/${cohort.slug}/calendar`)
  await page.getByRole('link', { name: 'Month by month' }).click()
  await page.getByRole('heading', { name: 'March 2026' }).waitFor()
  await page.getByRole('link', { name: 'April 2026' }).click()
  await page.getByRole('heading', { name: 'April 2026' }).waitFor()
  const box = await page.getByRole('link', { name: /^8\b/ }).boundingBox()
  expect([Math.min(box?.width ?? 0, 43.5), Math.min(box?.height ?? 0, 43.5)]).toEqual([43.5, 43.5])
  await page.getByRole('link', { name: /^8\b/ }).click()
  const entry = page.locator('details[open]')
  await entry.getByLabel('First day').fill('2026-04-13')
  await entry.getByRole('button', { name: 'Move it' }).click()
  await page.getByText('Thing 8 and 17 more come a week later.').waitFor()
  expect(page.accidents).toEqual([])
  await page.context().close()
})
