import { setImmediate as soon } from 'node:timers/promises'
import type { Clock } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import { instantAt } from './dates.ts'

/** A clock that only changes when it is set. */
export interface SetClock extends Clock {
  set(now: Temporal.Instant): void
}

export function setClock(start: Temporal.Instant): SetClock {
  let time = start
  return {
    now: () => time,
    set: (now) => {
      time = now
    },
  }
}

interface Happening {
  /** Milliseconds since the epoch. */
  at: number
  order: number
  /** What it returns is awaited where it runs alone. */
  act: () => unknown
  /** Runs outside of the shared transaction, in its own. */
  alone: boolean
}

/** Actions in one transaction. */
const AT_ONCE = 1000

/** Runs scheduled actions in order of time, with the clock set to each, so that ids, times and awards are in order. */
export function createTimeline(db: Database, clock: SetClock) {
  // a binary heap: no element is before its parent
  const coming: Happening[] = []
  let added = 0

  function isBefore(one: number, other: number): boolean {
    const [a, b] = [coming[one], coming[other]]
    return a !== undefined && (b === undefined || a.at < b.at || (a.at === b.at && a.order < b.order))
  }

  function swap(one: number, other: number): void {
    const [a, b] = [coming[one], coming[other]]
    if (!a || !b) return
    coming[one] = b
    coming[other] = a
  }

  function next(): Happening | undefined {
    const first = coming[0]
    const last = coming.pop()
    if (!first || !last || coming.length === 0) return first
    coming[0] = last
    for (let at = 0; ; ) {
      const child = isBefore(2 * at + 2, 2 * at + 1) ? 2 * at + 2 : 2 * at + 1
      if (!isBefore(child, at)) return first
      swap(child, at)
      at = child
    }
  }

  function carryOut(): unknown {
    const happening = next()
    if (!happening) return
    clock.set(instantAt(happening.at))
    return happening.act()
  }

  return {
    /**
     * Actions may schedule further actions.
     * @param alone for an action that waits for something, or with thousands of writes, each slower than the one before
     * within a transaction, since SQLite then searches all that it would have to roll back
     */
    schedule(at: number, act: Happening['act'], { alone = false } = {}): void {
      let place = coming.push({ at, order: added++, act, alone }) - 1
      while (place > 0) {
        const parent = (place - 1) >> 1
        if (!isBefore(place, parent)) return
        swap(place, parent)
        place = parent
      }
    },

    async run(): Promise<void> {
      while (coming.length > 0) {
        if (coming[0]?.alone) await carryOut()
        transaction(db, () => {
          for (let done = 0; done < AT_ONCE && coming[0]?.alone === false; done++) carryOut()
        })
        // lets signal handlers run between two transactions
        await soon()
      }
    },
  }
}

export type Timeline = ReturnType<typeof createTimeline>
