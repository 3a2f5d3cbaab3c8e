import type { CalendarEntry } from '../calendar/plan.ts'
import type { ThingColumn } from './grid.ts'

/** Number of people of one role who have done a given number of things. */
export interface SpreadRow {
  role: 'learner' | 'guide' | 'organiser'
  done: number
  people: number
  /** Those who posted or commented in the last seven days. */
  wrote: number
  /** Those who have been inactive for two weeks, see inactivity.ts. */
  quiet: number
}

export interface Headcount {
  learners: number
  guides: number
  organisers: number
  wrote: number
  quiet: number
  /** Median of the things done by learners; null where there is no learner. */
  middle: number | null
}

/** Counts of completions and pulse answers of a thing. */
export interface TallyRow {
  thing_id: number
  done: number
  answered: number
  useful: number
  partly_useful: number
  will_use: number
  perhaps: number
}

export interface ThingTally extends Omit<TallyRow, 'thing_id'>, ThingColumn {}

/** A break that has begun. */
export interface BreakBetween {
  kind: 'catch-up' | 'holiday'
  /** Number of things that opened before it. */
  after: number
}

/** @param rows in ascending order of `done` */
export function headcount(rows: readonly SpreadRow[]): Headcount {
  const learners = rows.filter(({ role }) => role === 'learner')
  const sum = (of: readonly SpreadRow[], field: 'people' | 'wrote' | 'quiet') =>
    of.reduce((total, row) => total + row[field], 0)
  const people = sum(learners, 'people')
  return {
    learners: people,
    guides: sum(
      rows.filter(({ role }) => role === 'guide'),
      'people',
    ),
    organisers: sum(
      rows.filter(({ role }) => role === 'organiser'),
      'people',
    ),
    wrote: sum(learners, 'wrote'),
    quiet: sum(learners, 'quiet'),
    middle: medianOf(learners, people),
  }
}

/** The lower median. */
function medianOf(rows: readonly SpreadRow[], people: number): number | null {
  let before = 0
  for (const { done, people: here } of rows) {
    before += here
    if (before * 2 >= people) return done
  }
  return null
}

const NO_COUNTS = { done: 0, answered: 0, useful: 0, partly_useful: 0, will_use: 0, perhaps: 0 }

/** The open things in order, each with its counts. */
export function thingTallies(columns: readonly ThingColumn[], rows: readonly TallyRow[]): ThingTally[] {
  const byThing = new Map(rows.map(({ thing_id, ...tally }) => [thing_id, tally]))
  return columns
    .filter(({ open }) => open)
    .map((column) => ({ ...column, ...(byThing.get(column.thing.id) ?? NO_COUNTS) }))
}

/** The breaks between open things; none before the first and none after the last. */
export function breaksBetween(entries: readonly CalendarEntry[], now: string): BreakBetween[] {
  const begun = entries.filter(({ opens_at }) => opens_at <= now)
  const things = begun.filter(({ kind }) => kind === 'thing').length
  return begun
    .flatMap(({ kind }, at) => {
      const after = begun.slice(0, at).filter((entry) => entry.kind === 'thing').length
      return kind === 'thing' ? [] : [{ kind, after }]
    })
    .filter(({ after }, at, rests) => after > 0 && after < things && rests[at - 1]?.after !== after)
}
