import { addressIn, isPublicAddress } from './addresses.ts'
import { FetchError, type FetchErrorReason } from './fetch-error.ts'
import { sendRequest } from './request.ts'
import { type Resolve, resolveByDns, resolveBySystem } from './resolve-host.ts'

interface FetchOptions {
  /** GET by default. */
  method?: 'GET' | 'HEAD'
  /** Reads the status only, not the body. */
  without_body?: boolean
  headers?: Record<string, string>
  /** Of the decompressed body; 2 MB by default. */
  max_bytes?: number
  /** Takes the beginning of a body over the limit, instead of refusing it. */
  cut?: boolean
  /** Total time in milliseconds, from name resolution to the last byte, with redirects; 10,000 by default. */
  timeout?: number
  signal?: AbortSignal
}

/** The answer at the end of all redirects. */
export interface Fetched {
  status: number
  /** By their names in lower case. */
  headers: Record<string, string>
  url: string
  /** Where the first address has moved to for good, if every redirect says so. */
  moved_to: string | null
  body: Buffer
  /** True when the body goes on after the limit. */
  is_cut: boolean
}

export type FetchPublic = (url: string, options?: FetchOptions) => Promise<Fetched>

const MAX_BYTES = 2 * 1024 * 1024
const TIMEOUT = 10_000
const REDIRECTS = 5
const PORTS = ['80', '443']
const MOVED = [301, 308]
const FOUND_ELSEWHERE = [302, 303, 307]

/**
 * The only way out of this site. It reaches public addresses on the usual ports, or what was allowed by name; the
 * address that was checked is the one that is connected to, at every redirect anew, so that a name which points
 * elsewhere a moment later changes nothing. No cookies, no passwords, no proxy.
 * @param allow host:port pairs that may be private or on another port
 */
export function createFetcher({
  allow,
  resolve,
}: {
  allow: readonly string[]
  resolve?: Resolve | undefined
}): FetchPublic {
  const allowed = new Set(allow)

  /** @throws FetchError for what may not be fetched, however it is written */
  function readAddress(text: string, base?: string): URL {
    const url = URL.parse(text, base)
    if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '') throw new FetchError('address')
    if (url.username !== '' || url.password !== '') throw new FetchError('address')
    url.hash = ''
    if (!PORTS.includes(portOf(url)) && !isAllowed(url)) throw new FetchError('port')
    return url
  }

  function isAllowed(url: URL): boolean {
    return allowed.has(`${url.hostname}:${portOf(url)}`)
  }

  /** The one address to connect to. */
  async function checkedAddress(url: URL, signal: AbortSignal): Promise<string> {
    const literal = addressIn(url.hostname)
    const found = literal ? [literal] : await addressesOf(url, signal)
    if (found.length === 0) throw new FetchError('not_found')
    const address = isAllowed(url) ? found[0] : found.find(isPublicAddress)
    if (address === undefined) throw new FetchError('private')
    return address
  }

  async function addressesOf(url: URL, signal: AbortSignal): Promise<string[]> {
    const ask = resolve ?? (isAllowed(url) ? resolveBySystem : resolveByDns)
    try {
      return await withinTime(ask(url.hostname, signal), signal)
    } catch (error) {
      if (signal.aborted) throw error
      return []
    }
  }

  return async (text, options = {}) => {
    const { method = 'GET', without_body = false, headers = {}, max_bytes = MAX_BYTES, cut = false } = options
    const { timeout = TIMEOUT, signal: given } = options
    const over = AbortSignal.timeout(timeout)
    const signal = given ? AbortSignal.any([given, over]) : over
    try {
      let url = readAddress(text)
      let moved = true
      for (let hops = 0; hops <= REDIRECTS; hops++) {
        const address = await checkedAddress(url, signal)
        const answer = await sendRequest(url, address, { method, without_body, headers, max_bytes, cut, signal })
        const { location } = answer.headers
        const leads = MOVED.includes(answer.status) || FOUND_ELSEWHERE.includes(answer.status)
        if (!leads || location === undefined) {
          return { ...answer, url: url.href, moved_to: hops > 0 && moved ? url.href : null }
        }
        moved &&= MOVED.includes(answer.status)
        url = readAddress(location, url.href)
      }
      throw new FetchError('redirects')
    } catch (error) {
      throw fetchErrorOf(error, over.aborted)
    }
  }
}

function portOf(url: URL): string {
  return url.port || (url.protocol === 'https:' ? '443' : '80')
}

function fetchErrorOf(error: unknown, late: boolean): unknown {
  if (error instanceof FetchError) return error
  const reason: FetchErrorReason = late ? 'slow' : 'unreachable'
  return new FetchError(reason, error)
}

/** Rejects when the signal aborts, even where the work itself cannot be stopped. */
function withinTime<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = () => reject(signal.reason)
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', stop))
}
