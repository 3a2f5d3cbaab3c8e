import fc from 'fast-check'
import { expect, test } from 'vitest'
import { instantIn } from '../../server/feeds/parsing/read-date.ts'

const now = Temporal.Instant.from('2027-06-01T12:00:00Z')

test.each([
  ['Mon, 05 Oct 2026 08:30:00 CET', '2026-10-05T07:30'],
  ['Mon, 05 Oct 2026 08:30:00 CEST', '2026-10-05T06:30'],
  ['Mon, 05 Oct 2026 08:30:00 BST', '2026-10-05T07:30'],
  ['Mon, 05 Oct 2026 08:30:00 AEDT', '2026-10-04T21:30'],
  ['Mon, 05 Oct 2026 08:30 NZDT', '2026-10-04T19:30'],
  ['Mon, 05 Oct 2026 08:30:00 JST', '2026-10-04T23:30'],
  ['Mon, 05 Oct 2026 08:30:00 PST', '2026-10-05T16:30'],
  ['Mon, 05 Oct 2026 08:30:00 XYZT', '2026-10-05T08:30'],
  ['Mon, 05 Oct 2026 08:30:00 +0200 CET', '2026-10-05T06:30'],
  ['Mon Oct 05 2026 08:30:00 GMT+0200 (CEST)', '2026-10-05T06:30'],
  ['Mon Oct 05 08:30:00 EDT 2026', '2026-10-05T12:30'],
  ['05 Oct 26 08:30 Z', '2026-10-05T08:30'],
  ['Fri, 05 Oct 2026 24:00:00 GMT', '2026-10-06T00:00'],
  ['05/Oct/2026:08:30:00 +0200', '2026-10-05T06:30'],
])('a date of RFC 822 and its relatives: %s', (text, instant) => {
  expect(instantIn(text, now)).toBe(`${instant}:00.000Z`)
})

test.each([
  ['Monday, October 5, 2026 - 8:30', '2026-10-05T08:30'],
  ['October 5th, 2026 at 8:30 pm', '2026-10-05T20:30'],
  ['5. Oktober 2026, 08:30 Uhr', '2026-10-05T08:30'],
  ['Mo, 05 Mär 2026 08:30:00 +0100', '2026-03-05T07:30'],
  ['lun., 05 févr. 2026 08:30:00 +0100', '2026-02-05T07:30'],
  ['1er août 2026', '2026-08-01T00:00'],
  ['mar. 6 oct. 2026 08h30', '2026-10-06T08:30'],
  ['5 de enero de 2026 08:30', '2026-01-05T08:30'],
  ['man. 5. okt. 2026 08:30:00', '2026-10-05T08:30'],
  ['5. desember 2026', '2026-12-05T00:00'],
  ['ma 5 mei 2026 08:30:00 CEST', '2026-05-05T06:30'],
  ['5 outubro 2026', '2026-10-05T00:00'],
  ['5 октября 2026 г., 08:30', '2026-10-05T08:30'],
  ['2026年10月5日 8:30', '2026-10-05T08:30'],
])('a spelled date: %s', (text, instant) => {
  expect(instantIn(text, now)).toBe(`${instant}:00.000Z`)
})

test.each([
  ['2026-10-05', '2026-10-05T00:00'],
  ['2026-10-05 08:30:00', '2026-10-05T08:30'],
  ['2026-10-05 08:30:00.25 +0200 CEST', '2026-10-05T06:30'],
  ['20261005T083000Z', '2026-10-05T08:30'],
  ['25/10/2026 08:30', '2026-10-25T08:30'],
  ['10/25/2026 8:30 PM', '2026-10-25T20:30'],
  ['5.10.2026', '2026-10-05T00:00'],
  ['1791189000', '2026-10-05T08:30'],
])('a date in digits: %s', (text, instant) => {
  expect(instantIn(text, now)).toBe(`${instant}:00.000Z`)
})

test.each([
  '04-05-2026',
  '4/5/2026 08:30',
  '05/10/26',
  '26 listopada 2026',
  '31 Feb 2026',
  '2026',
  'October 2026',
  '5 October',
  'yesterday',
  '0000-00-00 00:00:00',
  '1969-07-20',
])('%s is no date', (text) => {
  expect(instantIn(text, now)).toBeNull()
})

test('a date to come is now', () => {
  expect(instantIn('Mon, 05 Oct 2099 08:30:00 GMT', now)).toBe('2027-06-01T12:00:00.000Z')
})

test('a date as JavaScript writes it is the same instant, and nothing throws', () => {
  const min = new Date('1991-01-01T00:00:00Z')
  fc.assert(
    fc.property(fc.date({ min, max: new Date('2027-01-01T00:00:00Z'), noInvalidDate: true }), (date) => {
      date.setUTCMilliseconds(0)
      expect(instantIn(date.toUTCString(), now)).toBe(date.toISOString())
      expect(instantIn(date.toISOString(), now)).toBe(date.toISOString())
    }),
  )
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 120 }), (text) => void instantIn(text, now)))
})
