import { parentPort } from 'node:worker_threads'

// A thread of the pool runs one task after the other; a module that it has loaded stays loaded.

/** What a thread answers: the value, or what the task threw. */
export type TaskAnswer =
  | { value: unknown }
  | { error: { name: string; message: string; code?: unknown; stack?: string } }

/** What a thread is told to do. */
export interface Order {
  /** The address of a module that exports `run`. */
  task: string
  input: unknown
}

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
