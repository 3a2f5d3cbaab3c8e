import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { sizes } from '../support/browser/chromium.ts'
import { expectNoOverflow, openPage } from '../support/browser/journey.ts'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

const course = '/admin/courses/course-23'
const thing = `${course}/things/thing-1`

/** As a spreadsheet on Windows writes it: semicolons, and one byte for "é". */
const list = Buffer.from(
  'Library;First name;Surname;E-mail\r\nWest;Zoé;Martin;zoe@library.example\r\nWest;Tunde;Adeyemi;tunde@library.example\r\nWest;No;Address;nowhere\r\n',
  'latin1',
)

async function said(page: Page): Promise<void> {
  await page.waitForSelector('.flash[role=status]')
  await expectNoOverflow(page)
}

async function save(page: Page): Promise<void> {
  await page.locator('.act button[value=save]').click()
  await said(page)
}

/** The sign-in of the spring is over by the end of the summer. */
async function signInAgain(page: Page, site: TestSite, who: Actor): Promise<void> {
  const [[name = '', value = ''] = []] = site.browserOf(who.id).cookies
  await page.context().addCookies([{ name, value, url: site.origin }])
}

describe.each(sizes)('on $size', ({ options }) => {
  test('a full year: authoring, translation, enrolment by list, a moved break, the end, a new run', async () => {
    using site = await testSite()
    const { author, admin, cohort, learner } = site.cast()
    cohort.enrol(admin, 'organiser')
    const at = `/admin/cohorts/${cohort.slug}`
    site.person({ name: 'Tunde Adeyemi', email: 'tunde@library.example' })
    const opens = (number: number) =>
      site.services.calendar.entries(cohort.id).find((entry) => entry.number === number)?.opens_on

    const writing = await openPage(site, options, author)
    await writing.goto(thing)
    await writing.fill('#title', 'A place to write')
    await save(writing)
    await writing.goto(`${course}/languages`)
    await writing.selectOption('[name=language]', 'da')
    await writing.locator('form.filters button').click()
    await writing.waitForURL('**/da')
    await writing.goto(`${thing}/in/da`)
    for (const field of await writing.locator('form.write :is(input.input, textarea):visible').all()) {
      await field.fill('På dansk')
    }
    await writing.fill('#title', 'Et sted at skrive')
    await save(writing)

    await learner.post('/me', {
      name: learner.name,
      handle: learner.handle,
      scheme: 'system',
      workplace: '',
      language: 'da',
    })
    const reading = await openPage(site, options, learner)
    await reading.goto(cohort.at('/things/1'))
    expect(await reading.locator('h1').innerText()).toContain('Et sted at skrive')
    await reading.goto(cohort.at('/things/2'))
    expect(await reading.locator('h1').innerText()).toContain('The 2. thing')
    await expectNoOverflow(reading)

    await writing.goto(thing)
    await writing.fill('#summary', 'Another sentence, which the translation does not know')
    await save(writing)
    await writing.goto(`${thing}/in/da`)
    await writing.locator('#behind').waitFor()
    expect(await writing.locator('ins').first().innerText()).toContain('Another sentence')

    const running = await openPage(site, options, admin)
    await running.goto(`${at}/people`)
    await running.locator(`a[href="${at}/import"]`).first().click()
    await running.setInputFiles('[name=file]', { name: 'people.csv', mimeType: 'text/csv', buffer: list })
    await running.locator('form button.main').click()
    await running.getByText('Zoé Martin').waitFor()
    await running.getByText('There is no @ in the address.').waitFor()
    expect(site.services.enrolments.find(admin.id, cohort.slug)?.role).toBe('organiser')
    expect(site.db.prepare('SELECT count(*) FROM invitation').pluck().get()).toBe(0)
    await running.getByText('Choose the encoding').waitFor()
    await running.getByRole('button', { name: 'Apply' }).click()
    await said(running)
    await running.getByRole('button', { name: 'Bring in 2 people' }).click()
    await said(running)
    expect(site.db.prepare('SELECT email, name, workplace FROM invitation').all()).toEqual([
      { email: 'zoe@library.example', name: 'Zoé Martin', workplace: 'West' },
    ])
    await running.goto(`${at}/people`)
    await running.getByText('Tunde Adeyemi').first().waitFor()

    await running.goto(`${at}/calendar`)
    await running.fill('#holiday-from', '2026-03-16')
    await running.fill('#holiday-to', '2026-03-22')
    await running.locator('form[action$="/holidays"] button').click()
    await said(running)
    expect(opens(5)).toBe('2026-03-23')
    const holiday = running.locator('details', { hasText: 'Holiday' })
    await holiday.locator('summary').click()
    await holiday.locator('[name=opens_on]').fill('2026-03-23')
    await holiday.locator('input[name=rest][value=follow]').check()
    await holiday.getByRole('button', { name: 'Move it' }).click()
    await said(running)
    expect(opens(5)).toBe('2026-03-30')
    await site.services.jobs.runDue()

    site.clock.set('2026-08-20T08:00:00Z')
    await signInAgain(running, site, admin)
    await signInAgain(reading, site, learner)
    await running.goto(`${at}/close`)
    await running.fill('[name=closes_on]', '2026-08-20')
    await running.locator('.confirm form button.main').click()
    await said(running)
    const late = site.reflection(learner, cohort, { number: 3, title: 'Better late' })
    await reading.goto(`/reflections/${late}`)
    await reading.getByText('Better late').first().waitFor()
    await running.goto(`${at}/grid`)
    expect(await running.locator('tr', { hasText: learner.name }).locator('[data-state=late]').count()).toBe(1)

    await running.goto(at)
    await running.locator(`a[href="${at}/again"]`).first().click()
    await running.fill('[name=title]', 'Autumn')
    await running.fill('[name=starts_on]', '2026-09-07')
    await running.locator('form[action$="/again"] button.main').click()
    await running.getByText('Marisol Guerrero').first().waitFor()
    await expectNoOverflow(running)
    await running.goto('/admin/cohorts/autumn')
    await expectNoOverflow(running)
    const again = site.services.enrolments.find(admin.id, 'autumn')
    expect(again?.cohort.starts_on).toBe('2026-09-07')
    const here = site.db.prepare('SELECT person_id FROM enrolment WHERE cohort_id = ?').pluck()
    expect(here.all(again?.cohort.id)).toEqual([admin.id])
    expect([...writing.accidents, ...reading.accidents, ...running.accidents]).toEqual([])
  })

  test('a course moved to another installation and back by ZIP is unchanged', async () => {
    using here = await testSite()
    using there = await testSite()
    const { author } = here.cast()
    const other = there.person({ role: 'author' })
    const zipOf = async (who: Actor) => Buffer.from(await (await who.get(`${course}/export.zip`)).arrayBuffer())
    const zip = await zipOf(author)

    const page = await openPage(there, options, other)
    const send = async () => {
      await page.goto('/admin/courses/import')
      await page.setInputFiles('[name=zip]', { name: 'course.zip', mimeType: 'application/zip', buffer: zip })
      await page.locator('form button.main').click()
      await page.waitForURL(/\/import\/[\w-]+/)
      await expectNoOverflow(page)
    }
    await send()
    expect(there.services.courses.bySlug('course-23')).toBeNull()
    await page.locator('form button.main').click()
    await said(page)
    expect(there.services.courses.bySlug('course-23')?.things).toHaveLength(23)
    expect((await zipOf(other)).equals(zip)).toBe(true)

    await send()
    await page.getByText('Nothing would change').first().waitFor()
    expect(await page.locator('form button.main').count()).toBe(0)
    expect(page.accidents).toEqual([])
  })
})
