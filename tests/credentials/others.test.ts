import { sign } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { bareKey, foreignBadge, signedBy } from '../support/credentials/foreign-badges.ts'
import { verified } from '../support/credentials/verify-page.ts'
import { awarded } from '../support/fixtures/award.ts'
import { testSite } from '../support/site.ts'

type Json = Record<string, unknown>

const UNKNOWN = 'the name in it proves nothing'
const unsigned = { type: 'DataIntegrityProof', cryptosuite: 'ecdsa-rdfc-2019', proofValue: 'z1' }

test('a badge by a key that anybody can make is unchanged, and its famous name proves nothing', async () => {
  await using site = await testSite({ now: '2026-05-04T10:00:00Z' })
  const key = bareKey()
  const badge = await signedBy(key, foreignBadge(key.id))
  const { state, html } = await verified(site, { text: JSON.stringify(badge) })
  expect(state).toBe('issuer_unknown')
  expect(html).toContain(UNKNOWN)
  expect(html).toContain('Harvard University')
  expect(html).not.toContain('data-hue="green"')
  const changed = { ...badge, validFrom: '2024-01-15T00:00:00Z' }
  expect((await verified(site, { text: JSON.stringify(changed) })).state).toBe('changed')
})

test('whose an unhashed badge is, is compared, and told as a claim where nobody known signed it', async () => {
  await using site = await testSite({ now: '2026-05-04T10:00:00Z' })
  const key = bareKey()
  const text = JSON.stringify(await signedBy(key, foreignBadge(key.id)))
  const ask = async (email: string) => (await verified(site, { text, email })).html
  expect(await ask('Amara@library.example')).toContain('The file names this email address, but')
  expect(await ask('somebody@library.example')).toContain('The badge is about another email address.')
})

test('a JWT by a bare key is checked though it does not name that key, and a famous name proves nothing', async () => {
  await using site = await testSite({ now: '2026-05-04T10:00:00Z' })
  const { id, secret } = bareKey()
  const jwt = (header: Json) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const signed = `${part({ alg: 'EdDSA', ...header })}.${part({ ...foreignBadge(id), iss: id })}`
    return `${signed}.${sign(null, Buffer.from(signed), secret).toString('base64url')}`
  }
  expect((await verified(site, { text: jwt({}) })).state).toBe('issuer_unknown')
  expect((await verified(site, { text: jwt({ crit: ['b64'] }) })).state).toBe('unchecked')
  expect((await verified(site, { text: jwt({ alg: 'ES256' }) })).state).toBe('unchecked')
  expect((await verified(site, { text: jwt({}).replace(/.{4}$/, 'AAAA') })).state).toBe('changed')
})

/** What this page does not check, and why. */
const unchecked: [string, (key: ReturnType<typeof bareKey>) => Json | Promise<Json>, string][] = [
  [
    'a context that does not come with the product',
    async (key) => {
      const badge = await signedBy(key, foreignBadge(key.id))
      return { ...badge, '@context': [...(badge['@context'] as string[]), 'https://w3id.org/foreign/v1'] }
    },
    'vocabulary that this page does not have',
  ],
  [
    'a context written into the badge',
    (key) => ({
      ...foreignBadge(key.id),
      '@context': [{ a: 'b:c' }],
      proof: { ...unsigned, cryptosuite: 'eddsa-rdfc-2022' },
    }),
    'vocabulary that this page does not have',
  ],
  [
    'a context further inside',
    (key) => ({
      ...foreignBadge(key.id, { evidence: [{ '@context': { a: 'b:c' }, type: ['Evidence'] }] }),
      proof: { ...unsigned, cryptosuite: 'eddsa-rdfc-2022' },
    }),
    'vocabulary that this page does not have',
  ],
  ['another suite', (key) => ({ ...foreignBadge(key.id), proof: unsigned }), 'does not check'],
  [
    'another type of key',
    () => ({ ...foreignBadge('did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169'), proof: unsigned }),
    'a type of key, that this page does not check',
  ],
  [
    'an issuer by an address',
    () => ({ ...foreignBadge('https://badges.example/issuer'), proof: unsigned }),
    'not identified in a way that this page can look up',
  ],
  [
    'a badge with a picture of 100 kB in it',
    (key) => ({ ...foreignBadge(key.id, { image: `data:image/png;base64,${'A'.repeat(100_000)}` }), proof: unsigned }),
    'larger or more deeply nested',
  ],
]

test.each(unchecked)('%s could not be checked, and no more is said', async (_, make, why) => {
  await using site = await testSite({ now: '2026-05-04T10:00:00Z' })
  const { status, state, html } = await verified(site, { text: JSON.stringify(await make(bareKey())) })
  expect([status, state]).toEqual([200, 'unchecked'])
  expect(html).toContain(why)
  expect(html).toContain('VerifierPlus')
  expect(html).toContain('Doctor of Phones')
  expect(html).toContain('This has not been checked')
})

test('an unsigned file is told as unsigned, also when its dates have passed', async () => {
  await using site = await testSite({ now: '2026-05-04T10:00:00Z' })
  const ended = foreignBadge('https://badges.example/issuer', { validUntil: '2025-06-01T00:00:00Z' })
  const { state, html } = await verified(site, { text: JSON.stringify(ended) })
  expect(state).toBe('unsigned')
  expect(html).toContain('anybody could have written it')
  const none = Buffer.from('{"alg":"none"}').toString('base64url')
  const jwt = `${none}.${Buffer.from(JSON.stringify(ended)).toString('base64url')}.`
  expect((await verified(site, { text: jwt })).state).toBe('unsigned')
})

test.each<[string, unknown]>([
  ['a list of status entries', [{ type: 'BitstringStatusListEntry', statusPurpose: 'suspension' }, { type: 'Other' }]],
  ['the revocation list of the standard', { id: 'https://x.example/revoked', type: '1EdTechRevocationList' }],
  ['a status that is a text', 'https://x.example/status'],
])('a badge with %s is recognised as a badge', async (_, credentialStatus) => {
  await using site = await testSite({ now: '2026-05-04T10:00:00Z' })
  const badge = { ...foreignBadge('https://badges.example/issuer', { credentialStatus }), proof: unsigned }
  expect((await verified(site, { text: JSON.stringify(badge) })).state).toBe('unchecked')
})

const assertion = {
  '@context': 'https://w3id.org/openbadges/v2',
  type: 'Assertion',
  id: 'https://badges.example/assertions/7',
  badge: { name: 'Old phones', description: 'For old ones.', issuer: { name: 'Old library' } },
  recipient: { type: 'email', hashed: true, identity: 'sha256$00' },
  verification: { type: 'hosted' },
}

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** A chunk of text in a picture, which is all of it that is read. */
function textChunk(...data: Buffer[]): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(Buffer.concat(data).length)
  return Buffer.concat([length, Buffer.from('iTXt'), ...data, Buffer.alloc(4)])
}

test.each<[string, { text?: string; file?: Buffer }]>([
  ['as JSON', { text: JSON.stringify(assertion) }],
  ['signed', { text: `e30.${Buffer.from(JSON.stringify(assertion)).toString('base64url')}.c2ln` }],
  [
    'in a drawing',
    {
      file: Buffer.from(
        `<svg xmlns:openbadges="http://openbadges.org"><openbadges:assertion verify="https://badges.example/assertions/7"><![CDATA[${JSON.stringify(assertion)}]]></openbadges:assertion></svg>`,
      ),
    },
  ],
])('an Open Badges 2 file is recognised %s, with what it says', async (_, facts) => {
  await using site = await testSite()
  const { status, state, html } = await verified(site, facts)
  expect([status, state]).toEqual([200, 'unchecked'])
  expect(html).toContain('It is an Open Badges 2 file')
  expect(html).toContain('badgecheck.io')
  expect(html).toContain('Old phones')
})

test('an Open Badges 2 picture is recognised though no more than an address is in it', async () => {
  await using site = await testSite()
  const chunk = textChunk(Buffer.from('openbadges\0\0\0\0\0https://badges.example/assertions/7'))
  const { state, html } = await verified(site, { file: Buffer.concat([PNG, chunk]) })
  expect(state).toBe('unchecked')
  expect(html).toContain('It is an Open Badges 2 file')
  expect(html).toContain('<code>https://badges.example/assertions/7</code>')
})

test('our own badge under another issuer is not called ours', async () => {
  using here = await awarded()
  const ours = JSON.parse(String(await here.file('credential.json')))
  const other = { ...ours, issuer: { ...ours.issuer, id: bareKey().id } }
  expect((await verified(here.site, { text: JSON.stringify(other) })).state).toBe('changed')
  const claimed = { ...ours, issuer: { ...ours.issuer, id: 'https://badges.example/issuer' } }
  const { state, html } = await verified(here.site, { text: JSON.stringify(claimed) })
  expect(state).toBe('unchecked')
  expect(html).not.toContain('this site.')
})

test('chunks that unpack to more than a badge are not unpacked', async () => {
  await using site = await testSite()
  const bomb = deflateSync(Buffer.alloc(2_000_000))
  const one = textChunk(Buffer.from('openbadgecredential\0\x01\0\0\0', 'latin1'), bomb)
  const file = Buffer.concat([PNG, ...Array(100).fill(one)])
  const { status, html } = await verified(site, { file })
  expect([status, html.includes('There is no badge in this file')]).toEqual([422, true])
})
