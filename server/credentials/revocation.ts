import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { type Claims, claimsOf } from './claims.ts'
import type { Issuer } from './issuers.ts'
import { type Given, isObject, type JsonObject, readCredential } from './parse-credential.ts'
import type { Findings } from './verdict.ts'

/** The JSON at an address; null where none could be had. */
export type FetchJson = (url: string) => Promise<JsonObject | null>

type Revoked = Findings['revoked']

/** A list of the standard's least length is 16 kB. */
const MOST_INFLATED = 1_000_000

interface RevocationDeps {
  base_url: string
  isRevoked: (list: number, place: number) => boolean | null
  signature: (given: Given, issuer: Issuer, look: FetchJson) => Promise<Findings['signature']>
}

/** Looks up whether a credential was revoked. Asked only of those that their issuer has signed. */
export function createRevocation({ base_url, isRevoked, signature }: RevocationDeps) {
  return async ({ status }: Claims, issuer: Issuer, look: FetchJson): Promise<Revoked> => {
    if (status === null) return issuer.kind === 'here' ? 'unknown' : 'no_place'
    if (status === 'of_another_kind') return 'unknown'
    if (issuer.kind === 'here') {
      const list = Number(/\/status\/(\d{1,9})$/.exec(status.list)?.[1])
      const revoked = status.list === `${base_url}/status/${list}` ? isRevoked(list, status.index) : null
      return revoked === null ? 'unknown' : revoked ? 'yes' : 'no'
    }
    const list = await look(status.list)
    const bits = list && (await bitsOf(list, status.list, issuer, look))
    const byte = bits?.[status.index >> 3]
    if (byte === undefined) return 'unknown'
    return byte & (0x80 >> (status.index & 7)) ? 'yes' : 'no'
  }

  /** The bits of a list that the same issuer has signed; null for any other. */
  async function bitsOf(list: JsonObject, url: string, issuer: Issuer, look: FetchJson): Promise<Buffer | null> {
    const given = readCredential(JSON.stringify(list))
    const subject = list['credentialSubject']
    if (!given || !isObject(subject) || issuer.kind === 'unknown') return null
    const { id, issuer: signer } = claimsOf(list)
    const encoded = subject['encodedList']
    if (id !== url || signer !== issuer.id || subject['statusPurpose'] !== 'revocation') return null
    if (typeof encoded !== 'string' || !encoded.startsWith('u')) return null
    if ((await signature(given, issuer, look)) !== 'yes') return null
    return inflated(Buffer.from(encoded.slice(1), 'base64url'))
  }
}

async function inflated(packed: Buffer): Promise<Buffer | null> {
  try {
    return await promisify(gunzip)(packed, { maxOutputLength: MOST_INFLATED })
  } catch {
    return null
  }
}
