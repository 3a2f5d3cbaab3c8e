import type { Transform } from 'node:stream'
import zlib, { constants } from 'node:zlib'
import type { Request } from 'express'
import Negotiator from 'negotiator'
import { memoize } from '../text/memoize.ts'

/** A content coding as HTTP names it. */
export type Encoding = 'zstd' | 'br' | 'gzip'

/** A whole body in all the forms in which it has been asked for. */
export interface EncodableBody {
  plain: Buffer
  encoded: Map<Encoding, Buffer>
}

/** zstd at level 1 takes less time than gzip or brotli, and fewer bytes. */
const FASTEST_FIRST: Encoding[] = ['zstd', 'br', 'gzip']
/** For what is compressed once and sent often, brotli at its highest quality is smallest. */
const SMALLEST_FIRST: Encoding[] = ['br', 'gzip']

/** Real headers have up to 40 characters; the time to parse one grows with its length. */
const LONGEST_HEADER = 200

/** Headers, which visitors choose, that are remembered with what was negotiated. */
const HEADERS = 200

const forPages = negotiation(FASTEST_FIRST)
const forFiles = negotiation(SMALLEST_FIRST)

/**
 * `identity` where nothing else is acceptable, even where that is refused too: HTTP leaves it to the server to answer
 * all the same.
 */
function negotiation(preferred: Encoding[]): (header: string) => Encoding | 'identity' {
  return memoize(HEADERS, (header) => {
    const negotiator = new Negotiator({ headers: { 'accept-encoding': header } })
    const found = negotiator.encoding([...preferred, 'identity'], { preferred })
    return preferred.find((encoding) => encoding === found) ?? 'identity'
  })
}

function negotiated(req: Request, choose: (header: string) => Encoding | 'identity'): Encoding | null {
  const header = req.headers['accept-encoding'] ?? ''
  const encoding = header.length > LONGEST_HEADER ? 'identity' : choose(header)
  return encoding === 'identity' ? null : encoding
}

/** How a page, a feed or a download is compressed; null where it goes out as it is. */
export function pageEncoding(req: Request): Encoding | null {
  return isFromElsewhere(req) ? null : negotiated(req, forPages)
}

/** How a static file is compressed; null where it goes out as it is. */
export function fileEncoding(req: Request): Encoding | null {
  return negotiated(req, forFiles)
}

/**
 * Whether another site's page led somebody who is signed in here. Such a page could choose words in the address that
 * the answer repeats, and learn from the compressed length whether they also stand in what only this person may read
 * (the BREACH attack), so that answer is not compressed.
 */
function isFromElsewhere(req: Request): boolean {
  const site = req.headers['sec-fetch-site']
  return req.user !== undefined && site !== undefined && site !== 'same-origin' && site !== 'none'
}

const COMPRESSIBLE = /^(?:text\/|image\/svg\+xml|application\/(?:[\w.-]+\+)?(?:json|xml|javascript))/

/** Text of some kind; pictures, fonts and archives are compressed already. */
export function isCompressible(type: string): boolean {
  return COMPRESSIBLE.test(type)
}

const ZSTD = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_LGWIN]: 16 } }
const GZIP = { level: 1 }

/** Compresses at the fastest level: 20 kB in less time than it takes to hand them to another thread. */
const compressNow: Record<Encoding, (plain: Buffer) => Buffer> = {
  zstd: (plain) => zlib.zstdCompressSync(plain, ZSTD),
  br: (plain) => zlib.brotliCompressSync(plain, BROTLI),
  gzip: (plain) => zlib.gzipSync(plain, GZIP),
}

const compressAsStream: Record<Encoding, () => Transform> = {
  zstd: () => zlib.createZstdCompress(ZSTD),
  br: () => zlib.createBrotliCompress(BROTLI),
  gzip: () => zlib.createGzip(GZIP),
}

/** A stream that compresses what is written to it while it is made. */
export function compressor(encoding: Encoding): Transform {
  return compressAsStream[encoding]()
}

/** A body that has not been asked for in any form yet. */
export function encodableBody(plain: Buffer): EncodableBody {
  return { plain, encoded: new Map() }
}

/** The body compressed; the second time it is asked for it is there. */
export function encodedBody(body: EncodableBody, encoding: Encoding): Buffer {
  const known = body.encoded.get(encoding)
  if (known) return known
  const bytes = compressNow[encoding](body.plain)
  body.encoded.set(encoding, bytes)
  return bytes
}
