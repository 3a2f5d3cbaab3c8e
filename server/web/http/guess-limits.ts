import ipaddr from 'ipaddr.js'
import { type Clock, instantText } from '../../db/clock.ts'
import type { Database } from '../../db/open.ts'
import { writeIfPossible } from '../../db/write-lock.ts'
import { withoutAuthorisation } from './authorisation.ts'
import { HttpError } from './http-error.ts'

const WINDOW = Temporal.Duration.from({ minutes: 15 })
const PER_ACCOUNT_AND_ADDRESS = 20
const PER_ADDRESS = 200

interface Guess {
  /** Each kind has counters of its own: people who mistype a join code can still sign in. */
  kind: 'password' | 'code' | 'token' | 'verification'
  /** The network address of whoever guesses, as `req.ip` has it. */
  ip: string | undefined
  /** The email address of the account that is aimed at, whoever is signed in; null where none is. */
  account: string | null
}

interface Counter {
  key: string
  limit: number
}

/**
 * Limits guessing. Only wrong guesses count, for 15 minutes: 20 for an account from one address and 200 for an address,
 * so that a training room of sixty gets in and nobody can lock an account's owner out from elsewhere. A guess that is
 * still being checked is not counted; one that could exceed the limit waits for its outcome, so that guesses sent in
 * parallel get no further than guesses sent in turn. What waits is known to this process alone; the counters are in the
 * database, where other processes see them and a restart keeps them.
 */
export function createGuessLimits(db: Database, clock: Clock) {
  const find = db.prepare<[string, string], { hits: number; resets_at: string }>(
    'SELECT hits, resets_at FROM failure_limit WHERE key = ? AND resets_at > ?',
  )
  const count = db.prepare(`
    INSERT INTO failure_limit (key, hits, resets_at) VALUES (:key, 1, :resets_at)
    ON CONFLICT (key) DO UPDATE SET
      hits = iif(resets_at > :now, hits + 1, 1), resets_at = iif(resets_at > :now, resets_at, :resets_at)`)
  const running = new Map<string, number>()
  const waiting = new Map<string, (() => void)[]>()
  // counted here while the database is locked or the disk is full
  const unwritten = new Map<string, number>()

  function countWrong(counters: Counter[]): void {
    const now = clock.now()
    const times = { now: instantText(now), resets_at: instantText(now.add(WINDOW)) }
    // whoever guesses, and whether they may still act or not
    const written = withoutAuthorisation(() =>
      writeIfPossible(db, () => {
        for (const { key } of counters) count.run({ key, ...times })
      }),
    )
    if (written) unwritten.clear()
    else for (const { key } of counters) unwritten.set(key, (unwritten.get(key) ?? 0) + 1)
  }

  /** The counter that a further guess may have to wait for; null where it may begin. @throws HttpError 429 */
  function fullCounter(counters: Counter[]): Counter | null {
    const now = clock.now()
    let full: Counter | null = null
    for (const counter of counters) {
      const counted = find.get(counter.key, instantText(now))
      const wrong = (counted?.hits ?? 0) + (unwritten.get(counter.key) ?? 0)
      if (wrong >= counter.limit) {
        const seconds = counted ? Temporal.Instant.from(counted.resets_at).since(now).total('seconds') : 60
        throw new HttpError(429, '429', { retry_after: Math.ceil(seconds) })
      }
      if (wrong + (running.get(counter.key) ?? 0) >= counter.limit) full ??= counter
    }
    return full
  }

  async function begin(counters: Counter[]): Promise<void> {
    let awaited: string | null = null
    try {
      for (let full = fullCounter(counters); full; full = fullCounter(counters)) {
        const { key } = full
        // a turn that cannot be used here goes to the next who waits for the same counter
        if (awaited !== null && awaited !== key) wakeNext(awaited)
        awaited = key
        await new Promise<void>((wake) => waiting.set(key, [...(waiting.get(key) ?? []), wake]))
      }
    } catch (error) {
      if (awaited !== null) wakeNext(awaited)
      throw error
    }
    for (const { key } of counters) running.set(key, (running.get(key) ?? 0) + 1)
  }

  function end(counters: Counter[]): void {
    for (const { key } of counters) {
      const left = (running.get(key) ?? 1) - 1
      if (left > 0) running.set(key, left)
      else running.delete(key)
      wakeNext(key)
    }
  }

  function wakeNext(key: string): void {
    const [next, ...others] = waiting.get(key) ?? []
    if (others.length > 0) waiting.set(key, others)
    else waiting.delete(key)
    next?.()
  }

  /**
   * Checks a guess, unless there were too many wrong ones.
   * @param isWrong whether what `check` found counts as a wrong guess; null does by default
   * @throws HttpError 429 with the time to come back
   */
  return async function guess<Found>(
    facts: Guess,
    check: () => Found | Promise<Found>,
    isWrong: (found: Found) => boolean = (found) => found === null,
  ): Promise<Found> {
    const counters = countersOf(facts)
    await begin(counters)
    try {
      const found = await check()
      if (isWrong(found)) countWrong(counters)
      return found
    } finally {
      end(counters)
    }
  }
}

export type GuessLimits = ReturnType<typeof createGuessLimits>

function countersOf({ kind, ip, account }: Guess): Counter[] {
  const key = `${kind} ${networkOf(ip ?? '')}`
  const ofAddress = { key, limit: PER_ADDRESS }
  if (account === null) return [ofAddress]
  const email = account.trim().toLowerCase().slice(0, 254)
  return [{ key: `${key} ${email}`, limit: PER_ACCOUNT_AND_ADDRESS }, ofAddress]
}

/** An IPv4 address by itself; of IPv6 the /56, which is what one household or office is given. */
export function networkOf(ip: string): string {
  if (!ipaddr.isValid(ip)) return ip
  const address = ipaddr.process(ip)
  if (!(address instanceof ipaddr.IPv6)) return address.toString()
  return `${Buffer.from(address.toByteArray().slice(0, 7)).toString('hex')}/56`
}
