import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { type Clock, nowText } from '../db/clock.ts'
import type { Database } from '../db/open.ts'
import { didOf } from './credential-builder.ts'
import { CREDENTIALS_V2 } from './jsonld-contexts.ts'
import type { SigningKey } from './keys.ts'

/** The least that the standard allows, so that a place tells nothing of who stands beside it. */
export const LENGTH = 131_072

interface StatusListsDeps {
  /** @throws NoKeys */
  key: () => SigningKey
  sign: (credential: Record<string, unknown>, key: SigningKey) => Promise<Record<string, unknown>>
  base_url: string
  siteName: () => string
}

/** Signed lists of revoked credentials, one bit for each (Bitstring Status List v1.0). */
export function createStatusLists(db: Database, clock: Clock, { key, sign, base_url, siteName }: StatusListsDeps) {
  const has = db.prepare<[number], 1>('SELECT 1 FROM credential WHERE list = ? LIMIT 1').pluck()
  const revoked = db
    .prepare<[number], number>('SELECT place FROM credential WHERE list = ? AND revoked = 1 ORDER BY place')
    .pluck()
  const kept = new Map<number, { mark: string; signed: Promise<Record<string, unknown>> }>()

  async function listed(list: number, places: readonly number[]): Promise<Record<string, unknown>> {
    const id = `${base_url}/status/${list}`
    return {
      '@context': [CREDENTIALS_V2],
      id,
      type: ['VerifiableCredential', 'BitstringStatusListCredential'],
      issuer: { id: didOf(base_url), name: siteName() },
      validFrom: nowText(clock),
      credentialSubject: {
        id: `${id}#list`,
        type: 'BitstringStatusList',
        statusPurpose: 'revocation',
        encodedList: await encodeList(places),
      },
    }
  }

  return {
    /** The list as a signed credential, made again after each revocation; null where there is no such list. */
    credential(list: number): Promise<Record<string, unknown>> | null {
      if (has.get(list) === undefined) return null
      const places = revoked.all(list)
      const signer = key()
      const mark = `${signer.id} ${siteName()} ${places.join()}`
      const known = kept.get(list)
      if (known?.mark === mark) return known.signed
      const signed = listed(list, places).then((credential) => sign(credential, signer))
      kept.set(list, { mark, signed })
      signed.catch(() => kept.delete(list))
      return signed
    },
  }
}

/** Bitstring Status List 1.0, section 3.3: the first place is the left-most bit. */
async function encodeList(places: readonly number[]): Promise<string> {
  const bits = Buffer.alloc(LENGTH / 8)
  for (const place of places) bits[place >> 3] = (bits[place >> 3] ?? 0) | (0x80 >> (place & 7))
  return `u${(await promisify(gzip)(bits)).toString('base64url')}`
}
