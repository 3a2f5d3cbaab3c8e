import { threadId } from 'node:worker_threads'

interface Work {
  what: 'echo' | 'thread' | 'spin' | 'fill' | 'keep' | 'exit' | 'throw' | 'throw-later' | 'function'
  value?: unknown
}

/** What the tests let a thread do. */
export function run({ what, value }: Work): unknown {
  if (what === 'thread') return threadId
  if (what === 'spin') for (;;);
  if (what === 'fill') return fill()
  if (what === 'keep') return keep(Number(value))
  if (what === 'exit') process.exit(3)
  if (what === 'throw') throw Object.assign(new RangeError('not so many'), { code: 'E_MANY' })
  if (what === 'throw-later') return throwLater()
  if (what === 'function') return () => value
  return value
}

const kept: number[][] = []

/** Keeps so many megabytes in the thread, as modules and caches do. */
function keep(megabytes: number): number {
  for (let at = 0; at < megabytes; at += 1) kept.push(Array.from({ length: 131_072 }, (_, index) => index + 0.5))
  return threadId
}

function fill(): number {
  const kept: string[][] = []
  for (;;) kept.push(Array.from({ length: 1000 }, (_, at) => `${kept.length} ${at}`))
}

function throwLater(): Promise<never> {
  setImmediate(() => {
    throw new Error('nobody waits for this')
  })
  return new Promise(() => {})
}
