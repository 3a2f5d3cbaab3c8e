import { localDate } from '../db/clock.ts'
import { type CalendarEntry, isOpen, opensAt } from './plan.ts'

/** A stop of a calendar as far as changing it goes; `id` tells rows apart and is null for what was just added. */
export interface EditableEntry extends CalendarEntry {
  id: number | null
}

/** What becomes of everything after the changed entry: it moves by as many days, or keeps its dates. */
export type FollowingThings = 'follow' | 'stay'

export interface CohortTime {
  now: Temporal.Instant
  time_zone: string
}

export interface CalendarChange {
  entries: EditableEntry[]
  /** The entry it is about, as it is now, or as it was where it is gone. */
  entry: EditableEntry
  /** How many others moved with it, and by how many days. */
  moved: number
  days: number
}

type Reason =
  | ('open' | 'past' | 'same' | 'before' | 'after' | 'not_last' | 'over' | 'thing')
  | ('no_week' | 'no_thing' | 'only' | 'nothing_new')

/** A change that would break the calendar's order or what people were told; nothing is changed. */
export class CalendarRefusal extends Error {
  readonly reason: Reason
  /** The other entry that prevents the change, if any. */
  readonly neighbour: EditableEntry | null

  constructor(reason: Reason, neighbour: EditableEntry | null = null) {
    super(`the calendar stays as it is: ${reason}`)
    this.reason = reason
    this.neighbour = neighbour
  }
}

/** Gives an entry another date. @throws CalendarRefusal */
export function moveEntry(
  entries: readonly EditableEntry[],
  at: number,
  { opens_on, rest }: { opens_on: string; rest: FollowingThings },
  place: CohortTime,
): CalendarChange {
  const [entry, before, after] = [entryAt(entries, at), entries[at - 1], entries[at + 1]]
  if (isOpen(entry, place.now)) throw new CalendarRefusal('open')
  if (opens_on === entry.opens_on) throw new CalendarRefusal('same')
  if (opens_on < today(place)) throw new CalendarRefusal('past')
  const moved = withDate(entry, opens_on, place)
  if (before && !inOrder(before, moved)) throw new CalendarRefusal('before', before)
  if (after && rest === 'stay' && !inOrder(moved, after)) throw new CalendarRefusal('after', after)
  const days = rest === 'follow' ? daysBetween(entry.opens_on, opens_on) : 0
  const later = shiftEntries(entries.slice(at + 1), days, place)
  return {
    entries: [...entries.slice(0, at), moved, ...later],
    entry: moved,
    moved: days === 0 ? 0 : later.length,
    days: daysBetween(entry.opens_on, opens_on),
  }
}

/** Puts a week without new things in the place of the next one, which follows with all the rest. @throws CalendarRefusal */
export function addCatchUp(entries: readonly EditableEntry[], after: number, place: CohortTime): CalendarChange {
  const [entry, next] = [entryAt(entries, after), entries[after + 1]]
  if (!isLastThingOfDay(entries, after)) throw new CalendarRefusal('not_last', next ?? entry)
  if (next && isOpen(next, place.now)) throw new CalendarRefusal('open', next)
  const opens_on = next?.opens_on ?? plusDays(entry.opens_on, 7)
  if (opens_on < today(place)) throw new CalendarRefusal('over')
  const catch_up = withDate({ id: null, kind: 'catch-up', number: null, thing_id: null }, opens_on, place)
  const later = shiftEntries(entries.slice(after + 1), 7, place)
  return {
    entries: [...entries.slice(0, after + 1), catch_up, ...later],
    entry: catch_up,
    moved: later.length,
    days: 7,
  }
}

/** Whether the entry is a thing and the last one of its day, so that a catch-up week may come after it. */
export function isLastThingOfDay(entries: readonly EditableEntry[], at: number): boolean {
  const entry = entryAt(entries, at)
  return entry.kind === 'thing' && entry.opens_on !== entries[at + 1]?.opens_on
}

/** Takes a catch-up week or a holiday out; where the rest follows, the next entry takes its date. @throws CalendarRefusal */
export function removeRest(
  entries: readonly EditableEntry[],
  at: number,
  { rest }: { rest: FollowingThings },
  place: CohortTime,
): CalendarChange {
  const [entry, next] = [entryAt(entries, at), entries[at + 1]]
  if (entry.kind === 'thing') throw new CalendarRefusal('thing')
  if (isOpen(entry, place.now)) throw new CalendarRefusal('open')
  const days = rest === 'follow' && next ? daysBetween(next.opens_on, entry.opens_on) : 0
  const later = shiftEntries(entries.slice(at + 1), days, place)
  return { entries: [...entries.slice(0, at), ...later], entry, moved: days === 0 ? 0 : later.length, days }
}

/** Things may share a day; a catch-up week or a holiday has its own. */
export function inOrder(one: EditableEntry, other: EditableEntry): boolean {
  const both_things = one.kind === 'thing' && other.kind === 'thing'
  return one.opens_on < other.opens_on || (both_things && one.opens_on === other.opens_on)
}

export function shiftEntries(entries: readonly EditableEntry[], days: number, place: CohortTime): EditableEntry[] {
  if (days === 0) return [...entries]
  return entries.map((entry) => withDate(entry, plusDays(entry.opens_on, days), place))
}

export function withDate(
  entry: Omit<EditableEntry, 'opens_on' | 'opens_at'>,
  opens_on: string,
  { time_zone }: CohortTime,
): EditableEntry {
  return { ...entry, opens_on, opens_at: opensAt(opens_on, time_zone) }
}

export function entryAt(entries: readonly EditableEntry[], at: number): EditableEntry {
  const entry = entries[at]
  if (!entry) throw new RangeError(`the calendar has no entry ${at}`)
  return entry
}

export function today({ now, time_zone }: CohortTime): string {
  return localDate(now, time_zone)
}

export function plusDays(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString()
}

/** The later one of two dates. */
export function laterDate(one: string, other: string): string {
  return [one, other].toSorted()[1] ?? one
}

export function daysBetween(from: string, to: string): number {
  return Temporal.PlainDate.from(from).until(to).days
}
