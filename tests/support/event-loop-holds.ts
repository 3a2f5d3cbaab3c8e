import { setTimeout as wait } from 'node:timers/promises'
import type { Browser } from './http-client.ts'

interface Holds {
  /** The most processor time that one turn of the event loop took, in milliseconds. */
  longest: number
  turns: number
  /** How often somebody else was told that the site is well, meanwhile. */
  answered: number
}

/**
 * Watches the event loop while something is done, and while somebody else asks for /healthz. Processor time of this
 * thread and not the time of day: what else the machine does is not the site's doing.
 */
export async function holdsWhile(guest: Browser, work: () => Promise<unknown>): Promise<Holds> {
  const holds: Holds = { longest: 0, turns: 0, answered: 0 }
  const used = () => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  }
  let before = used()
  let done = false
  const turn = () => {
    const now = used()
    holds.longest = Math.max(holds.longest, now - before)
    holds.turns += 1
    before = now
    if (!done) setTimeout(turn, 1)
  }
  const ask = async () => {
    while (!done) {
      if ((await guest.get('/healthz')).status === 200) holds.answered += 1
      await wait(5)
    }
  }
  setTimeout(turn, 1)
  const asking = ask()
  try {
    await work()
  } finally {
    done = true
    await asking
  }
  return holds
}
