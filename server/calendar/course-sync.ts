import {
  type CalendarChange,
  CalendarRefusal,
  type CohortTime,
  daysBetween,
  type EditableEntry,
  entryAt,
  type FollowingThings,
  inOrder,
  plusDays,
  shiftEntries,
  today,
  withDate,
} from './changes.ts'
import { isOpen } from './plan.ts'

/** What of the course is not in the calendar as the course has it now, as ids of things. */
export interface CourseDifference {
  added: number[]
  /** Hidden in the course, and not open here yet. */
  hidden: number[]
  /** The course has the coming things in another order. */
  reordered: boolean
}

type WantedChanges = Record<'added' | 'hidden' | 'reordered', boolean>

/**
 * A holiday: what would open in it comes a week later, and everything after it too, as when the calendar was made.
 * @param holiday local dates, both included
 * @throws CalendarRefusal
 */
export function addHoliday(
  entries: readonly EditableEntry[],
  { from, to }: { from: string; to: string },
  place: CohortTime,
): CalendarChange {
  if (to < today(place)) throw new CalendarRefusal('past')
  const weeks: EditableEntry[] = []
  let calendar = [...entries]
  let at = calendar.findIndex((entry) => entry.opens_on >= from && !isOpen(entry, place.now))
  for (let next = calendar[at]; at >= 0 && next && next.opens_on <= to; next = calendar[at]) {
    if (next.kind !== 'holiday') {
      const week = withDate({ id: null, kind: 'holiday', number: null, thing_id: null }, next.opens_on, place)
      calendar = [...calendar.slice(0, at), week, ...shiftEntries(calendar.slice(at), 7, place)]
      weeks.push(week)
    }
    at += 1
  }
  const [entry] = weeks
  if (!entry) throw new CalendarRefusal('no_week')
  const was = new Map(entries.map(({ id, opens_on }) => [id, opens_on]))
  const moved = calendar.filter(({ id, opens_on }) => id !== null && was.get(id) !== opens_on).length
  return { entries: calendar, entry, moved, days: 7 * weeks.length }
}

/**
 * Takes out a thing that has not opened yet. Where the rest follows, the next day comes in its place, unless
 * another thing stays on that day. @throws CalendarRefusal
 */
export function takeOutThing(
  entries: readonly EditableEntry[],
  at: number,
  { rest }: { rest: FollowingThings },
  place: CohortTime,
): CalendarChange {
  const [entry, before, next] = [entryAt(entries, at), entries[at - 1], entries[at + 1]]
  if (entry.kind !== 'thing') throw new CalendarRefusal('no_thing')
  if (isOpen(entry, place.now)) throw new CalendarRefusal('open')
  if (entries.filter(({ kind }) => kind === 'thing').length === 1) throw new CalendarRefusal('only')
  const shared = entry.opens_on === before?.opens_on || entry.opens_on === next?.opens_on
  const days = rest === 'follow' && next && !shared ? daysBetween(next.opens_on, entry.opens_on) : 0
  const later = shiftEntries(entries.slice(at + 1), days, place)
  return { entries: [...entries.slice(0, at), ...later], entry, moved: days === 0 ? 0 : later.length, days }
}

/** Puts a thing back that was taken out, on a day between the others, which keep theirs. @throws CalendarRefusal */
export function restoreThing(
  entries: readonly EditableEntry[],
  thing: EditableEntry,
  opens_on: string,
  place: CohortTime,
): CalendarChange {
  if (opens_on < today(place)) throw new CalendarRefusal('past')
  const entry = withDate(thing, opens_on, place)
  const later = (other: EditableEntry) =>
    other.opens_on > opens_on || (other.opens_on === opens_on && (other.number ?? 0) > (entry.number ?? 0))
  const at = entries.some(later) ? entries.findIndex(later) : entries.length
  const [before, after] = [entries[at - 1], entries[at]]
  if (before && !inOrder(before, entry)) throw new CalendarRefusal('before', before)
  if (after && !inOrder(entry, after)) throw new CalendarRefusal('after', after)
  return { entries: [...entries.slice(0, at), entry, ...entries.slice(at)], entry, moved: 0, days: 0 }
}

/**
 * What the course has by now that the calendar has not.
 * @param aside things that were taken out of this calendar: they are not new
 * @param things the course's, in its order
 */
export function compareWithCourse(
  entries: readonly EditableEntry[],
  aside: readonly Pick<EditableEntry, 'thing_id'>[],
  things: readonly number[],
  now: Temporal.Instant,
): CourseDifference {
  const known = new Set([...entries, ...aside].map(({ thing_id }) => thing_id))
  const coming = entries.flatMap((entry) => (entry.thing_id === null || isOpen(entry, now) ? [] : [entry.thing_id]))
  const kept = coming.filter((id) => things.includes(id))
  const inCourse = things.filter((id) => kept.includes(id))
  return {
    added: things.filter((id) => !known.has(id)),
    hidden: coming.filter((id) => !things.includes(id)),
    reordered: kept.some((id, at) => id !== inCourse[at]),
  }
}

/**
 * Takes over from the course what is wanted of its news. What is open stays, and each thing keeps its number; new ones
 * get further numbers and come at the end, or where the course has them among those to come, where its order is wanted.
 * @param per_week how many new ones open together
 * @throws CalendarRefusal
 */
export function applyCourse(
  entries: readonly EditableEntry[],
  {
    aside,
    things,
    wanted,
    per_week,
  }: {
    aside: readonly Pick<EditableEntry, 'thing_id' | 'number'>[]
    things: readonly number[]
    wanted: WantedChanges
    per_week: number
  },
  place: CohortTime,
): CalendarChange {
  const news = compareWithCourse(entries, aside, things, place.now)
  const added = wanted.added ? newEntries(entries, aside, { ids: news.added, per_week }, place) : []
  let calendar = [...entries, ...added]
  if (wanted.reordered && (news.reordered || added.length > 0)) calendar = inCourseOrder(calendar, things, place)
  for (const id of wanted.hidden ? news.hidden : []) {
    const at = calendar.findIndex(({ thing_id }) => thing_id === id)
    calendar = takeOutThing(calendar, at, { rest: 'follow' }, place).entries
  }
  const before = new Map(entries.map(({ number, opens_on }) => [number, opens_on]))
  const after = new Set(calendar.map(({ thing_id }) => thing_id))
  const gone = entries.filter(({ thing_id }) => !after.has(thing_id))
  const other = calendar.filter(({ kind, number, opens_on }) => kind === 'thing' && before.get(number) !== opens_on)
  const entry = other[0] ?? gone[0]
  if (!entry) throw new CalendarRefusal('nothing_new')
  return { entries: calendar, entry, moved: other.length + gone.length, days: 0 }
}

function newEntries(
  entries: readonly EditableEntry[],
  aside: readonly Pick<EditableEntry, 'number'>[],
  { ids, per_week }: { ids: readonly number[]; per_week: number },
  place: CohortTime,
): EditableEntry[] {
  const last = entryAt(entries, entries.length - 1).opens_on
  const behind = Math.max(0, daysBetween(last, today(place)))
  const first = plusDays(last, 7 * Math.max(1, Math.ceil(behind / 7)))
  const highest = Math.max(0, ...[...entries, ...aside].map(({ number }) => number ?? 0))
  return ids.map((thing_id, at) => {
    const opens_on = plusDays(first, 7 * Math.floor(at / per_week))
    return withDate({ id: null, kind: 'thing', number: highest + at + 1, thing_id }, opens_on, place)
  })
}

/** Puts the coming things in the order of the course; the dates stay. */
function inCourseOrder(
  entries: readonly EditableEntry[],
  things: readonly number[],
  place: CohortTime,
): EditableEntry[] {
  const moves = (entry: EditableEntry) => !isOpen(entry, place.now) && things.includes(entry.thing_id ?? 0)
  const order = entries.filter(moves).sort((a, b) => things.indexOf(a.thing_id ?? 0) - things.indexOf(b.thing_id ?? 0))
  return entries.map((entry) => (moves(entry) ? withDate(order.shift() ?? entry, entry.opens_on, place) : entry))
}
