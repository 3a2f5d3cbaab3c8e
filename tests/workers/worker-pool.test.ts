import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { createWorkerPool, TaskError, type WorkerPool } from '../../server/workers/worker-pool.ts'

const TASK = new URL('./task.ts', import.meta.url)
// so wide that only a hang reaches it
const LONG = { ms: 60_000 }

/** A pool that runs the tasks of this folder, closed at the end of the test. */
function testPool(options: Parameters<typeof createWorkerPool>[0] = {}) {
  const pool: WorkerPool = createWorkerPool({ folder: new URL('./', import.meta.url), ...options })
  return {
    ...pool,
    ask: (what: string, { value, ms = LONG.ms }: { value?: unknown; ms?: number } = {}) =>
      pool.run<object, unknown>(TASK, { what, value }, { ms }),
    [Symbol.asyncDispose]: pool.close,
  }
}

const reasonOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'it ended well',
    (error: unknown) => (error instanceof TaskError ? error.reason : String(error)),
  )

test('a task runs in another thread and its answer comes back', async () => {
  await using pool = testPool()
  expect(await pool.ask('thread')).toBeGreaterThan(0)
  const value = { text: 'æ', list: [1, null], bytes: new Uint8Array([1, 2]) }
  expect(await pool.ask('echo', { value })).toEqual(value)
})

test('one thread serves one task after the other', async () => {
  await using pool = testPool({ size: 1 })
  const threads = await Promise.all([pool.ask('thread'), pool.ask('thread'), pool.ask('thread')])
  expect(new Set(threads).size).toBe(1)
})

test('an error of a task arrives with its name, message and code, and the thread stays', async () => {
  await using pool = testPool({ size: 1 })
  const thread = await pool.ask('thread')
  await expect(pool.ask('throw')).rejects.toMatchObject({ name: 'RangeError', message: 'not so many', code: 'E_MANY' })
  expect(await pool.ask('thread')).toBe(thread)
})

test('a value that cannot be cloned is refused on either side, and the thread stays', async () => {
  await using pool = testPool({ size: 1 })
  const thread = await pool.ask('thread')
  await expect(pool.ask('echo', { value: () => 1 })).rejects.toThrow(/could not be cloned/)
  await expect(pool.ask('function')).rejects.toThrow(/could not be cloned/)
  expect(await pool.ask('thread')).toBe(thread)
})

test.each([
  ['over its time', 'spin', 'time', 300],
  ['over its memory', 'fill', 'memory', LONG.ms],
  ['ending the process', 'exit', 'crash', LONG.ms],
  ['throwing behind its back', 'throw-later', 'crash', LONG.ms],
])('a task %s ends with its thread, and another thread takes the next', async (_, what, reason, ms) => {
  await using pool = testPool({ size: 1, memoryMb: 32 })
  const thread = await pool.ask('thread')
  const [ended, next] = await Promise.all([reasonOf(pool.ask(what, { ms })), pool.ask('thread')])
  expect(ended).toBe(reason)
  expect(next).not.toBe(thread)
})

test('a task that finds its thread full of earlier tasks runs in a new one', async () => {
  await using pool = testPool({ size: 1, memoryMb: 64 })
  const thread = await pool.ask('keep', { value: 20 })
  expect(await pool.ask('keep', { value: 20 })).toBe(thread)
  expect(await pool.ask('keep', { value: 40 })).not.toBe(thread)
})

test('a task is refused when the queue is full; waiting tasks are run', async () => {
  await using pool = testPool({ size: 1, queue: 2 })
  const asked = [pool.ask('echo'), pool.ask('echo'), pool.ask('echo'), pool.ask('echo')]
  expect(await Promise.all(asked.map(reasonOf))).toEqual(['it ended well', 'it ended well', 'it ended well', 'busy'])
})

test('a task that waits too long for a thread is refused', async () => {
  await using pool = testPool({ size: 1, wait_ms: 20 })
  const spinning = reasonOf(pool.ask('spin'))
  expect(await reasonOf(pool.ask('echo'))).toBe('busy')
  await pool.close()
  expect(await spinning).toBe('busy')
})

test('an idle thread ends, and the next task starts another one', async () => {
  await using pool = testPool({ size: 1, idle_ms: 0 })
  const thread = await pool.ask('thread')
  await expect.poll(() => pool.ask('thread')).not.toBe(thread)
})

test('a closed pool refuses tasks', async () => {
  await using pool = testPool()
  await pool.ask('echo')
  await pool.close()
  expect(await reasonOf(pool.ask('echo'))).toBe('busy')
})

test('only modules of the server are run', () => {
  const pool = createWorkerPool()
  expect(() => pool.run(TASK, {}, LONG)).toThrow('No task outside of the server')
})

test('a working thread keeps the process alive, an idle one does not', () => {
  const pool = new URL('../../server/workers/worker-pool.ts', import.meta.url)
  const script = `
    import { createWorkerPool } from '${pool.href}'
    const folder = new URL('./', '${TASK.href}')
    const { run } = createWorkerPool({ folder, idle_ms: 2 ** 30 })
    console.log(await run(new URL('${TASK.href}'), { what: 'echo', value: 'done' }, { ms: 60_000 }))`
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'done\n' })
})
