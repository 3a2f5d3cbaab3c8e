import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { run } from '../../../server/credentials/canonical-hash.ts'
import { withProof } from '../../../server/credentials/data-integrity.ts'
import { CREDENTIALS_V2, OPEN_BADGES } from '../../../server/credentials/jsonld-contexts.ts'
import { ed25519Multibase } from '../../../server/credentials/multibase.ts'

type Json = Record<string, unknown>

/** A key that anybody can make, and its `did:key`. */
export function bareKey(): { id: string; method: string; secret: KeyObject } {
  const { privateKey } = generateKeyPairSync('ed25519')
  const multibase = ed25519Multibase(privateKey.export({ format: 'jwk' }).x ?? '')
  return { id: `did:key:${multibase}`, method: `did:key:${multibase}#${multibase}`, secret: privateKey }
}

/** A badge of somebody else, as the standard has it. */
export function foreignBadge(issuer: string, facts: Json = {}): Json {
  return {
    '@context': [CREDENTIALS_V2, OPEN_BADGES],
    id: 'urn:uuid:5b6d2c1e-0c1a-4a52-9a53-0c0f7a1c9e11',
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    issuer: { id: issuer, type: ['Profile'], name: 'Harvard University' },
    validFrom: '2025-01-15T00:00:00Z',
    credentialSubject: {
      type: ['AchievementSubject'],
      identifier: [
        { type: 'IdentityObject', hashed: false, identityHash: 'amara@library.example', identityType: 'emailAddress' },
      ],
      achievement: {
        id: 'https://issuer.example/achievements/1',
        type: ['Achievement'],
        name: 'Doctor of Phones',
        description: 'For knowing all of them.',
        criteria: { narrative: 'Know them.' },
      },
    },
    ...facts,
  }
}

/** Signed by a key of theirs, in the way that we use ourselves. */
export function signedBy({ method, secret }: { method: string; secret: KeyObject }, badge: Json): Promise<Json> {
  return withProof(badge, { method, secret, hash: run }, '2025-01-15T00:00:00Z')
}
