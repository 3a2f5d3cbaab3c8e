/** Longest name that DNS knows, and a port. */
const LONGEST = 260

/**
 * A `Host` header in the form in which two can be compared: in lower case, in ASCII, without the default port of the
 * protocol and without the dot of the root (`Things.Example.org.:443` -> `things.example.org`).
 * @param protocol `http:` or `https:`
 * @returns null where it is no host
 */
export function normaliseHost(host: string, protocol: string): string | null {
  // the parser of addresses would pass over a path or a name before an @, and decode escapes
  if (host.length > LONGEST || /[\s/\\?#@%]/.test(host)) return null
  // Node reads headers as Latin-1; some clients send umlauts as UTF-8
  const url = URL.parse(`${protocol}//${Buffer.from(host, 'latin1').toString('utf8')}`)
  if (!url || url.hostname === '') return null
  const name = url.hostname.replace(/(?<=[^.])\.$/, '')
  return url.port === '' ? name : `${name}:${url.port}`
}

/** The origin of an address, normalised as `normaliseHost` does; null where it has none. */
export function normaliseOrigin(address: string): string | null {
  const url = URL.parse(address)
  const host = url && normaliseHost(url.host, url.protocol)
  return url && host ? `${url.protocol}//${host}` : null
}
