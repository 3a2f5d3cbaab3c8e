import { AsyncLocalStorage } from 'node:async_hooks'
import type { RequestHandler } from 'express'
import { isSafeMethod } from './origin.ts'

type AccessRule = () => unknown

/** The rules that allowed the running request, in order. Requests that only read, and jobs, have none. */
const rules = new AsyncLocalStorage<AccessRule[]>()

/**
 * From here on the rules that let a request in that acts are kept. Between such a rule and the write there may be
 * minutes (a slow body, a password hash, a picture), in which the person may lose their session, role or enrolment.
 */
export const collectRules: RequestHandler = (req, _res, next) => {
  if (isSafeMethod(req.method)) next()
  else rules.run([], next)
}

/** Adds a rule that has been applied already. */
export function addRule(rule: AccessRule): void {
  rules.getStore()?.push(rule)
}

/**
 * Applies a rule, and applies it again with the facts of then in every transaction that writes for this request.
 * @returns what the rule returns now
 * @throws what the rule throws: an HttpError
 */
export function authorise<Result>(rule: () => Result): Result {
  const result = rule()
  addRule(rule)
  return result
}

/** Applies all rules of the request again. @throws HttpError as for the same request sent now */
export function reauthorise(): void {
  for (const rule of rules.getStore() ?? []) rule()
}

/** Before a handler: a body, or the turn to write, may have taken a while, and not every act writes. */
export const reauthoriseRequest: RequestHandler = (_req, _res, next) => {
  reauthorise()
  next()
}

/** Runs writes of the site itself, such as the end of a session, without checking the rights of the request. */
export function withoutAuthorisation<Result>(work: () => Result): Result {
  return rules.exit(work)
}
