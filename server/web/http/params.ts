import type { Request } from 'express'
import { cleanLine } from '../text/clean-text.ts'
import { notFound } from './http-error.ts'

/** A positive whole number, as rows are numbered; null for anything else. */
export function wholeNumber(text: string | string[] | null | undefined): number | null {
  return typeof text === 'string' && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null
}

/** A row's number in an address. @throws HttpError 404 where it is none */
export function idParam(text: string | string[] | undefined): number {
  return wholeNumber(text) ?? notFound()
}

/** One value of the query, cleaned as a line of a form is, or null where it is missing, repeated or empty. */
export function queryText(req: Request, name: string): string | null {
  const value = req.query[name]
  return (typeof value === 'string' && cleanLine(value)) || null
}

/** A row's number in the query; null where it is missing. @throws HttpError 404 where it is another text */
export function queryNumber(req: Request, name: string): number | null {
  const text = queryText(req, name)
  return text === null ? null : idParam(text)
}

export function wantsJson(req: Request): boolean {
  return req.accepts(['html', 'json']) === 'json'
}
