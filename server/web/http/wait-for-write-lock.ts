import type { RequestHandler } from 'express'
import type { Database } from '../../db/open.ts'
import { waitUntilWritable } from '../../db/write-lock.ts'
import { HttpError } from './http-error.ts'
import { isSafeMethod } from './origin.ts'

/** How long a request waits for another process that writes, in milliseconds. */
const PATIENCE = 5000
const RETRY_AFTER = 5
/** How long a write holds up the pages that comes between the gate and another process, in milliseconds. */
const HOLD = 250

/** What is posted here is done without a write, or goes on when none is possible. */
const WRITES_NOTHING = new Set(['/logout', '/preview', '/verify'])

/**
 * A request that acts waits here while another process holds the database; pages are answered meanwhile. From now on
 * the connection itself waits only for a moment, since that holds the event loop.
 */
export function waitForWriteLock(db: Database): RequestHandler {
  db.pragma(`busy_timeout = ${HOLD}`)
  return async (req, _res, next) => {
    if (isSafeMethod(req.method) || WRITES_NOTHING.has(req.path)) return next()
    if (!(await waitUntilWritable(db, PATIENCE))) throw new HttpError(503, '503', { retry_after: RETRY_AFTER })
    next()
  }
}
