import { parentPort } from 'node:worker_threads'
import type { Order, TaskAnswer } from './worker-pool.ts'

// A thread of the pool: one task after the other. A module is loaded when it is first asked for, and stays.

parentPort?.on('message', async ({ task, input }: Order) => {
  try {
    const { run } = await import(task)
    parentPort?.postMessage({ value: await run(input) } satisfies TaskAnswer)
  } catch (thrown) {
    // a class does not survive the way to the other side; its message and code do
    const error = thrown instanceof Error ? thrown : new Error(String(thrown))
    const { name, message, stack = '' } = error
    parentPort?.postMessage({ error: { name, message, code: codeOf(error), stack } } satisfies TaskAnswer)
  }
})

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
