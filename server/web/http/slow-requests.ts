import { createServer, type RequestListener, type Server } from 'node:http'
import type { ErrorRequestHandler, Request, RequestHandler } from 'express'
import { HttpError } from './http-error.ts'

/** How slow a client may be, in milliseconds. */
export interface Patience {
  /** From the connection, or the answer before, to the end of a request's head. */
  head: number
  /** Without another byte of a body. */
  pause: number
  /** For a whole body; longer by a second for each `bytes_a_second` that have arrived. */
  body: number
  bytes_a_second: number
  /** Without reading any of an answer. */
  answer: number
}

/** A photo of 15 MB has ten minutes more: that is a phone's slow line, about 200 kbit/s. */
const PATIENCE: Patience = { head: 30_000, pause: 30_000, body: 120_000, bytes_a_second: 25_000, answer: 120_000 }

/** Between two looks at a client, as a part of the shortest time it has. */
const LOOKS = 6

/** The server, which ends connections that do not get to a request or do not take their answer. */
export function createHttpServer(app: RequestListener, { head, answer }: Patience = PATIENCE): Server {
  // bodies have their own time, see abortSlowBodies
  const server = createServer(
    { headersTimeout: head, requestTimeout: 0, connectionsCheckingInterval: Math.ceil(head / LOOKS) },
    app,
  )
  server.timeout = answer
  return server
}

/**
 * Ends a request whose body comes too slowly: with status 408 where nothing was answered yet. What has arrived counts,
 * not what was announced, so that nobody gets time by announcing much.
 */
export function abortSlowBodies(answer: ErrorRequestHandler, patience: Patience = PATIENCE): RequestHandler {
  return (req, res, next) => {
    if (!hasBody(req)) return next()
    const started = performance.now()
    const before = req.socket.bytesRead
    let received = 0
    let latest = started
    const timer = setInterval(look, Math.min(patience.pause, patience.body) / LOOKS)
    req.once('close', () => clearInterval(timer))

    function look(): void {
      const now = performance.now()
      const bytes = req.socket.bytesRead - before
      // while something that has arrived waits to be read here, the client is not to blame
      const waits_for_us = req.readableLength > 0
      if (bytes > received || waits_for_us) latest = now
      received = bytes
      if (!waits_for_us && isTooSlow({ received, since_start: now - started, since_byte: now - latest }, patience))
        end()
    }

    function end(): void {
      clearInterval(timer)
      if (res.headersSent) return void req.destroy()
      // an answered request is not told that its connection closes: whoever waits for the body would wait for ever
      res.once('close', () => req.destroy())
      res.setHeader('Connection', 'close')
      answer(new HttpError(408), req, res, next)
    }

    next()
  }
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

interface Arrival {
  /** Bytes so far. */
  received: number
  /** Milliseconds since the request began, and since its latest byte came. */
  since_start: number
  since_byte: number
}

export function isTooSlow(
  { received, since_start, since_byte }: Arrival,
  { pause, body, bytes_a_second }: Patience = PATIENCE,
): boolean {
  return since_byte > pause || since_start > body + (received / bytes_a_second) * 1000
}
