import type { StoredCalendarEntry } from './calendar.ts'

/** A day of a month, with what opens on it. */
interface Day {
  date: string
  number: number
  /** Of this month, or of the week's other one. */
  inside: boolean
  today: boolean
  entries: StoredCalendarEntry[]
}

export interface Month {
  /** `2026-11` */
  month: string
  weeks: Day[][]
  before: string
  after: string
}

/** A month in whole weeks from Monday on. */
export function monthOf(entries: readonly StoredCalendarEntry[], month: string, today: string): Month {
  const first = Temporal.PlainYearMonth.from(month)
  const start = first.toPlainDate({ day: 1 })
  const from = start.subtract({ days: start.dayOfWeek - 1 })
  const weeks = Math.ceil((start.dayOfWeek - 1 + first.daysInMonth) / 7)
  const opening = Map.groupBy(entries, ({ opens_on }) => opens_on)
  const dayAt = (at: number): Day => {
    const date = from.add({ days: at })
    const text = date.toString()
    const inside = date.month === first.month
    return { date: text, number: date.day, inside, today: text === today, entries: opening.get(text) ?? [] }
  }
  return {
    month: first.toString(),
    weeks: Array.from({ length: weeks }, (_, week) => Array.from({ length: 7 }, (_, day) => dayAt(7 * week + day))),
    before: first.subtract({ months: 1 }).toString(),
    after: first.add({ months: 1 }).toString(),
  }
}

/** The month to begin with: this one, or the nearest in which the cohort runs. */
export function monthToShow({ starts_on, ends_on }: { starts_on: string; ends_on: string }, today: string): string {
  const day = today < starts_on ? starts_on : today > ends_on ? ends_on : today
  return day.slice(0, 7)
}
