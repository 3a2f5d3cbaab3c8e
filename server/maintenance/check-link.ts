import { FetchError } from '../http-client/fetch-error.ts'
import type { FetchPublic } from '../http-client/fetcher.ts'

/** What may be wrong with a link. */
export type LinkTrouble = 'dead' | 'unreachable' | 'slow' | 'moved'

/** What checking an address found. */
export interface LinkCheckResult {
  status: number | null
  trouble: LinkTrouble | null
  moved_to: string | null
}

const TIMEOUT = 10_000
const SLOW = 5_000
const GONE = [404, 410]

/**
 * Checks a link with HEAD, then with GET where HEAD fails, without reading the body. Answers that keep robots out (401,
 * 403, 429) count as fine; for addresses that this site may not fetch nothing is reported.
 */
export function createLinkCheck(fetchPublic: FetchPublic, headers: Record<string, string>) {
  return async function look(url: string, signal: AbortSignal): Promise<LinkCheckResult> {
    const begun = performance.now()
    const ask = (method: 'HEAD' | 'GET') =>
      fetchPublic(url, { method, without_body: true, max_bytes: 1024, timeout: TIMEOUT, headers, signal })
    try {
      const head = await ask('HEAD').catch((error: unknown) => {
        if (isFinal(error)) throw error
        return null
      })
      const answer = head && head.status < 400 ? head : await ask('GET')
      const late = performance.now() - begun > SLOW
      return readStatus(answer, late)
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof FetchError)) throw error
      return { status: null, trouble: troubleOf(error), moved_to: null }
    }
  }
}

function readStatus({ status, moved_to }: { status: number; moved_to: string | null }, late: boolean): LinkCheckResult {
  if (GONE.includes(status)) return { status, trouble: 'dead', moved_to: null }
  if (status >= 500) return { status, trouble: 'unreachable', moved_to: null }
  if (status < 400 && moved_to !== null) return { status, trouble: 'moved', moved_to }
  return { status, trouble: late ? 'slow' : null, moved_to: null }
}

/** Whether a GET after a failed HEAD would fail the same way. */
function isFinal(error: unknown): boolean {
  return !(error instanceof FetchError) || !['unreachable', 'broken', 'too_large'].includes(error.reason)
}

function troubleOf({ reason }: FetchError): LinkTrouble | null {
  switch (reason) {
    case 'not_found':
    case 'address':
      return 'dead'
    case 'private':
    case 'port':
      return null
    case 'slow':
      return 'slow'
    default:
      return 'unreachable'
  }
}
