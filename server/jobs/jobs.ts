import { setImmediate } from 'node:timers/promises'
import { type Clock, instantText, nowText } from '../db/clock.ts'
import type { Database } from '../db/open.ts'
import { isWritable, waitUntilWritable } from '../db/write-lock.ts'
import { PermanentJobError, reasonOf } from './job-error.ts'
import { createJobStore, type Job, type JobRange, type StalledJobs } from './job-store.ts'
import { retryDelay } from './retry-delay.ts'
import { createSchedule } from './schedule.ts'

interface JobContext {
  /** Starts at 1. */
  attempt: number
  /** The same at every attempt. */
  job_id: number
  /** Aborts when the lease is over or the server stops. */
  signal: AbortSignal
}

/** Returns 'skipped' where there was nothing to do any more, such as an email that nobody wants by now. */
type JobHandler<Payload> = (payload: Payload, context: JobContext) => unknown

interface HandlerOptions {
  /** The longest that one attempt may take; after it another process may claim the job. Default: two minutes. */
  lease?: Temporal.DurationLike
  /** Attempts before the job is dead. Default: eight, which takes about a day. */
  tries?: number
  /** Jobs of this kind that run at the same time. Default: one. */
  at_once?: number
}

interface AddOptions {
  key?: string | null
  about?: string | null
  at?: Temporal.Instant
}

interface Handler {
  work: JobHandler<unknown>
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
  /** Runs before due jobs are looked up: each second, while the site runs. */
  beforeLook?: () => void
  /** From 0 up to 1, as Math.random. */
  random?: () => number
}

/** Jobs of all kinds that run at the same time. */
const MAX_RUNNING = 16
const POLL_MS = 1000
const STOP_MS = 10_000
/** How long storing the outcome of a job waits for another process that writes. */
const OUTCOME_MS = 30_000
/** Long enough for the second attempt, so that a mail server that restarts is no trouble. */
const STALLED_AFTER = Temporal.Duration.from({ minutes: 3 })
const UNTRIED_AFTER = Temporal.Duration.from({ minutes: 10 })
const CLEAN_EVERY = Temporal.Duration.from({ hours: 1 })

/**
 * The job queue, for work in the background. A job is a row, written in the transaction that causes it, so a rollback
 * leaves none. One UPDATE claims it for the length of a lease: two processes never run the same job, and that of a
 * crashed process is claimed again. A failed attempt is retried after a growing delay; after the last one the job is dead.
 */
export function createJobs(
  db: Database,
  clock: Clock,
  log: Logger,
  { beforeLook = () => {}, random = Math.random }: JobsOptions = {},
) {
  const handlers = new Map<string, Handler>()
  const store = createJobStore(db)
  const schedule = createSchedule(db, clock, { isWaiting: store.isWaiting, add: (kind) => add(kind, {}) })
  const runs = new Set<Promise<void>>()
  const stopping = new AbortController()
  let cleanAfter = clock.now()
  let timer: NodeJS.Timeout | null = null
  let ending = false
  let turn: Promise<void> = Promise.resolve()

  /**
   * Adds a job; inside a transaction it becomes part of it.
   * @param key nothing is added where a job of this kind with this key waits, or was done within the last week
   * @param at the job runs no earlier; default: now
   * @param about whom or what it is for, shown to admins
   */
  function add(kind: string, payload: object, { key = null, about = null, at = clock.now() }: AddOptions = {}): void {
    const now = nowText(clock)
    store.insert({ kind, key, about, payload: JSON.stringify(payload), due_at: instantText(at), now })
  }

  /** Deletes jobs that were done a week ago. */
  function cleanUp(): void {
    if (Temporal.Instant.compare(clock.now(), cleanAfter) < 0) return
    const more = store.deleteDone(instantText(clock.now().subtract({ hours: 24 * 7 })))
    // else the next poll deletes the next batch
    if (!more) cleanAfter = clock.now().add(CLEAN_EVERY)
  }

  /** Claims the due jobs that may run; one of each kind by turns, so that many of one kind do not hold up another. */
  function claim(): [Job, Handler][] {
    const claimed: [Job, Handler][] = []
    for (let found = true; found; ) {
      found = false
      for (const [kind, handler] of handlers) {
        if (runs.size + claimed.length >= MAX_RUNNING) return claimed
        const now = clock.now()
        if (handler.running >= handler.at_once || !store.isDue(kind, instantText(now))) continue
        const until = instantText(now.add(handler.lease))
        const job = store.claim(kind, instantText(now), until)
        if (!job) continue
        handler.running += 1
        claimed.push([job, handler])
        found = true
      }
    }
    return claimed
  }

  /** Each job starts in a turn of the event loop of its own, so that requests are answered between two jobs. */
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
      const result = await withinLease(job, handler)
      await waitUntilWritable(db, OUTCOME_MS)
      store.markDone(id, attempt, nowText(clock), { skipped: result === 'skipped' })
    } catch (error) {
      await waitUntilWritable(db, OUTCOME_MS)
      const reason = reasonOf(error)
      const over = error instanceof PermanentJobError || attempt >= handler.tries
      if (over) store.markDead(id, attempt, nowText(clock), reason)
      else store.retryLater(id, attempt, instantText(clock.now().add(retryDelay(attempt, random()))), reason)
      log.warn({ job: id, kind, attempt, reason, over }, 'job did not work')
    } finally {
      handler.running -= 1
    }
  }

  /** Runs the handler. @throws when the lease is over or the server stops, even where the handler does not end */
  async function withinLease(job: Job, { work, lease }: Handler): Promise<unknown> {
    const over = AbortSignal.timeout(lease.total('milliseconds'))
    const signal = AbortSignal.any([over, stopping.signal])
    if (signal.aborted) throw new Error('The server stopped meanwhile.')
    const { promise, reject } = Promise.withResolvers<never>()
    const stop = () => reject(new Error(over.aborted ? 'It took too long.' : 'The server stopped meanwhile.'))
    signal.addEventListener('abort', stop, { once: true })
    try {
      return await Promise.race([
        work(JSON.parse(job.payload), { attempt: job.attempt, job_id: job.id, signal }),
        promise,
      ])
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  /** Changes jobs batch by batch, each in a turn of the event loop of its own. */
  async function inBatches(batch: () => boolean): Promise<void> {
    while (batch()) await nextTurn()
  }

  async function retryFailing(range: JobRange): Promise<void> {
    const now = nowText(clock)
    await inBatches(() => store.dueNowBatch(range, now))
  }

  /** Starts due jobs. @returns how many */
  function startDue(): number {
    const claimed = claim()
    for (const [job, handler] of claimed) {
      const one: Promise<void> = run(job, handler)
        .catch((error: unknown) => log.error({ job: job.id, kind: job.kind, err: error }, 'job could not be noted'))
        .finally(() => {
          runs.delete(one)
          if (timer && !ending) poll()
        })
      runs.add(one)
    }
    return claimed.length
  }

  /** Runs all due jobs, and those that become due meanwhile. @returns how many */
  async function runDue(): Promise<number> {
    cleanUp()
    schedule.addDue()
    let count = startDue()
    while (runs.size > 0) {
      await Promise.race(runs)
      if (!ending) count += startDue()
    }
    return count
  }

  /** Runs each second, and whenever a job ends. */
  function poll(): void {
    try {
      // while another process writes, SQLite would block the event loop until it can write
      if (!isWritable(db)) return
      beforeLook()
      cleanUp()
      schedule.addDue()
      startDue()
    } catch (error) {
      log.error({ err: error }, 'jobs could not be looked at')
    }
  }

  return {
    /** Registers the handler of a kind, once. @throws Error where the kind has one already */
    handle<Payload = Record<string, never>>(
      kind: string,
      work: JobHandler<Payload>,
      { lease = { minutes: 2 }, tries = 8, at_once = 1 }: HandlerOptions = {},
    ): void {
      if (handlers.has(kind)) throw new Error(`Two handlers for ${kind}`)
      // the same noun adds and handles a kind, so the payload has the handler's type
      const typed = (payload: unknown, context: JobContext) => work(payload as Payload, context)
      handlers.set(kind, { work: typed, lease: Temporal.Duration.from(lease), tries, at_once, running: 0 })
    },

    add,

    every: schedule.every,

    runDue,

    /** Polls for due jobs every second from now on. */
    start(): void {
      timer ??= setInterval(poll, POLL_MS)
    },

    /** Starts no more jobs and waits for those that run, at most ten seconds; aborted ones are retried after the next start. */
    async stop(): Promise<void> {
      ending = true
      if (timer) clearInterval(timer)
      const late = setTimeout(() => stopping.abort(), STOP_MS)
      await Promise.all(runs)
      clearTimeout(late)
    },

    /** Aborts the jobs that run. */
    abort: (): void => stopping.abort(),

    /** Whether a job of the kind waits or runs. */
    isWaiting: store.isWaiting,
    waiting: store.waiting,
    /** How many jobs wait or run, and how many are dead. */
    counts: store.counts,
    dead: store.dead,
    /** Puts a dead job back into the queue. @returns false where there is no dead job with this id */
    requeue: (id: number): boolean => store.requeue(id, nowText(clock)),
    deleteDead: store.deleteDead,

    statuses: store.statuses,
    totals: store.totals,
    deadPayloads: store.deadPayloads,

    /** Jobs of a range that have failed for minutes, or that nothing has tried for a while; null where all goes well. */
    stalled(range: JobRange): StalledJobs | null {
      const now = clock.now()
      return store.stalled(range, {
        added_before: instantText(now.subtract(STALLED_AFTER)),
        due_before: instantText(now.subtract(UNTRIED_AFTER)),
      })
    },

    /** Makes jobs due now that failed and wait for their next attempt. */
    retryFailing,

    /** The same, and puts dead jobs of the range back into the queue. */
    async retryAll(range: JobRange): Promise<void> {
      const now = nowText(clock)
      await inBatches(() => store.requeueBatch(range, now))
      await retryFailing(range)
    },

    deleteAllDead: (range: JobRange): Promise<void> => inBatches(() => store.deleteDeadBatch(range)),
  }
}

export type Jobs = ReturnType<typeof createJobs>
