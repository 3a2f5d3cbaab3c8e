import type { Config } from '../config.ts'

/** How TRUST_PROXY or BASE_URL does not fit what the proxy sends; each has words in `site.proxy`. */
type ProxyProblem = 'not_set' | 'none_seen' | 'too_high' | 'too_low' | 'http' | 'https'

export interface ProxyMisfit {
  problem: ProxyProblem
  /** Through how many proxies the request came. */
  hops: number
}

/** What most requests showed, with the settings of the server that got them. */
export interface ProxyFinding extends ProxyMisfit {
  trust_proxy: number
  base_url: string
  seen_at: string
}

/** As in config.ts, the highest TRUST_PROXY. */
const MOST_HOPS = 16

/** Headers by their names in lower case. */
type Headers = Readonly<Record<string, string | string[] | undefined>>

/**
 * Compares TRUST_PROXY and BASE_URL with the headers of one request. Anybody can send such headers: one request is a hint,
 * most of them are a finding.
 * @param protocol of the request, as trusted proxies say
 */
export function proxyMisfit(
  headers: Headers,
  protocol: string,
  { trust_proxy, base_url, base_url_is_set }: Pick<Config, 'trust_proxy' | 'base_url' | 'base_url_is_set'>,
): ProxyMisfit | null {
  const addresses = String(headers['x-forwarded-for'] ?? '')
    .split(',', MOST_HOPS)
    .filter((each) => each.trim() !== '')
  const hops = addresses.length
  const told = headers['x-forwarded-proto'] !== undefined
  if (trust_proxy === 0) {
    const is_proxied = hops > 0 || told || headers['forwarded'] !== undefined
    return is_proxied ? { problem: 'not_set', hops: Math.max(1, hops) } : null
  }
  if (hops === 0) return { problem: 'none_seen', hops }
  if (hops !== trust_proxy) return { problem: hops < trust_proxy ? 'too_high' : 'too_low', hops }
  const own = base_url.startsWith('https:') ? 'https' : 'http'
  if (!told || !base_url_is_set || own === protocol) return null
  return { problem: own === 'https' ? 'http' : 'https', hops }
}

/** The values of the words `site.proxy.<problem>`. */
export function proxyFindingValues({ hops, trust_proxy, base_url }: ProxyFinding) {
  return { hops, trust_proxy, base_url, https: base_url.replace(/^http:/, 'https:') }
}
