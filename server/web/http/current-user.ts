import type { Request } from 'express'
import { notFound } from './http-error.ts'

/** The signed-in person of a route whose policy asks for one. */
export function currentPerson(req: Request): Express.User {
  return req.user ?? notFound()
}

/** The enrolment that a cohort's policy put on the request. */
export function currentEnrolment(req: Request): NonNullable<Request['enrolment']> {
  return req.enrolment ?? notFound()
}

/** A positive whole number, as rows are numbered; null for anything else. */
export function wholeNumber(text: string | string[] | null | undefined): number | null {
  return typeof text === 'string' && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null
}

/** A number in an address: where it is none, there is no such page. */
export function idParam(text: string | string[] | undefined): number {
  return wholeNumber(text) ?? notFound()
}

/** One value of the query, or null where it is missing, repeated or empty. */
export function queryText(req: Request, name: string): string | null {
  const value = req.query[name]
  return typeof value === 'string' && value !== '' ? value : null
}

/** A number in the query, or null where there is none; where it is another word, there is no such page. */
export function queryNumber(req: Request, name: string): number | null {
  const text = queryText(req, name)
  return text === null ? null : idParam(text)
}

export function wantsJson(req: Request): boolean {
  return req.accepts(['html', 'json']) === 'json'
}
