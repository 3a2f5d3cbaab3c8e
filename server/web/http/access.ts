import type { Request, RequestHandler, Response } from 'express'
import { authorise } from './authorisation.ts'
import { forbidden } from './http-error.ts'
import { isSafeMethod } from './origin.ts'

export type Access = RequestHandler & { readonly policy: string }

/**
 * A named policy: middleware that every route has; a test fails on a route without one.
 * @param check throws an HttpError; runs again in every transaction that writes for the request
 */
export function access(policy: string, check: (req: Request, res: Response) => void): Access {
  const named: RequestHandler = (req, res, next) => {
    authorise(() => check(req, res))
    next()
  }
  return Object.assign(named, { policy })
}

/** As `access`, for people who are signed in; guests are redirected to the sign-in page. */
export function personalAccess(
  policy: string,
  check: (req: Request, res: Response, person: Express.User) => void,
): Access {
  const ask = access(policy, (req, res) => check(req, res, req.user ?? forbidden('signed_out')))
  const named: RequestHandler = (req, res, next) => {
    if (req.user || !isSafeMethod(req.method)) return ask(req, res, next)
    res.redirect(303, `/login?next=${encodeURIComponent(req.originalUrl)}`)
  }
  return Object.assign(named, { policy })
}

export const anybody = access('anybody', () => {})

export const signedIn = personalAccess('signed in', () => {})
