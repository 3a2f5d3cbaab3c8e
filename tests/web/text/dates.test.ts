import { expect, test } from 'vitest'
import { datesFor } from '../../../server/web/text/dates.ts'
import { loadTranslations } from '../../../server/web/text/i18n.ts'

const t = loadTranslations()('en')
const now = Temporal.Instant.from('2026-11-18T12:00:00Z')
const dates = datesFor('en', 'Europe/Oslo', now, t)

test('calendar dates are said as people say them, whatever the zone', () => {
  expect(dates.day('2026-12-14')).toBe('Monday 14 December')
  expect(dates.day('2027-01-11')).toBe('Monday 11 January 2027')
  expect(dates.shortDay('2026-11-30')).toBe('30 Nov')
  expect(dates.full('2026-11-03')).toBe('3 November 2026')
  expect(datesFor('en', 'Pacific/Kiritimati', now, t).shortDay('2026-11-30')).toBe('30 Nov')
})

test('instants are said in the zone of the cohort', () => {
  expect(dates.moment('2026-11-18T08:40:00Z')).toBe('Wednesday 18 November, 9:40')
  expect(dates.dateOf('2026-11-18T23:30:00Z')).toBe('2026-11-19')
})

test.each([
  ['2026-11-18T11:59:40Z', 'just now'],
  ['2026-11-18T11:58:00Z', '2 minutes ago'],
  ['2026-11-18T10:00:00Z', '2 hours ago'],
  ['2026-11-17T22:00:00Z', 'yesterday'],
  ['2026-11-16T10:00:00Z', 'Monday'],
  ['2026-11-11T10:00:00Z', 'Wednesday 11 November'],
  ['2025-11-11T10:00:00Z', 'Tuesday 11 November 2025'],
])('%s was %s', (instant, words) => {
  expect(dates.ago(instant)).toBe(words)
})
