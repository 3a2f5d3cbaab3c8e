import type { Config } from '../config.ts'
import { type Clock, instantText } from '../db/clock.ts'
import type { Database } from '../db/open.ts'
import { writeIfPossible } from '../db/write-lock.ts'
import { type ProxyFinding, type ProxyMisfit, proxyMisfit } from './proxy-fit.ts'

/** Requests that are remembered; the older half counts half. */
const REMEMBERED = 200
/** A finding is written at most once in this time. */
const SECONDS_APART = 10

/**
 * Notices that TRUST_PROXY does not fit the headers of most requests. Counting costs no statement; the finding is stored
 * when it changes, for the command line and for the other processes of the site.
 */
export function createProxyCheck(config: Config, db: Database, clock: Clock) {
  const find = db.prepare<[], ProxyFinding>(FIND)
  const put = db.prepare(`
    INSERT INTO proxy_finding (id, problem, hops, trust_proxy, base_url, seen_at)
    VALUES (1, :problem, :hops, :trust_proxy, :base_url, :seen_at)
    ON CONFLICT (id) DO UPDATE SET problem = excluded.problem, hops = excluded.hops, trust_proxy = excluded.trust_proxy,
      base_url = excluded.base_url, seen_at = excluded.seen_at`)
  const drop = db.prepare('DELETE FROM proxy_finding')
  const { trust_proxy, base_url } = config
  const seen = new Map<string, { misfit: ProxyMisfit | null; times: number }>()
  let total = 0
  const before = find.get()
  /** What is stored, as a key of `seen`; null where it was found with other settings. */
  let stored = before && !isOf(before, config) ? null : keyOf(before ?? null)
  let stored_at: Temporal.Instant | null = null

  function count(misfit: ProxyMisfit | null): void {
    const key = keyOf(misfit)
    const known = seen.get(key)
    if (known) known.times += 1
    else seen.set(key, { misfit, times: 1 })
    total += 1
    if (total < REMEMBERED) return
    total = 0
    for (const [each, entry] of seen) {
      entry.times = Math.floor(entry.times / 2)
      total += entry.times
      if (entry.times === 0) seen.delete(each)
    }
  }

  /** What most requests show; null where they fit, or no misfit is in the majority. */
  function current(): ProxyMisfit | null {
    for (const { misfit, times } of seen.values()) if (times * 2 > total) return misfit
    return null
  }

  function store(): void {
    const misfit = current()
    const key = keyOf(misfit)
    const now = clock.now()
    if (key === stored || (stored_at && now.since(stored_at).total('seconds') < SECONDS_APART)) return
    const row = { ...misfit, trust_proxy, base_url, seen_at: instantText(now) }
    const written = writeIfPossible(db, () => (misfit ? put.run(row) : drop.run()))
    stored_at = now
    if (written) stored = key
  }

  return {
    observe({ headers, protocol }: { headers: Parameters<typeof proxyMisfit>[0]; protocol: string }): void {
      count(proxyMisfit(headers, protocol, config))
      store()
    },

    /** What most requests to the site as it is set now have shown. */
    finding(): ProxyFinding | null {
      const found = find.get()
      return found && isOf(found, config) ? found : null
    },
  }
}

const FIND = 'SELECT problem, hops, trust_proxy, base_url, seen_at FROM proxy_finding'

function keyOf(misfit: ProxyMisfit | null): string {
  return misfit ? `${misfit.problem} ${misfit.hops}` : ''
}

function isOf(found: ProxyFinding, { trust_proxy, base_url }: Config): boolean {
  return found.trust_proxy === trust_proxy && found.base_url === base_url
}

/** What a server that ran on this database found, also in an older schema. */
export function storedProxyFinding(db: Database): ProxyFinding | null {
  const known = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'proxy_finding'").get() !== undefined
  return known ? (db.prepare<[], ProxyFinding>(FIND).get() ?? null) : null
}
