import { isIP } from 'node:net'
import type { Request, RequestHandler } from 'express'
import type { Config } from '../../config.ts'
import { HttpError } from './http-error.ts'

/** Answers only under the site's own name: links, passwordResets and the origin check are built on it. */
export function requireKnownHost(config: Config): RequestHandler {
  const own = new URL(config.base_url).host
  return (req, _res, next) => {
    const host = req.headers.host ?? ''
    if (host === own || (!config.base_url_is_set && isLocalName(host))) return next()
    throw new HttpError(421)
  }
}

function isLocalName(host: string): boolean {
  const name = host.replace(/:\d{1,5}$/, '')
  return name === 'localhost' || isIP(name) === 4 || (name.startsWith('[') && isIP(name.slice(1, -1)) === 6)
}

/**
 * The only acts that are taken from anywhere: leaving letters by one click, which a mail program does by itself. The
 * address carries a seal of this site, and nobody's session counts.
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
    const same = site === undefined ? req.headers.origin === ownOrigin(req, config) : site === 'same-origin'
    if (!same) throw new HttpError(403, 'origin')
    next()
  }
}

function ownOrigin(req: Request, config: Config): string {
  return config.base_url_is_set ? config.base_url : `${req.protocol}://${req.headers.host}`
}
