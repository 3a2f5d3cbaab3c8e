import type { IncomingMessage, ServerResponse } from 'node:http'
import express, { type RequestHandler } from 'express'
import { HttpError } from './http-error.ts'

/** The longest form: a reflection of 40,000 characters, each of up to four bytes written as %XX. */
const LIMIT = 40_000 * 4 * 3 + 20_000

/** Reads forms (`application/x-www-form-urlencoded`), flat, in UTF-8, with as many fields as a thing with 200 steps has. */
export function parseForm(): RequestHandler {
  return express.urlencoded({ extended: false, limit: LIMIT, parameterLimit: 1000, verify: checkUtf8 })
}

/** Half a surrogate pair, which some programs write as if it were a character of UTF-8. */
const SURROGATE = /%ed%[ab][0-9a-f]%[89ab][0-9a-f]/gi
const REPLACEMENT = '%EF%BF%BD'

/** Puts U+FFFD, which is as long, for halves of surrogate pairs. @throws HttpError 400 for other bytes that are not UTF-8 */
function checkUtf8(_req: IncomingMessage, _res: ServerResponse, bytes: Buffer): void {
  for (const { index } of bytes.toString('latin1').matchAll(SURROGATE)) bytes.write(REPLACEMENT, index, 'latin1')
  try {
    decodeURIComponent(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new HttpError(400, 'encoding')
  }
}
