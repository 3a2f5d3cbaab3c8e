import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ClaimedIdentity } from '../../server/credentials/claims.ts'
import { identityHash } from '../../server/credentials/credential-builder.ts'
import { ed25519Multibase, ed25519X, fromMultibase, toMultibase } from '../../server/credentials/multibase.ts'
import { isAbout } from '../../server/credentials/recipients.ts'
import { type Findings, stateOf } from '../../server/credentials/verdict.ts'

const MISSING = ['size', 'context', 'method', 'issuer', 'site', 'own_keys', 'time', 'older'] as const
const findings: fc.Arbitrary<Findings> = fc.record({
  signature: fc.constantFrom('yes', 'no', 'none', ...MISSING),
  issuer: fc.constantFrom('here', 'site', 'key', 'unknown'),
  dates: fc.constantFrom('yes', 'early', 'over', 'unstated', 'unreadable'),
  revoked: fc.constantFrom('yes', 'no', 'no_place', 'unknown', 'withoutAuthorisation'),
  recipient: fc.constantFrom('yes', 'no', 'unknown', null),
})

test('only what a known site signed and has not revoked is valid', () => {
  fc.assert(
    fc.property(findings, (found) => {
      const known = found.issuer === 'here' || found.issuer === 'site'
      const counts = ['yes', 'unstated'].includes(found.dates) && ['no', 'no_place'].includes(found.revoked)
      expect(stateOf(found) === 'valid').toBe(found.signature === 'yes' && known && counts)
    }),
  )
})

test('nothing is called changed, expired or revoked because something is not known', () => {
  fc.assert(
    fc.property(findings, (found) => {
      const state = stateOf(found)
      if (state === 'changed') expect(found.signature).toBe('no')
      if (state === 'expired' || state === 'revoked') expect([found.signature, found.issuer]).not.toContain('unknown')
      if ((MISSING as readonly string[]).includes(found.signature)) expect(state).toBe('unchecked')
      if (found.signature === 'none') expect(state).toBe('unsigned')
    }),
  )
})

const email = 'Amara@library.example'
const hashed = (identity: string): ClaimedIdentity => ({ hashed: true, identity, salt: 'pepper' })

test.each<[string, ClaimedIdentity[], string]>([
  ['an unhashed address is compared as it is', [{ hashed: false, identity: 'amara@Library.example', salt: '' }], 'yes'],
  ['another unhashed address is another person', [{ hashed: false, identity: 'b@library.example', salt: '' }], 'no'],
  ['a hash is compared with its salt', [hashed(identityHash(email, 'pepper'))], 'yes'],
  ['another salt is another hash', [hashed(identityHash(email, 'salt'))], 'no'],
  ['a hash by an unknown algorithm says nothing', [hashed('md5$0123456789abcdef0123456789abcdef')], 'unknown'],
  ['no identity says nothing', [], 'unknown'],
])('%s', (_, identities, answer) => {
  expect(isAbout(identities, email)).toBe(answer)
})

test('multibase gives back the bytes, those that begin with zeros too', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      expect(fromMultibase(toMultibase(Buffer.from(bytes)))).toEqual(Buffer.from(bytes))
    }),
  )
  const x = Buffer.alloc(32, 7).toString('base64url')
  expect(ed25519X(ed25519Multibase(x))).toBe(x)
  for (const wrong of ['', 'z', 'z0', 'm1', 7, `z${'1'.repeat(200_000)}`]) expect(ed25519X(wrong)).toBe(null)
})
