import http from 'node:http'
import https from 'node:https'
import { PassThrough, type Transform } from 'node:stream'
import zlib from 'node:zlib'
import { addressIn } from './addresses.ts'
import { FetchError } from './fetch-error.ts'

interface RequestOptions {
  method: 'GET' | 'HEAD'
  without_body: boolean
  headers: Record<string, string>
  max_bytes: number
  /** Ends the body at the limit, instead of refusing it. */
  cut: boolean
  signal: AbortSignal
}

interface HttpResponse {
  status: number
  headers: Record<string, string>
  body: Buffer
  is_cut: boolean
}

const UNPACKED_BY: Record<string, () => Transform> = {
  '': () => new PassThrough(),
  identity: () => new PassThrough(),
  gzip: () => zlib.createGunzip(),
  'x-gzip': () => zlib.createGunzip(),
  br: () => zlib.createBrotliDecompress(),
  deflate: () => zlib.createInflate(),
}

const NO_BODY = { body: Buffer.alloc(0), is_cut: false }

/** One request to exactly this address, and its answer unpacked. @throws FetchError */
export async function sendRequest(
  url: URL,
  address: string,
  { method, without_body, headers, max_bytes, cut, signal }: RequestOptions,
): Promise<HttpResponse> {
  const { hostname, host, pathname, search, protocol } = url
  const secure = protocol === 'https:'
  const name = addressIn(hostname) ? {} : { servername: hostname }
  // a new agent: no connection is shared or kept alive, and no proxy is read from the environment
  const request = (secure ? https : http).request({
    ...name,
    method,
    host: address,
    port: url.port || (secure ? 443 : 80),
    path: `${pathname}${search}`,
    agent: false,
    signal,
    setHost: false,
    headers: { 'Accept-Encoding': 'gzip, br', ...headers, Host: host, Connection: 'close' },
  })
  const { promise: answered, resolve, reject } = Promise.withResolvers<http.IncomingMessage>()
  request.on('response', resolve).on('error', reject).end()
  const response = await answered
  try {
    const status = response.statusCode ?? 0
    const plain = Object.entries(response.headers).map(([field, value]) => [field, String(value)])
    const silent = without_body || method === 'HEAD' || status === 304
    const bare = silent || (status >= 300 && status < 400 && response.headers.location !== undefined)
    const read = bare ? NO_BODY : await bodyOf(response, { max_bytes, cut, signal })
    return { status, headers: Object.fromEntries(plain), ...read }
  } finally {
    request.destroy()
  }
}

/**
 * Limits the size while decompressing: a few bytes may expand to gigabytes. Does not use a pipeline, which waits for the
 * decompressor to close: one that is stopped in the middle of a bomb never does.
 */
async function bodyOf(
  response: http.IncomingMessage,
  { max_bytes, cut, signal }: Pick<RequestOptions, 'max_bytes' | 'cut' | 'signal'>,
): Promise<Pick<HttpResponse, 'body' | 'is_cut'>> {
  const unpacker = UNPACKED_BY[(response.headers['content-encoding'] ?? '').trim().toLowerCase()]?.()
  if (!unpacker) throw new FetchError('broken')
  if (!cut && Number(response.headers['content-length']) > max_bytes) throw new FetchError('too_large')
  const chunks: Buffer[] = []
  let bytes = 0
  let is_cut = false
  const { promise: whole, resolve, reject } = Promise.withResolvers<void>()
  const stop = () => reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  response.on('error', reject)
  response.on('close', () => response.complete || reject(new Error('The answer broke off.')))
  unpacker.on('error', (error) => reject(new FetchError('broken', error)))
  unpacker.on('end', resolve)
  unpacker.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes <= max_bytes) return void chunks.push(chunk)
    if (!cut) return reject(new FetchError('too_large'))
    if (!is_cut) chunks.push(chunk.subarray(0, chunk.length - (bytes - max_bytes)))
    is_cut = true
    resolve()
  })
  response.pipe(unpacker)
  try {
    await whole
    return { body: Buffer.concat(chunks), is_cut }
  } finally {
    signal.removeEventListener('abort', stop)
    response.unpipe(unpacker)
    unpacker.removeAllListeners('data').destroy()
  }
}
