import { expect, test } from 'vitest'
import { ConcurrencyLimitError, createConcurrencyLimiter } from '../../../server/web/http/concurrency-limiter.ts'

/** Work that ends when it is told to. */
function work() {
  const { promise, resolve } = Promise.withResolvers<string>()
  return { run: () => promise, end: () => resolve('done') }
}

test('who waits too long is told, and neither begins later nor holds a place', async () => {
  const inTurn = createConcurrencyLimiter({ at_once: 1, wait_ms: 1 })
  const long = work()
  const first = inTurn('a', long.run)
  let begun = false
  const second = inTurn('b', () => {
    begun = true
    return Promise.resolve()
  })
  await expect(second).rejects.toThrow(ConcurrencyLimitError)
  long.end()
  await first
  expect(begun).toBe(false)
  expect(await inTurn('b', async () => 'next')).toBe('next')
})

test('of more than may wait the last is refused at once', async () => {
  const inTurn = createConcurrencyLimiter({ at_once: 1, queue: 1, wait_ms: 60_000 })
  const long = work()
  const first = inTurn('a', long.run)
  const second = inTurn('b', async () => 'second')
  await expect(inTurn('c', async () => 'third')).rejects.toThrow(ConcurrencyLimitError)
  long.end()
  expect(await Promise.all([first, second])).toEqual(['done', 'second'])
})

test('eight at a time and one of each host, whatever fails meanwhile', async () => {
  const inTurn = createConcurrencyLimiter({ at_once: 8 })
  const hosts = Array.from({ length: 200 }, (_, at) => `host${at % 13}`)
  let running = 0
  let most = 0
  const busy = new Set<string>()
  const all = await Promise.allSettled(
    hosts.map((host, at) =>
      inTurn(host, async () => {
        expect(busy.has(host)).toBe(false)
        busy.add(host)
        running += 1
        most = Math.max(most, running)
        await new Promise(setImmediate)
        running -= 1
        busy.delete(host)
        if (at % 3 === 0) throw new Error('no')
        return at
      }),
    ),
  )
  expect(most).toBe(8)
  expect(all.filter(({ status }) => status === 'rejected')).toHaveLength(67)
})
