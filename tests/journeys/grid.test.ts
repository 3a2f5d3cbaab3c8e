import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { desktop } from '../support/browser/chromium.ts'
import { openPage } from '../support/browser/journey.ts'
import { testSite } from '../support/site.ts'

/** Row, column and words of what has the focus. */
function here(page: Page): Promise<[number, number, string]> {
  return page.evaluate(() => {
    const cell = document.activeElement?.closest('td, th') as HTMLTableCellElement | null
    const row = cell?.parentElement as HTMLTableRowElement | null
    return [row?.rowIndex ?? -1, cell?.cellIndex ?? -1, (document.activeElement?.textContent ?? '').trim()]
  })
}

test('arrow keys move through the grid, cells have labels, and Tab leaves it', async () => {
  using site = await testSite({ now: '2026-03-18T07:00:00Z' })
  const { cohort, learner, organiser } = site.cast()
  site.reflection(learner, cohort, { number: 1 })
  const page = await openPage(site, desktop, organiser)
  await page.goto(`/admin/cohorts/${cohort.slug}/grid`)
  await page.locator('table[role=grid]').waitFor()
  await page.locator('tbody a').first().focus()
  expect(await here(page)).toEqual([1, 0, learner.name])
  await page.keyboard.press('ArrowRight')
  expect(await here(page)).toEqual([1, 1, 'done'])
  await page.keyboard.press('ArrowDown')
  expect(await here(page)).toEqual([2, 1, 'open'])
  await page.keyboard.press('End')
  expect(await here(page)).toEqual([2, 23, 'not open yet'])
  await page.keyboard.press('ArrowRight')
  expect(await here(page)).toEqual([2, 23, 'not open yet'])
  await page.keyboard.press('Control+Home')
  expect((await here(page)).slice(0, 2)).toEqual([0, 0])
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Home')
  expect(await here(page)).toEqual([1, 0, learner.name])
  await page.keyboard.press('ArrowRight')
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle)
  expect(outline).not.toBe('none')
  expect(await page.locator('table.grid [tabindex="0"]').count()).toBe(1)
  await page.keyboard.press('Tab')
  expect((await here(page))[0]).toBe(-1)
  await page.context().close()
})
