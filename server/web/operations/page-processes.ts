import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import type { Stoppable } from './shutdown.ts'

/** A process that ends sooner after its start, in milliseconds, would do so again: the next one waits. */
const SHORT_LIFE = 5000
const PAUSE = 1000

interface Logger {
  info(facts: object, words: string): void
  error(facts: object, words: string): void
}

/**
 * Starts this program `count` times more, to answer requests on one port in turn, and from then on replaces a process
 * that ends. When this process is gone, they end by themselves.
 * @returns when all of them listen
 * @throws when one ends before
 */
export async function startPageProcesses(count: number, log: Logger): Promise<Stoppable> {
  const startedAt = new Map<Worker, number>()
  let stopping = false

  function start(): Worker {
    const worker = cluster.fork()
    startedAt.set(worker, performance.now())
    worker.once('listening', () => log.info({ pid: worker.process.pid }, 'page process answers requests'))
    return worker
  }

  async function replace(worker: Worker, code: number, signal: string): Promise<void> {
    const lived = performance.now() - (startedAt.get(worker) ?? 0)
    startedAt.delete(worker)
    if (stopping) return
    log.error({ pid: worker.process.pid, code, signal }, 'page process ended, another one starts')
    if (lived < SHORT_LIFE) await setTimeout(PAUSE)
    if (!stopping) start()
  }

  function stopAll(): void {
    for (const worker of startedAt.keys()) worker.process.kill('SIGTERM')
  }

  await Promise.all(Array.from({ length: count }, start).map(untilListening))
  cluster.on('exit', replace)
  return {
    stop() {
      stopping = true
      const gone = Promise.all(Array.from(startedAt.keys(), (worker) => once(worker, 'exit')))
      stopAll()
      return gone
    },
    abort: stopAll,
  }
}

function untilListening(worker: Worker): Promise<unknown> {
  const ended = once(worker, 'exit').then(([code]) => {
    throw new Error(`A process ended with code ${code} before it could answer requests.`)
  })
  return Promise.race([once(worker, 'listening'), ended])
}
