import { Worker } from 'node:worker_threads'
import type { Order, TaskAnswer } from './worker-thread.ts'

/** The pool ended the task or did not start it. What a task throws itself arrives as an ordinary error. */
export class TaskError extends Error {
  override name = 'TaskError'
  readonly reason: 'time' | 'memory' | 'crash' | 'busy'

  constructor(reason: TaskError['reason'], message: string) {
    super(message)
    this.reason = reason
  }
}

interface Limits {
  /** The longest the task may take, in milliseconds, from when a thread begins with it. */
  ms: number
}

interface Job extends Limits {
  order: Order
  resolve: (value: unknown) => void
  reject: (error: unknown) => void
  waits: NodeJS.Timeout
}

interface Idle {
  worker: Worker
  ends: NodeJS.Timeout
}

interface PoolOptions {
  /** Threads at most. */
  size?: number
  /** Jobs that may wait for a thread; one more is refused as `busy`. */
  queue?: number
  /** How long a job may wait for a thread, in milliseconds, before it is refused as `busy`. */
  wait_ms?: number
  /**
   * Heap of each thread. Buffers are not part of it: each task limits its bytes itself. The most demanding known feed
   * needs 112 MB in a new thread.
   */
  memoryMb?: number
  /** After this many milliseconds without work, a thread ends and frees its memory. */
  idle_ms?: number
  /** Only modules below it are run. */
  folder?: URL
}

export interface WorkerPool {
  /**
   * Runs a module's `run(input)` in a thread.
   * @param task the module's file, below server/
   * @param input and what comes back: whatever can be cloned (text, numbers, plain objects, buffers)
   * @throws TaskError when it was ended or could not begin; what the task throws, with its message and code
   */
  run<Input, Output>(task: URL, input: Input, limits: Limits): Promise<Output>

  /** Ends every thread and rejects the tasks that still run or wait. */
  close(): Promise<void>
}

const THREAD = new URL('./worker-thread.ts', import.meta.url)

/**
 * Runs work whose duration depends on outside input in threads: the event loop stays free, and a task that exceeds its
 * time or memory ends with its thread. Threads start on demand. A working thread keeps the process alive, an idle one
 * does not.
 */
export function createWorkerPool({
  size = 2,
  queue = 50,
  wait_ms = 10_000,
  memoryMb = 256,
  idle_ms = 30_000,
  folder = new URL('../', import.meta.url),
}: PoolOptions = {}): WorkerPool {
  const idle: Idle[] = []
  const waiting: Job[] = []
  const running = new Map<Worker, (keep: boolean, answer: TaskAnswer | TaskError) => void>()
  let closed = false

  function start(): Worker {
    const worker = new Worker(THREAD, { env: {}, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: memoryMb } })
    // without a listener, an error of an idle thread would end the process
    worker.on('error', () => {})
    worker.on('exit', () => forget(worker))
    return worker
  }

  function forget(worker: Worker): void {
    const at = idle.findIndex((one) => one.worker === worker)
    for (const { ends } of at < 0 ? [] : idle.splice(at, 1)) clearTimeout(ends)
  }

  function rest(worker: Worker): void {
    worker.unref()
    const ends = setTimeout(() => {
      forget(worker)
      void worker.terminate()
    }, idle_ms)
    idle.push({ worker, ends: ends.unref() })
  }

  function next(): void {
    while (waiting.length > 0 && running.size < size) {
      const job = waiting.shift()
      if (!job) return
      clearTimeout(job.waits)
      const rested = idle.pop()
      clearTimeout(rested?.ends)
      if (rested) begin(rested.worker, job, { used: true })
      else begin(start(), job, { used: false })
    }
  }

  function begin(worker: Worker, job: Job, { used }: { used: boolean }): void {
    const release = (keep: boolean): void => {
      clearTimeout(timer)
      // one by one: removeAllListeners() would cut the thread's port too
      worker.off('message', onMessage).off('messageerror', onBroken).off('error', onError).off('exit', onExit)
      running.delete(worker)
      if (keep) rest(worker)
      else void worker.terminate()
    }
    const end = (keep: boolean, answer: TaskAnswer | TaskError): void => {
      release(keep)
      if (answer instanceof TaskError) job.reject(answer)
      else if ('error' in answer) job.reject(thrown(answer.error))
      else job.resolve(answer.value)
      next()
    }
    const onMessage = (answer: TaskAnswer) => end(true, answer)
    const onBroken = (error: Error) => end(true, new TaskError('crash', error.message))
    const onError = (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY') return end(false, new TaskError('crash', error.message))
      if (!used) return end(false, new TaskError('memory', error.message))
      // earlier tasks may have filled the thread: only a new one tells whether this task needs too much
      release(false)
      begin(start(), job, { used: false })
    }
    const onExit = (code: number) => end(false, new TaskError('crash', `the thread ended with ${code}`))
    const timer = setTimeout(() => end(false, new TaskError('time', `took over ${job.ms} ms`)), job.ms)
    running.set(worker, end)
    worker.on('message', onMessage).on('messageerror', onBroken).on('error', onError).on('exit', onExit).ref()
    try {
      worker.postMessage(job.order)
    } catch (error) {
      // an input that cannot be cloned
      end(true, { error: error as Error })
    }
  }

  return {
    run<Input, Output>(task: URL, input: Input, { ms }: Limits): Promise<Output> {
      if (!task.href.startsWith(folder.href)) throw new Error(`No task outside of the server: ${task.href}`)
      if (closed) return Promise.reject(new TaskError('busy', 'the site stops'))
      if (waiting.length >= queue) return Promise.reject(new TaskError('busy', `${queue} jobs wait already`))
      const { promise, resolve, reject } = Promise.withResolvers<Output>()
      const job: Job = {
        order: { task: task.href, input },
        ms,
        resolve: (value) => resolve(value as Output),
        reject,
        waits: setTimeout(() => giveUp(job), wait_ms),
      }
      waiting.push(job)
      next()
      return promise
    },

    async close(): Promise<void> {
      closed = true
      for (const job of waiting.splice(0)) refuse(job, 'the site stops')
      for (const end of [...running.values()]) end(false, new TaskError('busy', 'the site stops'))
      await Promise.all(idle.map(({ worker }) => worker.terminate()))
    },
  }

  function giveUp(job: Job): void {
    waiting.splice(waiting.indexOf(job), 1)
    refuse(job, `no thread for ${wait_ms} ms`)
  }
}

function refuse(job: Job, why: string): void {
  clearTimeout(job.waits)
  job.reject(new TaskError('busy', why))
}

function thrown({ name, message, code, stack }: { name: string; message: string; code?: unknown; stack?: string }) {
  return Object.assign(new Error(message), { name, stack, ...(code === undefined ? {} : { code }) })
}
