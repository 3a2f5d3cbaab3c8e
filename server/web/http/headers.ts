import type { Request, RequestHandler, Response } from 'express'
import helmet from 'helmet'
import type { Config } from '../../config.ts'

/** Features that no script of the site uses; sharing and clipboard stay allowed. */
const PERMISSIONS = [
  'accelerometer',
  'browsing-topics',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'serial',
  'usb',
]
  .map((feature) => `${feature}=()`)
  .join(', ')

/** Nothing inline, nothing from elsewhere, no frames, no camera. */
export function securityHeaders(config: Config): RequestHandler {
  const https = config.base_url.startsWith('https:')
  const fromHelmet = headersOf(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'"],
          imgSrc: ["'self'"],
          fontSrc: ["'self'"],
          connectSrc: ["'self'"],
          formAction: ["'self'"],
          baseUri: ["'none'"],
          frameAncestors: ["'none'"],
          ...(https ? { upgradeInsecureRequests: [] } : {}),
        },
      },
      referrerPolicy: { policy: 'same-origin' },
      strictTransportSecurity: https ? { maxAge: 31_536_000, includeSubDomains: false } : false,
      xFrameOptions: { action: 'deny' },
    }),
  )
  const headers: [string, string][] = [...fromHelmet, ['Permissions-Policy', PERMISSIONS]]
  return (_req, res, next) => {
    for (const [name, value] of headers) res.setHeader(name, value)
    next()
  }
}

/** The headers that a handler sets whatever the request is: they are the same each time, so it runs only once. */
function headersOf(
  handler: (req: Request, res: Response, next: (error?: unknown) => void) => void,
): [string, string][] {
  const headers: [string, string][] = []
  const res = { setHeader: (name: string, value: string) => headers.push([name, value]), removeHeader: () => {} }
  handler({} as Request, res as unknown as Response, (error) => {
    if (error) throw error
  })
  return headers
}

/** Makes caches revalidate each page, and keeps pages of signed-in people out of shared caches. */
export const cachePrivately: RequestHandler = (req, res, next) => {
  res.vary('Cookie')
  res.setHeader('Cache-Control', req.user ? 'private, no-cache' : 'no-cache')
  next()
}

export const noStore: RequestHandler = (_req, res, next) => {
  res.setHeader('Cache-Control', 'no-store')
  next()
}

/**
 * For what other sites' pages may read, such as verifiers and wallets that run in a browser. They read it as a guest
 * does: a browser sends no cookie to another site's request, and hands out no answer that it did send one for.
 */
export function allowCrossOrigin(res: Response): void {
  res.setHeader('Access-Control-Allow-Origin', '*')
  res.setHeader('Cross-Origin-Resource-Policy', 'cross-origin')
}
