import { setImmediate } from 'node:timers/promises'
import { type Clock, instantText, nowText } from '../db/clock.ts'
import type { Database } from '../db/open.ts'
import { isWritable, waitUntilWritable } from '../db/write-lock.ts'
import { createJobStore, type Job } from './job-store.ts'
import { PermanentJobError, reasonOf, retryDelay } from './retry.ts'
import { createSchedule } from './schedule.ts'

interface Turn {
  /** 1 at first. */
  attempt: number
  /** The job's own number: the same at every attempt. */
  job_id: number
  /** Says when the lease is over or the server stops: the work must end. */
  signal: AbortSignal
}

type JobHandler<Payload> = (payload: Payload, turn: Turn) => Promise<void> | void

interface Handling {
  /** How long one attempt may take; a worker that is silent for longer is thought dead. Two minutes unless said. */
  lease?: Temporal.DurationLike
  /** Attempts until it is put aside as a dead letter: eight unless said, which is about a day. */
  tries?: number
  /** How many of this kind run side by side: one unless said. */
  at_once?: number
}

interface Adding {
  key?: string | null
  about?: string | null
  at?: Temporal.Instant
}

interface Handler {
  work: (payload: unknown, turn: Turn) => Promise<void> | void
  lease: Temporal.Duration
  tries: number
  at_once: number
  running: number
}

interface Logger {
  warn(facts: object, words: string): void
  error(facts: object, words: string): void
}

interface JobsOptions {
  /** Runs before jobs are looked for: each second, while the site runs. */
  beforeLook?: () => void
  /** From 0 up to 1. */
  random?: () => number
}

/** Jobs that run side by side, of all kinds. */
const AT_ONCE = 16
const LOOK_AGAIN = 1000
const STOP_WITHIN = 10_000
/** How long the outcome of a job waits for another process that writes, in milliseconds. */
const NOTE_WITHIN = 30_000
const CLEAN_EVERY = Temporal.Duration.from({ hours: 1 })

/**
 * What happens behind the pages. A job is a row, written in the transaction that caused it and so none for what was
 * rolled back; it is claimed for the length of a lease by one UPDATE, so that two processes never have it both and that
 * of a crashed one is taken up again; what does not work rests longer each time and ends as a dead letter.
 */
export function createJobs(
  db: Database,
  clock: Clock,
  log: Logger,
  { beforeLook = () => {}, random = Math.random }: JobsOptions = {},
) {
  const handlers = new Map<string, Handler>()
  const shelf = createJobStore(db)
  const timetable = createSchedule(db, clock, { isWaiting: shelf.isWaiting, add: (kind) => add(kind, {}) })
  const runs = new Set<Promise<void>>()
  const stopping = new AbortController()
  let cleanAfter = clock.now()
  let timer: NodeJS.Timeout | null = null
  let ending = false
  let turn: Promise<void> = Promise.resolve()

  /**
   * Adds a job; inside a transaction it becomes part of it.
   * @param key a job of this kind with this key that waits or is done (within the last week) is enough
   * @param at not before; now unless said
   * @param about whom or what it is for, shown to admins
   */
  function add(kind: string, payload: object, { key = null, about = null, at = clock.now() }: Adding = {}): void {
    const now = nowText(clock)
    shelf.put({ kind, key, about, payload: JSON.stringify(payload), due_at: instantText(at), now })
  }

  function cleanUp(): void {
    if (Temporal.Instant.compare(clock.now(), cleanAfter) < 0) return
    const more = shelf.clean(instantText(clock.now().subtract({ hours: 24 * 7 })))
    // the next look deletes the next ones
    if (!more) cleanAfter = clock.now().add(CLEAN_EVERY)
  }

  /** Claims what is due and may be begun; each kind in turn, so that many of one do not hold up another. */
  function claim(): [Job, Handler][] {
    const claimed: [Job, Handler][] = []
    for (let found = true; found; ) {
      found = false
      for (const [kind, handler] of handlers) {
        if (runs.size + claimed.length >= AT_ONCE) return claimed
        const now = clock.now()
        if (handler.running >= handler.at_once || !shelf.isDue(kind, instantText(now))) continue
        const until = instantText(now.add(handler.lease))
        const job = shelf.claim(kind, instantText(now), until)
        if (!job) continue
        handler.running += 1
        claimed.push([job, handler])
        found = true
      }
    }
    return claimed
  }

  /** Each job begins in a turn of the event loop of its own: whoever waits for a page comes before the next one. */
  function nextTurn(): Promise<void> {
    turn = turn.then(() => setImmediate())
    return turn
  }

  async function run(job: Job, handler: Handler): Promise<void> {
    const { id, kind, attempt } = job
    try {
      await nextTurn()
      if (attempt > handler.tries)
        throw new PermanentJobError(job.reason ?? 'It was begun again and again and never came back.')
      await withinLease(job, handler)
      await waitUntilWritable(db, NOTE_WITHIN)
      shelf.done(id, attempt, nowText(clock))
    } catch (error) {
      await waitUntilWritable(db, NOTE_WITHIN)
      const reason = reasonOf(error)
      const over = error instanceof PermanentJobError || attempt >= handler.tries
      if (over) shelf.bury(id, attempt, nowText(clock), reason)
      else shelf.rest(id, attempt, instantText(clock.now().add(retryDelay(attempt, random()))), reason)
      log.warn({ job: id, kind, attempt, reason, over }, 'job did not work')
    } finally {
      handler.running -= 1
    }
  }

  /** The work, or its end when its time is over: a handler that hangs must not hold its place for good. */
  async function withinLease(job: Job, { work, lease }: Handler): Promise<void> {
    const over = AbortSignal.timeout(lease.total('milliseconds'))
    const signal = AbortSignal.any([over, stopping.signal])
    if (signal.aborted) throw new Error('The server stopped meanwhile.')
    const { promise, reject } = Promise.withResolvers<never>()
    const stop = () => reject(new Error(over.aborted ? 'It took too long.' : 'The server stopped meanwhile.'))
    signal.addEventListener('abort', stop, { once: true })
    try {
      await Promise.race([work(JSON.parse(job.payload), { attempt: job.attempt, job_id: job.id, signal }), promise])
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  /** Begins what is due. @returns how many */
  function begin(): number {
    const claimed = claim()
    for (const [job, handler] of claimed) {
      const one: Promise<void> = run(job, handler)
        .catch((error: unknown) => log.error({ job: job.id, kind: job.kind, err: error }, 'job could not be noted'))
        .finally(() => {
          runs.delete(one)
          if (timer && !ending) look()
        })
      runs.add(one)
    }
    return claimed.length
  }

  /** Runs everything that is due, and what becomes due through it. @returns how many */
  async function runDue(): Promise<number> {
    cleanUp()
    timetable.addDue()
    let count = begin()
    while (runs.size > 0) {
      await Promise.race(runs)
      if (!ending) count += begin()
    }
    return count
  }

  /** One look of the loop: each second, and whenever a place becomes free. */
  function look(): void {
    try {
      // while another process writes, SQLite's waiting would hold up the pages
      if (!isWritable(db)) return
      beforeLook()
      cleanUp()
      timetable.addDue()
      begin()
    } catch (error) {
      log.error({ err: error }, 'jobs could not be looked at')
    }
  }

  return {
    /** Says who does the jobs of a kind; once, where the noun is made. */
    handle<Payload = Record<string, never>>(
      kind: string,
      work: JobHandler<Payload>,
      { lease = { minutes: 2 }, tries = 8, at_once = 1 }: Handling = {},
    ): void {
      if (handlers.has(kind)) throw new Error(`Two handlers for ${kind}`)
      // what add() wrote is what the handler reads; both are the same noun's
      const typed = (payload: unknown, turn: Turn) => work(payload as Payload, turn)
      handlers.set(kind, { work: typed, lease: Temporal.Duration.from(lease), tries, at_once, running: 0 })
    },

    add,

    every: timetable.every,

    runDue,

    /** Begins to look for jobs every second. */
    start(): void {
      timer ??= setInterval(look, LOOK_AGAIN)
    },

    /** Takes no more jobs, waits ten seconds for those that run, and takes up the others again after the next start. */
    async stop(): Promise<void> {
      ending = true
      if (timer) clearInterval(timer)
      const late = setTimeout(() => stopping.abort(), STOP_WITHIN)
      await Promise.all(runs)
      clearTimeout(late)
    },

    /** Does not wait any longer. */
    hurry: (): void => stopping.abort(),

    /** Whether one of this kind waits or runs. */
    isWaiting: shelf.isWaiting,
    waiting: shelf.waiting,
    /** How many wait or run, and how many failed for good. */
    counts: shelf.counts,
    dead: shelf.dead,
    /** Sends a dead letter again. @returns false where there is no such one */
    again: (id: number): boolean => shelf.again(id, nowText(clock)),
    drop: shelf.drop,
  }
}

export type Jobs = ReturnType<typeof createJobs>
