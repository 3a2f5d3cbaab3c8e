import type { RequestHandler } from 'express'
import { forbidden } from './refusal.ts'

export type Access = RequestHandler & { readonly policy: string }

/**
 * A named rule of who may come in. Every route carries one; a test walks the routers and fails on a route without.
 * @param check calls `next` or throws a Refusal
 */
export function access(policy: string, check: RequestHandler): Access {
  const named: RequestHandler = (req, res, next) => check(req, res, next)
  return Object.assign(named, { policy })
}

export const anybody = access('anybody', (_req, _res, next) => next())

export const signedIn = access('signed in', (req, res, next) => {
  if (req.user) return next()
  if (req.method !== 'GET' && req.method !== 'HEAD') forbidden('signed_out')
  res.redirect(303, `/login?next=${encodeURIComponent(req.originalUrl)}`)
})
