import { BitstringStatusList } from '@digitalbazaar/vc-bitstring-status-list'
import { type Clock, nowText } from '../db/clock.ts'
import type { Database } from '../db/open.ts'
import { CREDENTIALS_V2 } from './contexts.ts'
import { didOf } from './documents.ts'
import type { Keys } from './keys.ts'
import { withProof } from './signing.ts'

/** The least that the standard allows, so that a place tells nothing of who stands beside it. */
export const LENGTH = 131_072

interface Helpers {
  keys: Keys
  base_url: string
  siteName: () => string
}

/** Which credentials were taken back: one bit each in a long list, signed, for everybody. */
export function createStatusLists(db: Database, clock: Clock, { keys, base_url, siteName }: Helpers) {
  const has = db.prepare<[number], 1>('SELECT 1 FROM credential WHERE list = ? LIMIT 1').pluck()
  const revoked = db
    .prepare<[number], number>('SELECT place FROM credential WHERE list = ? AND revoked = 1 ORDER BY place')
    .pluck()
  const kept = new Map<number, { mark: string; signed: Promise<Record<string, unknown>> }>()

  async function sign(list: number, places: readonly number[]): Promise<Record<string, unknown>> {
    const bits = new BitstringStatusList({ length: LENGTH })
    for (const place of places) bits.setStatus(place, true)
    const id = `${base_url}/status/${list}`
    const now = nowText(clock)
    const credential = {
      '@context': [CREDENTIALS_V2],
      id,
      type: ['VerifiableCredential', 'BitstringStatusListCredential'],
      issuer: { id: didOf(base_url), name: siteName() },
      validFrom: now,
      credentialSubject: {
        id: `${id}#list`,
        type: 'BitstringStatusList',
        statusPurpose: 'revocation',
        encodedList: await bits.encode(),
      },
    }
    return withProof(credential, keys.signing(), base_url, now)
  }

  return {
    /** The list as a signed credential, made anew when one more is taken back; null where there is no such list. */
    credential(list: number): Promise<Record<string, unknown>> | null {
      if (has.get(list) === undefined) return null
      const places = revoked.all(list)
      const mark = `${keys.signing().id} ${siteName()} ${places.join()}`
      const known = kept.get(list)
      if (known?.mark === mark) return known.signed
      const signed = sign(list, places)
      kept.set(list, { mark, signed })
      signed.catch(() => kept.delete(list))
      return signed
    },
  }
}
