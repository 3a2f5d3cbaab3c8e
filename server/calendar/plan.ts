import type { Weekday } from '../courses/format/schema.ts'
import { instantText } from '../db/clock.ts'

/** How a start date makes the calendar. The weekday is only what the form suggests: the organiser's date sets it. */
export type Rhythm = { weekday?: Weekday; per_week: number; catch_up_after: readonly number[] }

/** Local dates, both included. */
export type Holiday = { from: string; to: string }

/** An entry of a cohort's calendar: `opens_on` is the local date, `opens_at` the instant at which it opens, in UTC. */
export interface CalendarEntry {
  kind: PlannedEntry['kind']
  number: number | null
  thing_id: number | null
  opens_on: string
  opens_at: string
}

/** An entry before the things of the course are known. */
export type PlannedEntry = { opens_on: string; opens_at: string } & (
  | { kind: 'thing'; number: number }
  | { kind: 'catch-up' }
  | { kind: 'holiday' }
)

type Plan = {
  starts_on: string
  time_zone: string
  rhythm: Rhythm
  things: number
  holidays?: readonly Holiday[]
}

const DAYS: Record<Weekday, number> = {
  monday: 1,
  tuesday: 2,
  wednesday: 3,
  thursday: 4,
  friday: 5,
  saturday: 6,
  sunday: 7,
}

/**
 * The weeks of a cohort in order. Week 1 opens on `starts_on`, each other a whole number of weeks later; the things of a
 * week open together. A catch-up closes its week early and takes the next one. A week that would begin in a holiday
 * becomes a holiday entry, and everything from there on comes a week later.
 */
export function planCalendar({ starts_on, time_zone, rhythm, things, holidays = [] }: Plan): PlannedEntry[] {
  const start = Temporal.PlainDate.from(starts_on)
  const weeks = planWeeks(things, rhythm)
  const entries: PlannedEntry[] = []
  for (let week = 0; weeks.length > 0; week += 1) {
    const opens_on = start.add({ weeks: week }).toString()
    const opens = { opens_on, opens_at: opensAt(opens_on, time_zone) }
    const resting = holidays.some(({ from, to }) => from <= opens_on && opens_on <= to)
    const numbers = resting ? 'holiday' : weeks.shift()
    if (numbers === 'holiday' || numbers === 'catch-up') entries.push({ kind: numbers, ...opens })
    else for (const number of numbers ?? []) entries.push({ kind: 'thing', number, ...opens })
  }
  return entries
}

function planWeeks(things: number, { per_week, catch_up_after }: Rhythm): (number[] | 'catch-up')[] {
  if (!Number.isInteger(per_week) || per_week < 1) throw new RangeError(`per_week is ${per_week}`)
  const weeks: (number[] | 'catch-up')[] = []
  let open: number[] = []
  for (let number = 1; number <= things; number += 1) {
    if (open.length === 0) weeks.push(open)
    open.push(number)
    const rest = catch_up_after.includes(number)
    if (rest) weeks.push('catch-up')
    if (rest || open.length === per_week) open = []
  }
  return weeks
}

/**
 * The first instant of a local date. Where the clocks skip midnight it is the first moment that exists; where they skip the
 * whole date (Samoa, 30 December 2011) the next one. With milliseconds, as all stored instants, so that texts sort as times.
 */
export function opensAt(date: string, time_zone: string): string {
  return Temporal.PlainDate.from(date).toZonedDateTime(time_zone).toInstant().toString({ fractionalSecondDigits: 3 })
}

/** When what is not open yet opens in another time zone; where it has become that day there, now and not in the past. */
export function opensInZone(date: string, time_zone: string, now: Temporal.Instant): string {
  const [later = ''] = [opensAt(date, time_zone), instantText(now)].toSorted().toReversed()
  return later
}

export function isOpen(entry: Pick<PlannedEntry, 'opens_at'>, now: Temporal.Instant): boolean {
  return Temporal.Instant.compare(Temporal.Instant.from(entry.opens_at), now) <= 0
}

/** The last day of the last week. */
export function lastDay(entries: readonly Pick<PlannedEntry, 'opens_on'>[]): string {
  const last = entries.at(-1)
  if (!last) throw new RangeError('a calendar without entries has no last day')
  return Temporal.PlainDate.from(last.opens_on).add({ days: 6 }).toString()
}

const LONGEST_HOLIDAY = 92

/** Whether two local dates, both included, are in order and no more than three months apart. */
export function isHoliday(from: string, to: string): boolean {
  const { days } = Temporal.PlainDate.from(from).until(to)
  return days >= 0 && days < LONGEST_HOLIDAY
}

/** A start date to offer: the rhythm's weekday, at least a week ahead, so that there is time to invite people. */
export function suggestedStart({ weekday }: Pick<Rhythm, 'weekday'>, today: string): string {
  const soonest = Temporal.PlainDate.from(today).add({ days: 7 })
  const wait = weekday ? (DAYS[weekday] - soonest.dayOfWeek + 7) % 7 : 0
  return soonest.add({ days: wait }).toString()
}
