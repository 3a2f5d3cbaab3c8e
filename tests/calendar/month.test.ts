import fc from 'fast-check'
import { expect, test } from 'vitest'
import { monthOf, monthToShow } from '../../server/calendar/month.ts'
import { testSite } from '../support/site.ts'

const at = '/admin/cohorts/spring/calendar'

test('a month is whole weeks from Monday on, and holds each of its days once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2000, max: 2099 }), fc.integer({ min: 1, max: 12 }), (year, month) => {
      const name = `${year}-${String(month).padStart(2, '0')}`
      const { weeks } = monthOf([], name, '2026-03-02')
      const days = weeks.flat()
      expect(weeks.every((week) => week.length === 7)).toBe(true)
      expect(Temporal.PlainDate.from(days[0]?.date ?? '').dayOfWeek).toBe(1)
      expect(days.filter(({ inside }) => inside)).toHaveLength(Temporal.PlainYearMonth.from(name).daysInMonth)
      expect(new Set(days.map(({ date }) => date)).size).toBe(days.length)
      expect(weeks.every((week) => week.some(({ inside }) => inside))).toBe(true)
    }),
  )
})

test('it begins with this month, or with the nearest in which the cohort runs', () => {
  const spring = { starts_on: '2026-03-02', ends_on: '2026-06-14' }
  expect([monthToShow(spring, '2026-04-30'), monthToShow(spring, '2025-12-24')]).toEqual(['2026-04', '2026-03'])
  expect(monthToShow(spring, '2027-01-01')).toBe('2026-06')
})

test('the table of a month leads to each entry: to its thing once open, before that to its form', async () => {
  using site = await testSite()
  const { cohort, organiser } = site.cast()
  const page = await organiser.read(`${at}?view=month`)
  expect(page).toContain('<h1>March 2026</h1>')
  expect(page.match(/<tr>/g)).toHaveLength(1 + 6)
  expect(page).toContain('href="/cohorts/spring/things/1"')
  const seventh = site.services.calendar.entries(cohort.id).find(({ number }) => number === 7)
  expect(page).toContain(`href="${at}?entry=${seventh?.id}#entry-${seventh?.id}"`)
  expect(page).toContain(`${at}?view=month&amp;month=2026-04`)
  expect(await organiser.read(`${at}?entry=${seventh?.id}`)).toContain(
    `<details class="depth" open id="entry-${seventh?.id}">`,
  )
})

test('a month without anything says so, and a word that is no month has no page', async () => {
  using site = await testSite()
  const { organiser } = site.cast()
  expect(await organiser.read(`${at}?view=month&month=2030-02`)).toContain('Nothing opens in this month.')
  for (const month of ['2026-13', '2026', 'march', '1999-01'])
    expect((await organiser.get(`${at}?view=month&month=${month}`)).status).toBe(404)
})
