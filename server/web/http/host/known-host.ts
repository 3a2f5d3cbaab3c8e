import { isIP } from 'node:net'
import type { Request, RequestHandler, Response } from 'express'
import type { Config } from '../../../config.ts'
import { HttpError } from '../http-error.ts'
import { normaliseHost } from './host-name.ts'
import type { Reporter } from './unknown-hosts.ts'

/** What the error page of a wrong name looks like; neither tells anything that the page does not. */
const LOOKS = [/^\/theme\.css$/, /^\/logo\/[\w.-]+$/]

/**
 * Answers only under the site's own name: links, passwordResets and the origin check are built on it. A proxy that does
 * not pass `Host` on may name it in `X-Forwarded-Host`, where proxies are trusted.
 * @param report gets each name that is refused
 */
export function requireKnownHost(config: Config, report: Reporter): RequestHandler {
  const { protocol, host } = new URL(config.base_url)
  const own = normaliseHost(host, protocol)
  const isOwn = (name: string | null) =>
    name !== null && (name === own || (!config.base_url_is_set && isLocalName(name)))
  return (req, res, next) => {
    const came = hostsOf(req, config.trust_proxy)
    if (came.some((name) => isOwn(normaliseHost(name, protocol)))) return next()
    if (LOOKS.some((path) => path.test(req.path))) return next()
    const values = { came: (came[0] ?? '').slice(0, 253) || '–', expected: host }
    report(values)
    forAnotherName(res)
    throw new HttpError(421, '421', { values, way_on: config.base_url })
  }
}

/** Under another name there may be no https, which the page's styles would be asked for, and none is promised. */
function forAnotherName(res: Response): void {
  const policy = String(res.getHeader('Content-Security-Policy') ?? '')
  res.setHeader('Content-Security-Policy', policy.replace(/;?upgrade-insecure-requests/, ''))
  res.removeHeader('Strict-Transport-Security')
  res.setHeader('Cache-Control', 'no-store')
}

/** The names by which a request may have come: what the outermost trusted proxy was asked for, and what it asked for. */
function hostsOf(req: Request, trust_proxy: number): string[] {
  const host = req.headers.host ?? ''
  const forwarded = String(req.headers['x-forwarded-host'] ?? '')
  if (trust_proxy === 0 || forwarded === '') return [host]
  // each proxy adds one on the right: what stands further left was written by whoever asks
  const names = forwarded.split(',').map((name) => name.trim())
  return [names[Math.max(0, names.length - trust_proxy)] ?? '', host]
}

/** @param host as normaliseHost writes it */
function isLocalName(host: string): boolean {
  const name = host.replace(/:\d{1,5}$/, '')
  return name === 'localhost' || isIP(name) === 4 || (name.startsWith('[') && isIP(name.slice(1, -1)) === 6)
}
