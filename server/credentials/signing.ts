import { DataIntegrityProof } from '@digitalbazaar/data-integrity'
import { fromJwk } from '@digitalbazaar/ed25519-multikey'
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite'
import { issue } from '@digitalbazaar/vc'
import { SignJWT } from 'jose'
import { loaderOf } from './contexts.ts'
import { didOf, keyUrl, methodOf } from './documents.ts'
import type { SigningKey } from './keys.ts'

const WITHOUT_KEYS = loaderOf(new Map())

/** The credential with a Data Integrity proof `eddsa-rdfc-2022`. @param now of signing, as an instant */
export async function withProof(
  credential: Record<string, unknown>,
  key: SigningKey,
  base_url: string,
  now: string,
): Promise<Record<string, unknown>> {
  const id = methodOf(base_url, key.id)
  const pair = await fromJwk({
    jwk: { ...key.secret_jwk, alg: 'EdDSA' },
    secretKey: true,
    id,
    controller: didOf(base_url),
  })
  const date = now.replace(/\.\d+Z$/, 'Z')
  const suite = new DataIntegrityProof({ signer: { ...pair.signer(), id }, cryptosuite, date })
  return issue({ credential, suite, documentLoader: WITHOUT_KEYS })
}

/** The same credential as VC-JWT: the form that Open Badges 3.0 describes beside embedded proofs. */
export function asJwt(credential: Record<string, unknown>, key: SigningKey, base_url: string): Promise<string> {
  const issuer = didOf(base_url)
  const from = Temporal.Instant.from(String(credential['validFrom'])).epochMilliseconds
  return new SignJWT({ ...credential })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid: keyUrl(base_url, key.id) })
    .setIssuer(issuer)
    .setJti(String(credential['id']))
    .setNotBefore(Math.floor(from / 1000))
    .sign(key.secret)
}
