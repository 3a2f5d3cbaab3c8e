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
