import type { Response } from 'express'
import { type EncodableBody, encodableBody, encodedBody, isCompressible, pageEncoding } from './compression.ts'

/** A shorter body fits into one packet as it is, and compressing it would win nothing. */
const SHORTEST = 1000

/**
 * Answers with a whole body: compressed where the visitor takes that, with its length, and without a body but with the
 * same headers for HEAD. Its Content-Type must have been set.
 */
export function sendBody(res: Response, content: string | Buffer): void {
  sendEncodedBody(res, encodableBody(typeof content === 'string' ? Buffer.from(content) : content))
}

/** The same for a body that is kept, with what it was compressed to. */
export function sendEncodedBody(res: Response, body: EncodableBody): void {
  const bytes = isCompressible(String(res.getHeader('Content-Type'))) ? negotiated(res, body) : body.plain
  res.setHeader('Content-Length', bytes.length)
  res.end(bytes)
}

function negotiated(res: Response, body: EncodableBody): Buffer {
  varyByEncoding(res)
  const encoding = body.plain.length < SHORTEST ? null : pageEncoding(res.req)
  if (!encoding) return body.plain
  res.setHeader('Content-Encoding', encoding)
  return encodedBody(body, encoding)
}

/** Tells caches that the answer depends on what the visitor can decompress. */
export function varyByEncoding(res: Response): void {
  const vary = res.getHeader('Vary')
  res.setHeader('Vary', vary ? `${vary}, Accept-Encoding` : 'Accept-Encoding')
}

export function sendJson(res: Response, value: object): void {
  res.setHeader('Content-Type', 'application/json; charset=utf-8')
  sendBody(res, JSON.stringify(value))
}
