import { setImmediate as soon } from 'node:timers/promises'
import type { Clock } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import { instantAt } from './dates.ts'

/** A clock that stands still until it is set. */
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
  /** Milliseconds, as instants count them. */
  at: number
  order: number
  act: () => void
}

/** So many acts are one write to the disk. */
const AT_ONCE = 500

/** What is still to happen. The clock is set to the moment of each act, so that ids, times and awards come in order. */
export function createAgenda(db: Database, clock: SetClock) {
  const coming: Happening[] = []
  let added = 0
  let sorted = true

  function next(): Happening | undefined {
    if (!sorted) coming.sort((one, other) => other.at - one.at || other.order - one.order)
    sorted = true
    return coming.pop()
  }

  return {
    /** An act may put more acts here, as long as few of them do: each time the rest is sorted again. */
    put(at: number, act: () => void): void {
      coming.push({ at, order: added++, act })
      sorted = false
    },

    async run(): Promise<void> {
      while (coming.length > 0) {
        transaction(db, () => {
          for (let done = 0; done < AT_ONCE; done++) {
            const happening = next()
            if (!happening) return
            clock.set(instantAt(happening.at))
            happening.act()
          }
        })
        // a signal to stop is heard between two writes
        await soon()
      }
    },
  }
}

export type Agenda = ReturnType<typeof createAgenda>
