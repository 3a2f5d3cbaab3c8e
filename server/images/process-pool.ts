import { type ChildProcess, type ForkOptions, fork } from 'node:child_process'
import path from 'node:path'
import { HttpError } from '../web/http/http-error.ts'
import type { DrawnImage, Order } from './resize-image.ts'
import type { Converting, Painted, Painting } from './svg-to-png.ts'

/** Pictures at once: with one core each, two of them leave the pages their turn. */
const AT_ONCE = 2
/** So many may wait; whoever comes after them is asked to come again. */
const MOST_WAITING = 100
const LONGEST = 60_000
/** A process that has nothing to do ends, and its memory with it. */
const IDLE = 30_000

const WORKER = path.join(import.meta.dirname, 'worker.ts')

/** It knows nothing of the site: no variable of its environment, no file but those it is told. */
const OPTIONS: ForkOptions = {
  env: {},
  execArgv: [],
  serialization: 'advanced',
  stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
}

/** More pictures at once than can wait in line. */
export class TooBusy extends HttpError {
  constructor() {
    super(503)
  }
}

interface Task {
  order: Order | Painting | Converting
  resolve: (made: DrawnImage | Painted) => void
  reject: (error: unknown) => void
}

interface Worker {
  child: ChildProcess
  task: Task | null
  timer: NodeJS.Timeout | undefined
}

/**
 * Processes that draw pictures: started when there is something to do, replaced when one dies, gone when idle. Processes
 * and not threads: a decoder that a broken file brings down takes no page along, the system gives the pages their turn
 * first, and what a picture needed is given back (in threads the site's own memory grew by 270 MB and stayed).
 */
export function createPool() {
  const workers = new Set<Worker>()
  const waiting: Task[] = []

  function start(): Worker {
    const child = fork(WORKER, OPTIONS)
    const worker: Worker = { child, task: null, timer: undefined }
    child.on('message', ({ drawn, error }: { drawn?: DrawnImage | Painted; error?: unknown }) => {
      const { task } = worker
      worker.task = null
      if (drawn) task?.resolve(drawn)
      else task?.reject(error)
      next(worker)
    })
    child.on('error', (error) => end(worker, error))
    child.on('exit', () => end(worker, new Error('the process that draws pictures ended')))
    // the site may end while it waits
    child.unref()
    child.channel?.unref()
    workers.add(worker)
    return worker
  }

  function end(worker: Worker, error: unknown): void {
    clearTimeout(worker.timer)
    if (!workers.delete(worker)) return
    worker.task?.reject(error)
    if (waiting.length > 0) next(start())
  }

  function next(worker: Worker): void {
    clearTimeout(worker.timer)
    const task = waiting.shift() ?? null
    worker.task = task
    if (task) worker.child.send(task.order)
    worker.timer = setTimeout(() => worker.child.kill('SIGKILL'), task ? LONGEST : IDLE)
    worker.timer.unref()
  }

  function order<Made extends DrawnImage | Painted>(asked: Order | Painting | Converting): Promise<Made> {
    if (waiting.length >= MOST_WAITING) return Promise.reject(new TooBusy())
    const { promise, resolve, reject } = Promise.withResolvers<Made>()
    waiting.push({ order: asked, resolve: (made) => resolve(made as Made), reject })
    const free = [...workers].find((worker) => worker.task === null)
    if (free) next(free)
    else if (workers.size < AT_ONCE) next(start())
    return promise
  }

  return {
    /** @throws TooBusy when too many wait */
    draw: (asked: Order): Promise<DrawnImage> => order<DrawnImage>(asked),

    /** A picture that was drawn anew here, as PNG. @throws TooBusy when too many wait */
    convert: async (webp: Uint8Array): Promise<Buffer> => Buffer.from((await order<Painted>({ webp })).png),

    /** One of our own drawings as PNG. @throws TooBusy when too many wait */
    paint: async (painting: Painting): Promise<Buffer> => Buffer.from((await order<Painted>(painting)).png),
  }
}

export type Pool = ReturnType<typeof createPool>
