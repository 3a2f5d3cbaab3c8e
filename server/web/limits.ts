import type { Request, RequestHandler } from 'express'
import { type ClientRateLimitInfo, ipKeyGenerator, rateLimit, type Store } from 'express-rate-limit'
import { type Clock, instantText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import { Refusal } from './refusal.ts'

const WINDOW = Temporal.Duration.from({ minutes: 15 })
const PER_ACCOUNT_AND_ADDRESS = 20
const PER_ADDRESS = 200

/** Counters of failed tries in the database: a restart forgives nothing. */
function failureStore(db: Database, clock: Clock, prefix: string): Store {
  const find = db.prepare<[string, string], { hits: number; resets_at: string }>(
    'SELECT hits, resets_at FROM failure_limit WHERE key = ? AND resets_at > ?',
  )
  const put = db.prepare('INSERT OR REPLACE INTO failure_limit (key, hits, resets_at) VALUES (?, ?, ?)')
  const less = db.prepare('UPDATE failure_limit SET hits = hits - 1 WHERE key = ? AND hits > 0')
  const drop = db.prepare('DELETE FROM failure_limit WHERE key = ?')
  const dropOld = db.prepare('DELETE FROM failure_limit WHERE resets_at <= ?')

  return {
    localKeys: false,
    prefix,
    increment(key): ClientRateLimitInfo {
      return transaction(db, () => {
        const now = clock.now()
        const row = find.get(prefix + key, instantText(now))
        if (!row) dropOld.run(instantText(now))
        const resets_at = row?.resets_at ?? instantText(now.add(WINDOW))
        const totalHits = (row?.hits ?? 0) + 1
        put.run(prefix + key, totalHits, resets_at)
        // no resetTime: the library would hold it against the machine's clock and not this one
        return { totalHits, resetTime: undefined }
      })
    },
    decrement(key) {
      less.run(prefix + key)
    },
    resetKey(key) {
      drop.run(prefix + key)
    },
  }
}

/**
 * Slows down guessing of passwords: only failures count (answers from 400 on), 20 for an account from one address in
 * 15 minutes and 200 for an address, so that a training room of sixty gets in and nobody locks out somebody else.
 */
export function limitFailures(db: Database, clock: Clock): RequestHandler[] {
  const options = {
    windowMs: WINDOW.total('milliseconds'),
    skipSuccessfulRequests: true,
    standardHeaders: false,
    legacyHeaders: false,
    validate: { trustProxy: false },
    handler: (_req: Request, res: Parameters<RequestHandler>[1]) => {
      res.setHeader('Retry-After', String(WINDOW.total('seconds')))
      throw new Refusal(429)
    },
  } as const
  const address = (req: Request) => ipKeyGenerator(req.ip ?? '')
  const account = (req: Request) =>
    String(req.user?.email ?? req.body?.email ?? '')
      .trim()
      .toLowerCase()
      .slice(0, 254)
  return [
    rateLimit({ ...options, limit: PER_ADDRESS, keyGenerator: address, store: failureStore(db, clock, 'address ') }),
    rateLimit({
      ...options,
      limit: PER_ACCOUNT_AND_ADDRESS,
      keyGenerator: (req) => `${address(req)} ${account(req)}`,
      store: failureStore(db, clock, 'account '),
    }),
  ]
}
