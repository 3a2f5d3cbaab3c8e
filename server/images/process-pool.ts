import { type ChildProcess, type ForkOptions, fork } from 'node:child_process'
import path from 'node:path'
import { HttpError } from '../web/http/http-error.ts'
import type { ResizedImage, ResizeOrder } from './resize-image.ts'
import type { PngImage, SvgDrawing, WebpImage } from './svg-to-png.ts'

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
export class PoolBusyError extends HttpError {
  constructor() {
    super(503)
  }
}

interface Task {
  order: ResizeOrder | SvgDrawing | WebpImage
  resolve: (made: ResizedImage | PngImage) => void
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
export function createProcessPool() {
  const workers = new Set<Worker>()
  const waiting: Task[] = []

  function start(): Worker {
    const child = fork(WORKER, OPTIONS)
    const worker: Worker = { child, task: null, timer: undefined }
    child.on('message', ({ drawn, error }: { drawn?: ResizedImage | PngImage; error?: unknown }) => {
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

  function order<Made extends ResizedImage | PngImage>(asked: ResizeOrder | SvgDrawing | WebpImage): Promise<Made> {
    if (waiting.length >= MOST_WAITING) return Promise.reject(new PoolBusyError())
    const { promise, resolve, reject } = Promise.withResolvers<Made>()
    waiting.push({ order: asked, resolve: (made) => resolve(made as Made), reject })
    const free = [...workers].find((worker) => worker.task === null)
    if (free) next(free)
    else if (workers.size < AT_ONCE) next(start())
    return promise
  }

  return {
    /** @throws PoolBusyError when too many wait */
    resize: (asked: ResizeOrder): Promise<ResizedImage> => order<ResizedImage>(asked),

    /** A picture that was drawn anew here, as PNG. @throws PoolBusyError when too many wait */
    webpToPng: async (webp: Uint8Array): Promise<Buffer> => Buffer.from((await order<PngImage>({ webp })).png),

    /** One of our own drawings as PNG. @throws PoolBusyError when too many wait */
    svgToPng: async (painting: SvgDrawing): Promise<Buffer> => Buffer.from((await order<PngImage>(painting)).png),
  }
}

export type ProcessPool = ReturnType<typeof createProcessPool>
