import type { CalendarEntry } from '../calendar/plan.ts'
import type { CompletionRule } from '../courses/completion.ts'
import type { CourseContent, CourseSet, Thing } from '../courses/course-content.ts'
import { memoize } from '../web/text/memoize.ts'

/** One entry of a cohort's calendar with what the enrolment did about it. */
export interface MapEntry extends CalendarEntry {
  done: 0 | 1
  skipped: 0 | 1
  drafted: 0 | 1
}

export type TileState = 'done' | 'next' | 'open' | 'skipped' | 'closed'

/** A thing with its position and state on the map. */
export interface Tile {
  kind: 'thing'
  number: number
  thing: Thing
  state: TileState
  opens_on: string
  /** May be visited: its day has come, or the visitor may see it earlier. */
  open: boolean
  /** Its day has not come: only guides and organisers see it. */
  early: boolean
  drafted: boolean
  /** Column of its set, from 1. */
  column: number
  first_of_set: boolean
}

/** A catch-up week or holiday: a time without new things. Dates are local to the cohort. */
export interface Break {
  kind: 'catch-up' | 'holiday'
  from: string
  /** Its last day. */
  to: string
  /** When the next thing opens after it; null at the end of the course. */
  until: string | null
  now: boolean
  /** Column of the thing before it. */
  column: number
}

/** Progress within a set, counting the things of this cohort's calendar. */
interface SetCount {
  set: CourseSet
  done: number
  of: number
}

export interface CourseMap {
  /** What makes a thing done here. */
  completion: CompletionRule
  path: (Tile | Break)[]
  tiles: Tile[]
  sets: SetCount[]
  done: number
  total: number
  /** Number of things that are open and neither done nor skipped. */
  waiting: number
  next: Tile | null
  /** The day on which the next things open. */
  opens_next: string | null
  /** The break that is on now or starts within a week. */
  break: Break | null
}

interface MapTime {
  /** UTC text with milliseconds, as instants are stored. */
  instant: string
  /** The cohort's local date. */
  today: string
}

/** The calendar with what the enrolment did. @param done ids of things, as are `skipped` and `drafted` */
export function withProgress(
  calendar: readonly CalendarEntry[],
  { done, skipped, drafted }: Record<'done' | 'skipped' | 'drafted', number[]>,
): MapEntry[] {
  const has = (ids: number[], thing_id: number | null) => (thing_id !== null && ids.includes(thing_id) ? 1 : 0)
  return calendar.map(({ kind, number, thing_id, opens_on, opens_at }) => ({
    kind,
    number,
    thing_id,
    opens_on,
    opens_at,
    done: has(done, thing_id),
    skipped: has(skipped, thing_id),
    drafted: has(drafted, thing_id),
  }))
}

/**
 * Combines a cohort's calendar with the texts of the course.
 * @param entries in the order of the calendar
 * @param leads whether the visitor sees things before their day
 */
export function buildMap(
  entries: MapEntry[],
  content: Pick<CourseContent, 'completion' | 'thing'>,
  now: MapTime,
  leads: boolean,
): CourseMap {
  const path: (Tile | Break)[] = []
  const columns = new Map<number, number>()
  let column = 1
  for (const [at, entry] of entries.entries()) {
    if (entry.kind !== 'thing') {
      path.push(breakOf(entry, entries.slice(at + 1), column, now))
      continue
    }
    const thing = content.thing(entry.thing_id ?? 0)
    if (!thing) continue
    const first_of_set = !columns.has(thing.set.id)
    column = columns.get(thing.set.id) ?? columns.size + 1
    columns.set(thing.set.id, column)
    path.push(tileOf(entry, thing, now, leads, { column, first_of_set }))
  }
  const tiles = path.filter((station) => station.kind === 'thing')
  const next = tiles.find((tile) => tile.state === 'open' && !tile.early) ?? null
  const waiting = tiles.filter((tile) => tile.state === 'open' && !tile.early).length
  if (next) next.state = 'next'
  return {
    completion: content.completion,
    path,
    tiles,
    sets: countSets(tiles),
    done: tiles.filter((tile) => tile.state === 'done').length,
    total: tiles.length,
    waiting,
    next,
    opens_next: entries.find((entry) => entry.kind === 'thing' && entry.opens_at > now.instant)?.opens_on ?? null,
    break: currentBreak(path, now),
  }
}

function tileOf(
  entry: MapEntry,
  thing: Thing,
  now: MapTime,
  leads: boolean,
  place: { column: number; first_of_set: boolean },
): Tile {
  const its_day = entry.opens_at <= now.instant
  // a thing that somebody worked on stays open, even when dates or the role change
  const open = its_day || leads || entry.done === 1 || entry.skipped === 1 || entry.drafted === 1
  const state = entry.done ? 'done' : entry.skipped ? 'skipped' : open ? 'open' : 'closed'
  const { number, opens_on } = entry
  return {
    kind: 'thing',
    number: number ?? 0,
    thing,
    state,
    opens_on,
    open,
    early: !its_day,
    drafted: entry.drafted === 1,
    ...place,
  }
}

function breakOf(entry: MapEntry, later: MapEntry[], column: number, { today }: MapTime): Break {
  const from = entry.opens_on
  const after = later.find(({ opens_on }) => opens_on > from)?.opens_on
  const to = after ? dayBefore(after) : weekAfter(from)
  const until = later.find(({ kind, opens_on }) => kind === 'thing' && opens_on > from)?.opens_on ?? null
  return {
    kind: entry.kind === 'holiday' ? 'holiday' : 'catch-up',
    from,
    to,
    until,
    now: from <= today && today <= to,
    column,
  }
}

// memoized since every map asks for the same few dates
const dayBefore = memoize(1000, (date) => Temporal.PlainDate.from(date).subtract({ days: 1 }).toString())
/** The seventh day of a week that begins with this one. */
const weekAfter = memoize(1000, (date) => Temporal.PlainDate.from(date).add({ days: 6 }).toString())
const inAWeek = memoize(1000, (date) => Temporal.PlainDate.from(date).add({ days: 7 }).toString())

function currentBreak(path: (Tile | Break)[], { today }: MapTime): Break | null {
  const in_a_week = inAWeek(today)
  const stops = path.filter((station) => station.kind !== 'thing')
  return stops.find(({ from, to }) => from <= in_a_week && today <= to) ?? null
}

function countSets(tiles: Tile[]): SetCount[] {
  const counts = new Map<number, SetCount>()
  for (const { thing, state } of tiles) {
    const count = counts.get(thing.set.id) ?? { set: thing.set, done: 0, of: 0 }
    counts.set(thing.set.id, { ...count, of: count.of + 1, done: count.done + (state === 'done' ? 1 : 0) })
  }
  return [...counts.values()]
}
