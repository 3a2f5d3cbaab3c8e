import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

const GLOBAL_UNICAST = [ipaddr.IPv6.parse('2000::'), 3] as const

/**
 * May the whole world reach this address? Only public unicast ones: nothing private, local, reserved or shared, and no
 * IPv6 form that holds an IPv4 address (mapped, NAT64, 6to4, Teredo), behind which a private one may stand.
 * @param address as a resolver gives it
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) && !ipaddr.IPv6.isValid(address)) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast') return false
  if (!(parsed instanceof ipaddr.IPv6)) return true
  return !parsed.zoneId && parsed.match(...GLOBAL_UNICAST)
}

/** The address itself where a host is one, without the brackets of IPv6; null for a name. */
export function addressIn(host: string): string | null {
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  return isIP(bare) ? bare : null
}
