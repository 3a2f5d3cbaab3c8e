import { createPublicKey, type KeyObject } from 'node:crypto'
import { didOf } from './credential-builder.ts'
import type { JwtAlgorithm } from './jwt.ts'
import { ed25519X } from './multibase.ts'
import { isObject, type JsonObject } from './parse-credential.ts'

/**
 * Who a credential says has issued it, as far as that name can be looked up: this site, a site that is reached by its own
 * https address, or a bare key, which anybody can make.
 */
export type Issuer =
  | { kind: 'here'; id: string; origin: string }
  | { kind: 'site'; id: string; origin: string; host: string }
  | { kind: 'key'; id: string; multibase: string }
  | { kind: 'unknown' }

export interface KnownKey {
  alg: JwtAlgorithm
  key: KeyObject
}

/** A key of an issuer; `absent`: it names no such key; `method`: one that we have no way to look up, or do not use. */
export type FoundKey = KnownKey | 'absent' | 'method'

const DID_WEB = /^did:web:([a-z0-9-]+(?:\.[a-z0-9-]+)*(?:%3A\d{1,5})?)$/
const DID_KEY = /^did:key:(z[1-9A-HJ-NP-Za-km-z]{1,100})$/

export function issuerOf(id: string | null, base_url: string): Issuer {
  const own = didOf(base_url)
  if (id === own || id === `${base_url}/issuer`) return { kind: 'here', id: own, origin: base_url }
  const [, host] = DID_WEB.exec(id ?? '') ?? []
  if (id !== null && host !== undefined) {
    const name = decodeURIComponent(host)
    return { kind: 'site', id, origin: `https://${name}`, host: name }
  }
  const [, multibase] = DID_KEY.exec(id ?? '') ?? []
  return id !== null && multibase !== undefined ? { kind: 'key', id, multibase } : { kind: 'unknown' }
}

/** The key that a `did:key` itself is, in full, by its last part, or not named at all: there is no other. */
export function keyOfDidKey({ id, multibase }: Issuer & { kind: 'key' }, wanted: string): FoundKey {
  const names = ['', id, multibase, `#${multibase}`, `${id}#${multibase}`]
  return names.includes(wanted) ? keyOf({ publicKeyMultibase: multibase }) : 'absent'
}

/**
 * The key of a DID document that may sign badges, by the name that a proof has for it (`did:web:...#key`) or a JWT (the
 * key's address below the issuer's own).
 */
export function keyInDocument(
  document: JsonObject,
  issuer: Issuer & { kind: 'here' | 'site' },
  wanted: string,
): FoundKey {
  const below = `${issuer.origin}/issuer/keys/`
  const name = wanted.startsWith(below) ? `${issuer.id}#${wanted.slice(below.length)}` : wanted
  if (!name.startsWith(`${issuer.id}#`)) return 'method'
  const signing = [document['assertionMethod']].flat()
  const methods = [document['verificationMethod'], signing].flat().filter(isObject)
  const found = methods.find(({ id }) => id === name)
  const allowed = signing.some((each) => (isObject(each) ? each['id'] : each) === name)
  return found && allowed ? keyOf(found) : 'absent'
}

function keyOf({ publicKeyMultibase, publicKeyJwk }: JsonObject): FoundKey {
  const x = ed25519X(publicKeyMultibase)
  const { kty, crv, ...jwk }: JsonObject = x === null ? Object(publicKeyJwk) : { kty: 'OKP', crv: 'Ed25519', x }
  if (kty === 'OKP' && crv === 'Ed25519' && typeof jwk['x'] === 'string')
    return made('EdDSA', { kty, crv, x: jwk['x'] })
  const { n, e } = jwk
  // 2048 to 4096 bits and the usual exponent: with others a single check could take minutes
  const fits = kty === 'RSA' && e === 'AQAB' && typeof n === 'string' && /^[\w-]{342,683}$/.test(n)
  return fits ? made('RS256', { kty, n, e }) : 'method'
}

function made(alg: JwtAlgorithm, key: Record<string, string>): FoundKey {
  try {
    return { alg, key: createPublicKey({ key, format: 'jwk' }) }
  } catch {
    return 'method'
  }
}
