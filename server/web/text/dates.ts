import { localDate } from '../../db/clock.ts'
import type { Translate } from './i18n.ts'
import { memoize } from './memoize.ts'

/** Dates and times as people say them, in one language and one time zone. */
export interface Dates {
  /** "Monday 14 December"; with the year when it is not this one. */
  day(date: string): string
  /** "14 Dec" */
  shortDay(date: string): string
  /** "Wednesday 18 November, 9:40" for an instant. */
  moment(instant: string): string
  /** "just now", "2 hours ago", "yesterday", "Monday", then the date, for an instant that has passed. */
  ago(instant: string): string
  /** "14:32" */
  clock(instant: string): string
  /** "3 November 2026" */
  full(date: string): string
  /** "November 2026" for a month of the calendar, as 2026-11. */
  month(month: string): string
  /** "Mon" */
  weekday(date: string): string
  /** The local date of an instant, YYYY-MM-DD; here, or in the time zone that is named. */
  dateOf(instant: string, time_zone?: string): string
}

const DAY = { weekday: 'long', day: 'numeric', month: 'long' } as const
const DAY_AND_YEAR = { ...DAY, year: 'numeric' } as const
const FULL = { day: 'numeric', month: 'long', year: 'numeric' } as const
const SHORT = { day: 'numeric', month: 'short' } as const
const MONTH = { month: 'long', year: 'numeric' } as const
const SHORT_WEEKDAY = { weekday: 'short' } as const
const WEEKDAY = { weekday: 'long' } as const
const TIME = { hour: 'numeric', minute: '2-digit', hour12: false } as const

/** How many dates and instants each way of saying keeps in memory. */
const KEPT = 5000

/** Days since 1970, to count how far two calendar dates are apart. */
const dayNumber = memoize(KEPT, (date) => Temporal.PlainDate.from('1970-01-01').until(date).days)
const milliseconds = memoize(KEPT, (instant) => Temporal.Instant.from(instant).epochMilliseconds)

/** Writes calendar dates: printed in UTC at noon, so that no zone moves them. */
function dateWriter(language: string, options: Intl.DateTimeFormatOptions) {
  const format = new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' })
  return memoize(KEPT, (date) => {
    const noon = Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: 'UTC', plainTime: '12:00' })
    return format.format(noon.epochMilliseconds).replace(/(?<=^\p{L}+),/u, '')
  })
}

/** What is said of a date or an instant in one language and zone, whenever it is said. */
function makeWriters(locale: string, time_zone: string) {
  // "Monday 14 December" without the comma that en-US puts: the site's English is British
  const language = locale === 'en' ? 'en-GB' : locale
  const time = new Intl.DateTimeFormat(language, { ...TIME, timeZone: time_zone })
  return {
    day: dateWriter(language, DAY),
    dayAndYear: dateWriter(language, DAY_AND_YEAR),
    full: dateWriter(language, FULL),
    short: dateWriter(language, SHORT),
    weekday: dateWriter(language, WEEKDAY),
    shortWeekday: dateWriter(language, SHORT_WEEKDAY),
    month: dateWriter(language, MONTH),
    clock: memoize(KEPT, (instant) => time.format(milliseconds(instant))),
    dateOf: memoize(KEPT, (instant) => localDate(Temporal.Instant.from(instant), time_zone)),
  }
}

const writers = memoize(100, (key) => {
  const [locale = 'en', time_zone = 'UTC'] = key.split(' ')
  return makeWriters(locale, time_zone)
})

/** @param now the instant that "today" and "ago" are told from */
export function datesFor(locale: string, time_zone: string, now: Temporal.Instant, t: Translate): Dates {
  const write = writers(`${locale} ${time_zone}`)
  let known_today: string | undefined
  const today = () => {
    known_today ??= localDate(now, time_zone)
    return known_today
  }
  const day = (date: string) => (date.slice(0, 4) === today().slice(0, 4) ? write.day(date) : write.dayAndYear(date))

  return {
    day,
    clock: write.clock,
    dateOf: (instant, there = time_zone) => writers(`${locale} ${there}`).dateOf(instant),
    shortDay: write.short,
    full: write.full,
    month: (month) => write.month(`${month}-01`),
    weekday: write.shortWeekday,
    moment: (instant) => `${day(write.dateOf(instant))}, ${write.clock(instant)}`,
    ago(instant) {
      const minutes = Math.floor((now.epochMilliseconds - milliseconds(instant)) / 60_000)
      if (minutes < 1) return t('ago.now')
      if (minutes < 60) return t('ago.minutes', { count: minutes })
      const date = write.dateOf(instant)
      const days = dayNumber(today()) - dayNumber(date)
      if (days === 0) return t('ago.hours', { count: Math.floor(minutes / 60) })
      if (days === 1) return t('ago.yesterday')
      return days < 7 ? write.weekday(date) : day(date)
    },
  }
}
