import { localDate, localMinute } from '../../db/clock.ts'
import type { Translate } from './i18n.ts'
import { memoize } from './memoize.ts'

/** Formats dates and times in one language and one time zone. */
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
  /** "2026-11-30 14:05": the local date and time of an instant, as spreadsheets understand it. */
  timestamp(instant: string): string
  /** IANA name of the time zone of all the others. */
  zone: string
}

const DAY = { weekday: 'long', day: 'numeric', month: 'long' } as const
const DAY_AND_YEAR = { ...DAY, year: 'numeric' } as const
const FULL = { day: 'numeric', month: 'long', year: 'numeric' } as const
const SHORT = { day: 'numeric', month: 'short' } as const
const MONTH = { month: 'long', year: 'numeric' } as const
const SHORT_WEEKDAY = { weekday: 'short' } as const
const WEEKDAY = { weekday: 'long' } as const
const TIME = { hour: 'numeric', minute: '2-digit', hour12: false } as const

/** Cached dates and instants of each format. */
const CACHED = 5000

/** Days since 1970, to count how far two calendar dates are apart. */
const dayNumber = memoize(CACHED, (date) => Temporal.PlainDate.from('1970-01-01').until(date).days)
const milliseconds = memoize(CACHED, (instant) => Temporal.Instant.from(instant).epochMilliseconds)

/** Formats calendar dates at noon in UTC, so that no time zone moves them. */
function dateFormatter(language: string, options: Intl.DateTimeFormatOptions) {
  const format = new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' })
  return memoize(CACHED, (date) => {
    const noon = Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: 'UTC', plainTime: '12:00' })
    return format.format(noon.epochMilliseconds).replace(/(?<=^\p{L}+),/u, '')
  })
}

/** Formats that do not depend on the current time. */
function createFormatters(locale: string, time_zone: string) {
  // British English: "Monday 14 December" without the comma of en-US
  const language = locale === 'en' ? 'en-GB' : locale
  const time = new Intl.DateTimeFormat(language, { ...TIME, timeZone: time_zone })
  return {
    day: dateFormatter(language, DAY),
    dayAndYear: dateFormatter(language, DAY_AND_YEAR),
    full: dateFormatter(language, FULL),
    short: dateFormatter(language, SHORT),
    weekday: dateFormatter(language, WEEKDAY),
    shortWeekday: dateFormatter(language, SHORT_WEEKDAY),
    month: dateFormatter(language, MONTH),
    clock: memoize(CACHED, (instant) => time.format(milliseconds(instant))),
    dateOf: memoize(CACHED, (instant) => localDate(Temporal.Instant.from(instant), time_zone)),
    timestamp: memoize(CACHED, (instant) => localMinute(Temporal.Instant.from(instant), time_zone)),
  }
}

const formatters = memoize(100, (key) => {
  const [locale = 'en', time_zone = 'UTC'] = key.split(' ')
  return createFormatters(locale, time_zone)
})

/** @param now the instant that relative times are computed from */
export function datesFor(locale: string, time_zone: string, now: Temporal.Instant, t: Translate): Dates {
  const format = formatters(`${locale} ${time_zone}`)
  let known_today: string | undefined
  const today = () => {
    known_today ??= localDate(now, time_zone)
    return known_today
  }
  const day = (date: string) => (date.slice(0, 4) === today().slice(0, 4) ? format.day(date) : format.dayAndYear(date))

  return {
    day,
    clock: format.clock,
    dateOf: (instant, there = time_zone) => formatters(`${locale} ${there}`).dateOf(instant),
    timestamp: format.timestamp,
    zone: time_zone,
    shortDay: format.short,
    full: format.full,
    month: (month) => format.month(`${month}-01`),
    weekday: format.shortWeekday,
    moment: (instant) => `${day(format.dateOf(instant))}, ${format.clock(instant)}`,
    ago(instant) {
      const minutes = Math.floor((now.epochMilliseconds - milliseconds(instant)) / 60_000)
      if (minutes < 1) return t('ago.now')
      if (minutes < 60) return t('ago.minutes', { count: minutes })
      const date = format.dateOf(instant)
      const days = dayNumber(today()) - dayNumber(date)
      if (days === 0) return t('ago.hours', { count: Math.floor(minutes / 60) })
      if (days === 1) return t('ago.yesterday')
      return days < 7 ? format.weekday(date) : day(date)
    },
  }
}
