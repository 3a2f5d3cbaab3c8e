import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import zlib, { constants } from 'node:zlib'
import type { Request, RequestHandler, Response } from 'express'
import { isNotModified } from '../files/send-picture.ts'
import { type Encoding, fileEncoding, isCompressible } from './compression.ts'
import { joinModules } from './join-modules.ts'
import { varyByEncoding } from './send-body.ts'

const folder = path.join(import.meta.dirname, '../../../public')

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
}

interface StaticFile {
  type: string
  plain: Buffer
  /** Names the content, and with the encoding behind it the bytes. */
  tag: string
  compressible: boolean
  /** Compressed when it is first asked for, outside the thread that answers, and kept. */
  encoded: Map<Encoding, Promise<Buffer>>
}

/** Every file of public/ by its path with slashes. */
const files = new Map<string, StaticFile>()
for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
  if (path.extname(name) in TYPES) add(name.replaceAll(path.sep, '/'))
}

/** What is in a file; a module or a stylesheet comes with all that it imports. */
function contentOf(name: string): Buffer {
  const content = readFileSync(path.join(folder, name))
  const read = (file: string) => readFileSync(path.join(folder, file), 'utf8')
  if (path.extname(name) === '.css')
    return Buffer.from(joinStyles(String(content), (file) => read(path.join(path.dirname(name), file))))
  if (path.extname(name) !== '.js' || !/^import /m.test(String(content))) return content
  return Buffer.from(joinModules(name, read))
}

/** Puts each imported file in the place of its import, in the cascade layer that the import names. */
function joinStyles(text: string, read: (file: string) => string): string {
  return text.replaceAll(
    /^@import "(.+)" layer\((\w+)\);$/gm,
    (_line, file: string, layer: string) => `@layer ${layer} {\n${read(file)}}`,
  )
}

function add(name: string): void {
  const plain = contentOf(name)
  const type = TYPES[path.extname(name)] ?? ''
  const tag = createHash('sha256').update(plain).digest('base64url').slice(0, 12)
  files.set(name, { type, plain, tag, compressible: isCompressible(type), encoded: new Map() })
}

/** Hash of the whole public folder: stands in every static address, so that they never change under a browser. */
const hash = (() => {
  const sum = createHash('sha256')
  for (const [name, { tag }] of files) sum.update(`${name} ${tag}\n`)
  return sum.digest('hex').slice(0, 12)
})()

const base = `/assets/${hash}/`

/** Address of a file of public/. */
export function asset(file: string): string {
  return base + file
}

const brotli = promisify(zlib.brotliCompress)
const gzip = promisify(zlib.gzip)

/** Once for as long as the server runs, so the highest quality: some 10 ms a file. The window need not be larger than a file. */
function pack({ plain }: StaticFile, encoding: Encoding): Promise<Buffer> {
  if (encoding !== 'br') return gzip(plain, { level: constants.Z_BEST_COMPRESSION })
  const params = { [constants.BROTLI_PARAM_LGWIN]: 18, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length }
  return brotli(plain, { params })
}

function packed(file: StaticFile, encoding: Encoding): Promise<Buffer> {
  const known = file.encoded.get(encoding)
  if (known) return known
  const bytes = pack(file, encoding)
  file.encoded.set(encoding, bytes)
  return bytes
}

/**
 * Answers for the files of public/ from memory. It stands before everything that pages need, and gives files none of
 * their headers: a file is the same for everybody, and its address changes with its content.
 */
export function staticFiles(): RequestHandler {
  return (req, res, next) => {
    const file = req.path.startsWith(base) ? files.get(req.path.slice(base.length)) : undefined
    if (!file || (req.method !== 'GET' && req.method !== 'HEAD')) return next()
    return send(req, res, file)
  }
}

async function send(req: Request, res: Response, file: StaticFile): Promise<void> {
  res.setHeader('Cache-Control', 'public, max-age=31536000, immutable')
  res.setHeader('X-Content-Type-Options', 'nosniff')
  if (file.compressible) varyByEncoding(res)
  // a part of a file is cut from the file as it is
  const in_part = req.method === 'GET' && req.headers.range !== undefined
  const encoding = file.compressible && !in_part ? fileEncoding(req) : null
  const etag = `"${encoding ? `${file.tag}-${encoding}` : file.tag}"`
  res.setHeader('ETag', etag)
  if (isNotModified(req, etag)) {
    res.status(304).end()
    return
  }
  res.setHeader('Content-Type', file.type)
  if (encoding) res.setHeader('Content-Encoding', encoding)
  const plain = in_part ? part(req, res, file.plain, etag) : file.plain
  const bytes = encoding ? await packed(file, encoding) : plain
  res.setHeader('Content-Length', bytes.length)
  res.end(bytes)
}

/** The part that was asked for where it is one that can be given, else the whole. */
function part(req: Request, res: Response, plain: Buffer, etag: string): Buffer {
  if ((req.headers['if-range'] ?? etag) !== etag) return plain
  const ranges = req.range(plain.length)
  if (ranges === -1) {
    res.status(416).setHeader('Content-Range', `bytes */${plain.length}`)
    return Buffer.alloc(0)
  }
  const [range, ...more] = Array.isArray(ranges) ? ranges : []
  if (!range || more.length > 0) return plain
  res.status(206).setHeader('Content-Range', `bytes ${range.start}-${range.end}/${plain.length}`)
  return plain.subarray(range.start, range.end + 1)
}
