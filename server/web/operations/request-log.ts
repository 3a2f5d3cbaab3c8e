import { randomUUID } from 'node:crypto'
import { writeSync } from 'node:fs'
import type { RequestHandler } from 'express'
import { type Logger, pino } from 'pino'
import type { Metrics } from './metrics.ts'

export type Log = Logger

declare global {
  namespace Express {
    interface Request {
      /** Names the request in the log and, where something broke, on its page. */
      id: string
    }
  }
}

/** pino's own destination tries again and again where the disk is full, and holds the whole site: a line is left out here. */
const standardOutput = {
  write(line: string): void {
    try {
      writeSync(1, line)
    } catch (error) {
      // a pipe whose reader is slow: Node keeps the line until there is room
      if (Object(error).code === 'EAGAIN') process.stdout.write(line)
    }
  },
}

/** JSON lines on standard output. @param level 'error' for the demo, 'silent' in tests */
export function createLog(level: 'info' | 'error' | 'silent'): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, standardOutput)
}

/**
 * One line a request: the route's pattern and never the raw address, which may hold a token. `ms` is the server's own
 * time until the answer was handed over.
 * @param answered counts the same for the metrics
 */
export function logRequests(log: Log, answered: Metrics['answered']): RequestHandler {
  return (req, res, next) => {
    const from = performance.now()
    req.id = randomUUID()
    res.once('close', () => {
      const { id, method, route, stored, user } = req
      const ms = Math.round((performance.now() - from) * 100) / 100
      const whole = res.writableFinished
      answered(method, route?.path ?? 'other', res.statusCode, ms / 1000)
      log.info(
        {
          id,
          method,
          route: route?.path ?? null,
          status: res.statusCode,
          ms,
          person: stored?.person?.id ?? user?.id ?? null,
          whole,
        },
        'answered',
      )
    })
    next()
  }
}
