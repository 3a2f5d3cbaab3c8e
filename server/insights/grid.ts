import type { CalendarEntry } from '../calendar/plan.ts'
import type { CourseContent, Thing } from '../courses/course-content.ts'

/** State of a thing for one person: `late` is done during a break, or after the last day. */
export type CellState = 'done' | 'late' | 'skipped' | 'draft' | 'open' | 'closed'

/** In display order. */
export const CELL_STATES: readonly CellState[] = ['done', 'late', 'skipped', 'draft', 'open', 'closed']

/** A thing of the cohort's calendar. */
export interface ThingColumn {
  number: number
  thing: Thing
  opens_on: string
  opens_at: string
  open: boolean
}

/** Instants as stored; the end is not included. */
interface BreakSpan {
  from: string
  to: string
}

/** What one person did about each thing. */
export interface LearnerWork {
  /** Instants by the id of the thing. */
  done: Record<string, string>
  /** Reasons, by the thing's id. */
  skipped: Record<string, string>
  drafted: number[]
}

/** @param now an instant as stored */
export function thingColumns(
  entries: readonly CalendarEntry[],
  course: Pick<CourseContent, 'thing'>,
  now: string,
): ThingColumn[] {
  return entries.flatMap(({ number, thing_id, opens_on, opens_at }) => {
    const thing = thing_id === null ? undefined : course.thing(thing_id)
    return thing && number !== null ? [{ number, thing, opens_on, opens_at, open: opens_at <= now }] : []
  })
}

/**
 * The breaks of a calendar, and all the time after its end.
 * @param over the end of the last day
 */
export function breaksOf(entries: readonly CalendarEntry[], over: string): BreakSpan[] {
  const rests = entries.flatMap(({ kind, opens_at: from }) => {
    const to = entries.find(({ opens_at }) => opens_at > from)?.opens_at ?? over
    return kind === 'thing' ? [] : [{ from, to }]
  })
  return [...rests, { from: over, to: '9999' }]
}

/** One person's row of the grid, a cell for each thing. */
export function cellStates(
  columns: readonly ThingColumn[],
  work: LearnerWork,
  rests: readonly BreakSpan[],
): CellState[] {
  return columns.map(({ thing, open }) => {
    const done_at = work.done[thing.id]
    if (done_at !== undefined) return rests.some(({ from, to }) => from <= done_at && done_at < to) ? 'late' : 'done'
    if (work.skipped[thing.id] !== undefined) return 'skipped'
    if (work.drafted.includes(thing.id)) return 'draft'
    return open ? 'open' : 'closed'
  })
}
