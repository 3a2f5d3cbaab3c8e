import type { Request, RequestHandler } from 'express'
import type { Config } from '../../config.ts'
import { normaliseOrigin } from './host/host-name.ts'
import { HttpError } from './http-error.ts'

/**
 * The only acts that are taken from anywhere: unsubscribing from emails by one click, which a mail program does by
 * itself. The address carries a seal of this site, and nobody's session counts.
 */
const FROM_ANYWHERE = [/^\/unsubscribe\/[\w.-]+$/]

const READING = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Whether the method is safe (RFC 9110, 9.2.1). */
export function isSafeMethod(method: string): boolean {
  return READING.has(method)
}

/**
 * An act must come from a page of this site: by `Sec-Fetch-Site`, and where a browser does not send it (plain http on
 * a local network), by `Origin`. Neither is a refusal.
 */
export function requireSameOrigin(config: Config): RequestHandler {
  return (req, _res, next) => {
    if (isSafeMethod(req.method) || FROM_ANYWHERE.some((path) => path.test(req.path))) return next()
    const site = req.headers['sec-fetch-site']
    const same = site === undefined ? isOwnOrigin(req, config) : site === 'same-origin'
    if (!same) throw new HttpError(403, 'origin')
    next()
  }
}

function isOwnOrigin(req: Request, config: Config): boolean {
  const own = config.base_url_is_set ? config.base_url : `${req.protocol}://${req.headers.host}`
  const origin = normaliseOrigin(req.headers.origin ?? '')
  return origin !== null && origin === normaliseOrigin(own)
}
