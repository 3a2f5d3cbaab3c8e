import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Request } from 'express'
import { type Logger, pino } from 'pino'
import { pinoHttp } from 'pino-http'

export type Log = Logger

/** JSON lines on standard output. @param level 'silent' in tests */
export function createLog(level: 'info' | 'silent'): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime })
}

/** One line a request: the route's pattern and never the raw address, which may hold a token. */
export function logRequests(log: Log) {
  return pinoHttp<IncomingMessage, ServerResponse>({
    logger: log,
    genReqId: () => randomUUID(),
    quietReqLogger: true,
    customLogLevel: (_req, res, error) => (error || res.statusCode >= 500 ? 'error' : 'info'),
    customSuccessMessage: () => 'answered',
    customErrorMessage: () => 'failed',
    customAttributeKeys: { responseTime: 'ms' },
    customProps: (req, res) => {
      const { method, route, user } = req as Request
      return { method, route: route?.path ?? null, status: res.statusCode, person: user?.id ?? null }
    },
    serializers: { req: () => undefined, res: () => undefined },
    wrapSerializers: false,
  })
}
