import type { Translate } from './words.ts'

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
  /** The local date of an instant, YYYY-MM-DD. */
  dateOf(instant: string): string
}

const formats = new Map<string, Intl.DateTimeFormat>()

function format(locale: string, time_zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${time_zone} ${JSON.stringify(options)}`
  let known = formats.get(key)
  if (!known) {
    known = new Intl.DateTimeFormat(locale, { ...options, timeZone: time_zone })
    formats.set(key, known)
  }
  return known
}

const DAY = { weekday: 'long', day: 'numeric', month: 'long' } as const
const FULL = { day: 'numeric', month: 'long', year: 'numeric' } as const
const SHORT = { day: 'numeric', month: 'short' } as const
const TIME = { hour: 'numeric', minute: '2-digit', hour12: false } as const

/** @param now the instant that "today" and "ago" are told from */
export function datesFor(locale: string, time_zone: string, now: Temporal.Instant, t: Translate): Dates {
  // "Monday 14 December" without the comma that en-US puts: the site's English is British
  const language = locale === 'en' ? 'en-GB' : locale
  const today = now.toZonedDateTimeISO(time_zone).toPlainDate()
  // a calendar date is printed in UTC at noon, so that no zone moves it
  const noon = (date: string) =>
    Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: 'UTC', plainTime: '12:00' }).epochMilliseconds
  const write = (date: string, options: Intl.DateTimeFormatOptions) =>
    format(language, 'UTC', options)
      .format(noon(date))
      .replace(/(?<=^\p{L}+),/u, '')
  const dateOf = (instant: string) =>
    Temporal.Instant.from(instant).toZonedDateTimeISO(time_zone).toPlainDate().toString()
  const clock = (instant: string) =>
    format(language, time_zone, TIME).format(Temporal.Instant.from(instant).epochMilliseconds)
  const day = (date: string) =>
    write(date, Temporal.PlainDate.from(date).year === today.year ? DAY : { ...DAY, year: 'numeric' })

  return {
    day,
    clock,
    dateOf,
    shortDay: (date) => write(date, SHORT),
    full: (date) => write(date, FULL),
    moment: (instant) => `${day(dateOf(instant))}, ${clock(instant)}`,
    ago(instant) {
      const minutes = Math.floor(now.since(Temporal.Instant.from(instant)).total('minutes'))
      const date = dateOf(instant)
      const days = Temporal.PlainDate.from(date).until(today).days
      if (minutes < 1) return t('ago.now')
      if (minutes < 60) return t('ago.minutes', { count: minutes })
      if (days === 0) return t('ago.hours', { count: Math.floor(minutes / 60) })
      if (days === 1) return t('ago.yesterday')
      if (days < 7) return write(date, { weekday: 'long' })
      return day(date)
    },
  }
}
