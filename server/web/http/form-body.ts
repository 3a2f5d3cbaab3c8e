import type { IncomingMessage, ServerResponse } from 'node:http'
import express, { type RequestHandler } from 'express'
import { HttpError } from './http-error.ts'

/** The longest form: a reflection of 40,000 characters, each of up to four bytes written as %XX. */
const LIMIT = 40_000 * 4 * 3 + 20_000

/** Reads forms (`application/x-www-form-urlencoded`), flat, in correct UTF-8, with as many fields as a thing with 200 steps has. */
export function parseForm(): RequestHandler {
  return express.urlencoded({ extended: false, limit: LIMIT, parameterLimit: 1000, verify: refuseBrokenUtf8 })
}

function refuseBrokenUtf8(_req: IncomingMessage, _res: ServerResponse, bytes: Buffer): void {
  try {
    decodeURIComponent(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new HttpError(400, 'encoding')
  }
}
