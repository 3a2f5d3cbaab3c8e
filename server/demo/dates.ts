import type { CohortKey } from './content.ts'

export const TIME_ZONE = 'Europe/Oslo'
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
export const WEEK = 7 * DAY

/** Time without activity before the demo opens. */
const PAUSE = 3 * MINUTE

/** First days (local dates, all Mondays): Spring is in its sixth week now, Harbour in its fourth, Autumn is over. */
export function firstDays(now: Temporal.Instant): Record<CohortKey, string> {
  const today = now.toZonedDateTimeISO(TIME_ZONE).toPlainDate()
  const monday = today.subtract({ days: today.dayOfWeek - 1 })
  const spring = monday.subtract({ weeks: 5 })
  const harbour = monday.subtract({ weeks: 3 })
  let autumn = septemberMonday(spring.year)
  // fifteen weeks, and some more for late reflections
  while (Temporal.PlainDate.compare(autumn.add({ weeks: 24 }), spring) > 0) autumn = septemberMonday(autumn.year - 1)
  return { spring: spring.toString(), harbour: harbour.toString(), autumn: autumn.toString() }
}

function septemberMonday(year: number): Temporal.PlainDate {
  const first = Temporal.PlainDate.from({ year, month: 9, day: 1 })
  return first.add({ days: (8 - first.dayOfWeek) % 7 })
}

/** The latest time of any activity, in milliseconds since the epoch. */
export function latestBefore(now: Temporal.Instant): number {
  return now.epochMilliseconds - PAUSE
}

/**
 * The time of a local day and time after a thing opened, in milliseconds. A future one is moved to an earlier day, or,
 * where the thing was not open then, between its opening and the latest time, keeping the planned order.
 */
export function scheduledTime(
  { opens_at, day, time }: { opens_at: number; day: number; time: string },
  latest: number,
) {
  const opening = instantAt(opens_at).toZonedDateTimeISO(TIME_ZONE)
  let moment = opening.add({ days: day }).withPlainTime(time)
  const planned = moment.epochMilliseconds
  while (moment.epochMilliseconds > latest && moment.epochMilliseconds >= opens_at)
    moment = moment.subtract({ days: 1 })
  const at = moment.epochMilliseconds
  return at >= opens_at ? at : between(opens_at, latest, (planned - opens_at) / WEEK)
}

/** @param at milliseconds since the epoch, with or without a fraction */
export function instantAt(at: number): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(at))
}

export function between(from: number, to: number, share: number): number {
  return from + (to - from) * Math.min(1, share)
}

/** The same time, or seven hours later before 7 in the morning. */
export function duringDay(at: number): number {
  const { hour } = instantAt(at).toZonedDateTimeISO(TIME_ZONE)
  return hour < 7 ? at + 7 * HOUR : at
}

/** Midnight of a local date in milliseconds since the epoch. */
export function millisecondsOf(date: string): number {
  return Temporal.PlainDate.from(date).toZonedDateTime(TIME_ZONE).epochMilliseconds
}
