import type { Request } from 'express'
import { notFound } from './refusal.ts'

/** The signed-in person of a route whose policy asks for one. */
export function currentPerson(req: Request): Express.User {
  return req.user ?? notFound()
}

/** The enrolment that a cohort's policy put on the request. */
export function currentEnrolment(req: Request): NonNullable<Request['enrolment']> {
  return req.enrolment ?? notFound()
}

/** A number in an address: a positive whole one, else there is no such page. */
export function numberIn(text: string | string[] | undefined): number {
  return typeof text === 'string' && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : notFound()
}

/** One value of the query, or null where it is missing, repeated or empty. */
export function queryText(req: Request, name: string): string | null {
  const value = req.query[name]
  return typeof value === 'string' && value !== '' ? value : null
}

export function wantsJson(req: Request): boolean {
  return req.accepts(['html', 'json']) === 'json'
}
