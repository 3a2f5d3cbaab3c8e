import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createGuessLimits } from '../../../server/web/http/guess-limits.ts'
import { newDatabase } from '../../support/database.ts'

const START = Temporal.Instant.from('2026-03-02T07:00:00Z')

/** Limits on a database of their own, with checks that end when the test says so. */
function setUp() {
  const db = newDatabase()
  const guess = createGuessLimits(db, { now: () => START })
  const checks: ((right: boolean) => void)[] = []
  const outcomes: string[] = []
  return {
    db,
    checks,
    outcomes,
    /** How a guess ended: it was right, wrong, or refused with this status. */
    async guess({
      account = 'amara@library.example' as string | null,
      ip = '192.0.2.1',
      kind = 'password' as const,
    } = {}) {
      const check = () => new Promise<true | null>((resolve) => checks.push((right) => resolve(right || null)))
      const outcome = await guess({ kind, ip, account }, check).then(
        (found) => (found ? 'right' : 'wrong'),
        ({ status, retry_after }) => `${status} after ${retry_after}`,
      )
      outcomes.push(outcome)
      return outcome
    },
    [Symbol.dispose]: () => db.close(),
  }
}

/** Lets everything that can go on without a check do so. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

test('a guess whose outcome is not known is not counted, and makes one beyond the limit wait', async () => {
  using limits = setUp()
  const all = Array.from({ length: 25 }, () => limits.guess())
  await settle()
  expect([limits.checks.length, limits.outcomes]).toEqual([20, []])
  for (let next = limits.checks.shift(); next; next = limits.checks.shift()) {
    next(true)
    await settle()
  }
  expect(await Promise.all(all)).toEqual(Array(25).fill('right'))
})

test('whatever the outcomes and their order, twenty wrong guesses are checked at most, and none is refused before', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ right: fc.boolean(), at: fc.nat() }), { minLength: 30, maxLength: 60 }),
      async (plan) => {
        using limits = setUp()
        const all = plan.map(() => limits.guess())
        for (const { right, at } of plan) {
          await settle()
          if (limits.checks.length === 0) break
          const [check] = limits.checks.splice(at % limits.checks.length, 1)
          check?.(right)
        }
        await settle()
        for (const check of limits.checks.splice(0)) check(true)
        const outcomes = await Promise.all(all)
        const wrong = outcomes.filter((outcome) => outcome === 'wrong').length
        const refused = limits.outcomes.indexOf('429 after 900')
        expect(wrong).toBeLessThanOrEqual(20)
        if (refused !== -1)
          expect(limits.outcomes.slice(0, refused).filter((outcome) => outcome === 'wrong')).toHaveLength(20)
      },
    ),
    { numRuns: 25 },
  )
})

test('two hundred wrong guesses at many accounts are the most from one address, also in parallel', async () => {
  using limits = setUp()
  const all = Array.from({ length: 250 }, (_, index) => limits.guess({ account: `p${index}@library.example` }))
  for (let round = 0; round < 3; round++) {
    await settle()
    for (const check of limits.checks.splice(0)) check(false)
  }
  const outcomes = await Promise.all(all)
  expect(outcomes.filter((outcome) => outcome === 'wrong')).toHaveLength(200)
  expect(outcomes.filter((outcome) => outcome === '429 after 900')).toHaveLength(50)
  const elsewhere = limits.guess({ ip: '192.0.2.2', account: 'p249@library.example' })
  await settle()
  limits.checks.pop()?.(true)
  expect(await elsewhere).toBe('right')
})

test('wrong guesses are counted where nothing can be written, and a minute is said', async () => {
  using limits = setUp()
  limits.db.pragma('query_only = ON')
  for (let round = 0; round < 20; round++) {
    const guess = limits.guess()
    await settle()
    limits.checks.pop()?.(false)
    expect(await guess).toBe('wrong')
  }
  expect(await limits.guess()).toBe('429 after 60')
})

test.each([
  ['one office’s IPv6 network is one address', '2001:db8:1:ff00::1', '2001:db8:1:ffff::2', true],
  ['another one’s is another', '2001:db8:1:ff00::1', '2001:db8:2:ff00::1', false],
  ['IPv4 by way of IPv6 is the same address', '192.0.2.1', '::ffff:192.0.2.1', true],
])('%s', async (_what, one, other, same) => {
  using limits = setUp()
  const first = Array.from({ length: 20 }, () => limits.guess({ ip: one }))
  await settle()
  for (const check of limits.checks.splice(0)) check(false)
  await Promise.all(first)
  const next = limits.guess({ ip: other })
  await settle()
  for (const check of limits.checks.splice(0)) check(true)
  expect(await next).toBe(same ? '429 after 900' : 'right')
})
