import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextRead } from '../../server/feeds/schedule.ts'

const now = Temporal.Instant.from('2026-04-15T07:00:00Z')
const calm = { now, failures: 0, retry_after: null, ttl: null, chance: 0 }

function hoursTo(outcome: Partial<Parameters<typeof nextRead>[0]>): number {
  return nextRead({ ...calm, ...outcome })
    .since(now)
    .total('hours')
}

test('the interval is between one hour and about a week', () => {
  const retry_after = fc.option(
    fc.oneof(
      fc.string(),
      fc.nat().map(String),
      fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
    ),
  )
  fc.assert(
    fc.property(
      fc.nat(50),
      retry_after,
      fc.option(fc.double()),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (failures, said, ttl, chance) => {
        const hours = hoursTo({ failures, retry_after: said, ttl: Number.isNaN(ttl) ? null : ttl, chance })
        expect(hours).toBeGreaterThanOrEqual(1)
        expect(hours).toBeLessThan(7 * 24 * 1.16)
      },
    ),
  )
})

test('consecutive failures increase the delay, up to a day', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 20].map((failures) => hoursTo({ failures }))).toEqual([1, 2, 4, 8, 16, 24, 24, 24])
})

test('Retry-After counts in seconds or as a date, the time to live of a feed in minutes', () => {
  expect(hoursTo({ failures: 1, retry_after: '10800' })).toBe(3)
  expect(hoursTo({ failures: 1, retry_after: 'Wed, 15 Apr 2026 12:00:00 GMT' })).toBe(5)
  expect(hoursTo({ failures: 1, retry_after: 'soon' })).toBe(1)
  expect(hoursTo({ ttl: 180 })).toBe(3)
  expect(hoursTo({ ttl: 1 })).toBe(1)
})

test('jitter adds some minutes', () => {
  expect(hoursTo({ chance: 1 })).toBeCloseTo(1.15)
})
