import { constants } from 'node:zlib'
import compression from 'compression'
import type { RequestHandler } from 'express'

/** Pages at the fastest level: a phone on a slow line gains most from the first step. */
export function compressed(): RequestHandler {
  return compression({
    level: 1,
    threshold: 2048,
    brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } },
  })
}
