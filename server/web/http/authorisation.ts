import { AsyncLocalStorage } from 'node:async_hooks'
import type { RequestHandler } from 'express'
import { isSafeMethod } from './origin.ts'

type Rule = () => unknown

/** The rules that let the running request in, in their order. Requests that only read, and jobs, have none. */
const rules = new AsyncLocalStorage<Rule[]>()

/**
 * From here on the rules that let a request in that acts are kept. Between such a rule and the write there may be
 * minutes (a slow body, a password hash, a picture), in which the person may lose their session, role or enrolment.
 */
export const collectRules: RequestHandler = (req, _res, next) => {
  if (isSafeMethod(req.method)) next()
  else rules.run([], next)
}

/** Keeps a rule that was applied already. */
export function addRule(rule: Rule): void {
  rules.getStore()?.push(rule)
}

/**
 * Applies a rule, and applies it again with the facts of then in every transaction that writes for this request.
 * @returns what the rule returns now
 * @throws what the rule throws: a HttpError
 */
export function authorise<Result>(rule: () => Result): Result {
  const result = rule()
  addRule(rule)
  return result
}

/** Applies again every rule that let the request in. @throws the HttpError that the same request would get now */
export function reauthorise(): void {
  for (const rule of rules.getStore() ?? []) rule()
}

/** Before a handler: a body, or the turn to write, may have taken a while, and not every act writes. */
export const reauthoriseRequest: RequestHandler = (_req, _res, next) => {
  reauthorise()
  next()
}

/** Runs what the site does by itself, without asking for anybody's rights, such as storing the end of a session. */
export function withoutAuthorisation<Result>(work: () => Result): Result {
  return rules.exit(work)
}
