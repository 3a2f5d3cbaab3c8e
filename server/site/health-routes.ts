import { isIPv4 } from 'node:net'
import { type Request, Router } from 'express'
import type { Services } from '../services.ts'
import { type Access, access, anybody } from '../web/http/access.ts'
import { noStore } from '../web/http/headers.ts'
import { notFound } from '../web/http/http-error.ts'
import { sendBody, sendJson } from '../web/http/send-body.ts'
import { sameSecret } from '../web/http/token.ts'
import { readMetrics } from '../web/operations/cluster-metrics.ts'
import { readiness } from './doctor.ts'

/** Policy for operators: requests from the machine itself, or with METRICS_TOKEN; others get 404. */
function operations(token: string | null): Access {
  return access('operations', (req) => {
    if (!fromThisMachine(req) && !hasToken(req, token)) notFound()
  })
}

/** A proxy on the same machine also connects from loopback, but adds its headers. */
function fromThisMachine(req: Request): boolean {
  if (req.headers['x-forwarded-for'] !== undefined || req.headers.forwarded !== undefined) return false
  const address = (req.socket.remoteAddress ?? '').replace(/^::ffff:/, '')
  return address === '::1' || (isIPv4(address) && address.startsWith('127.'))
}

function hasToken(req: Request, token: string | null): boolean {
  const sent = /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1]
  return token !== null && sent !== undefined && sameSecret(sent, token)
}

export function healthRoutes({ config, databaseCheck, db, metrics }: Services): Router {
  const router = Router()
  const readAll = readMetrics(metrics.registry)

  router.get('/healthz', anybody, noStore, (_req, res) => {
    res.type('text').end('ok')
  })

  router.get('/readyz', operations(config.metrics_token), noStore, (_req, res) => {
    const ready = readiness(db, databaseCheck)
    sendJson(res.status(ready.ok ? 200 : 503), ready)
  })

  router.get('/metrics', operations(config.metrics_token), noStore, async (_req, res) => {
    res.setHeader('Content-Type', metrics.registry.contentType)
    sendBody(res, await readAll())
  })

  return router
}
