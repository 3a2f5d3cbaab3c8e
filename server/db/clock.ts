/** The source of the current time; tests set it. */
export interface Clock {
  now(): Temporal.Instant
}

export const systemClock: Clock = { now: () => Temporal.Now.instant() }

/** The current UTC instant as stored text, with milliseconds, so that texts sort as times do. */
export function nowText(clock: Clock): string {
  return instantText(clock.now())
}

export function instantText(instant: Temporal.Instant): string {
  return instant.toString({ fractionalSecondDigits: 3 })
}

/** The calendar date of an instant in a time zone, as YYYY-MM-DD. */
export function localDate(instant: Temporal.Instant, time_zone: string): string {
  return instant.toZonedDateTimeISO(time_zone).toPlainDate().toString()
}

/** Date and time of an instant in a time zone, as YYYY-MM-DD HH:MM. */
export function localMinute(instant: Temporal.Instant, time_zone: string): string {
  const local = instant.toZonedDateTimeISO(time_zone).toPlainDateTime()
  return local.toString({ smallestUnit: 'minute' }).replace('T', ' ')
}

/** Whether a value is an existing date, as YYYY-MM-DD. */
export function isDate(value: unknown): boolean {
  try {
    return (
      typeof value === 'string' &&
      /^\d{4}-\d\d-\d\d$/.test(value) &&
      Temporal.PlainDate.from(value).toString() === value
    )
  } catch {
    return false
  }
}
