import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { run } from '../../server/credentials/canonical-hash.ts'
import { didDocument, methodOf } from '../../server/credentials/credential-builder.ts'
import { withProof } from '../../server/credentials/data-integrity.ts'
import { createKeys } from '../../server/credentials/keys.ts'
import { createVerification } from '../../server/credentials/verification.ts'
import type { FetchPublic } from '../../server/http-client/fetcher.ts'
import { awarded } from '../support/fixtures/award.ts'

type Json = Record<string, unknown>
type Change = (url: string, document: Json) => Json | Promise<Json> | null

const OTHER = 'https://other.example'

/** An award of another installation, and this one's verifier, which reaches the other at its https address. */
async function between(change: Change = (_, body) => body) {
  const other = await awarded({ base_url: OTHER })
  const { awardDetails, credentials } = other.site.services
  const award = awardDetails.find(other.id)
  if (!award) throw new Error('nothing was awarded')
  const published: Record<string, () => object | null> = {
    '/.well-known/did.json': () => didDocument(OTHER, credentials.keys.public()),
    '/status/1': () => credentials.lists.credential(1),
  }
  const asked: string[] = []
  const fetchPublic: FetchPublic = async (url) => {
    const { origin, pathname } = new URL(url)
    asked.push(pathname)
    const document = origin === OTHER ? await published[pathname]?.() : null
    const body = document && (await change(url, document as Json))
    if (!body) throw new Error('nobody is there')
    return { status: 200, headers: {}, url, moved_to: null, is_cut: false, body: Buffer.from(JSON.stringify(body)) }
  }
  const verify = createVerification(other.site.clock, {
    base_url: 'https://this.example',
    keys: createKeys(path.join(other.site.config.data_dir, 'this'), other.site.clock, () => false),
    isRevoked: () => null,
    hash: run,
    fetchPublic,
  })
  const forms = {
    json: async () => JSON.stringify(await credentials.json(award)),
    RS256: () => credentials.jwt(award, 'RS256'),
    EdDSA: () => credentials.jwt(award, 'EdDSA'),
  }
  return {
    ...other,
    asked,
    credentials,
    text: (form: keyof typeof forms) => forms[form](),
    async ask(text: string) {
      const verdict = await verify({ text, older: false }, null)
      return verdict && { state: verdict.state, ...verdict.findings }
    },
  }
}

const withList =
  (inner: Change): Change =>
  (url, body) =>
    url.includes('/status/') ? inner(url, body) : body
const withKeys =
  (inner: Change): Change =>
  (url, body) =>
    url.endsWith('did.json') ? inner(url, body) : body

test.each(['json', 'RS256', 'EdDSA'] as const)(
  'a badge of another installation is valid as %s, by the keys at its https address',
  async (form) => {
    using here = await between()
    const found = await here.ask(await here.text(form))
    expect(found).toMatchObject({ state: 'valid', signature: 'yes', issuer: 'site', dates: 'yes', revoked: 'no' })
    expect(here.asked).toEqual(['/.well-known/did.json', '/status/1'])
  },
)

test.each(['json', 'RS256', 'EdDSA'] as const)(
  'a badge of another installation that was changed as %s is told as changed',
  async (form) => {
    using here = await between()
    const text = await here.text(form)
    const changed = (json: string) => json.replaceAll('First reflection', 'Master of phones')
    const [head, payload = '', end] = text.split('.')
    const claims = Buffer.from(changed(Buffer.from(payload, 'base64url').toString())).toString('base64url')
    const found = await here.ask(form === 'json' ? changed(text) : [head, claims, end].join('.'))
    expect(found).toMatchObject({ state: 'changed' })
    // and its list is not asked for
    expect(here.asked).toEqual(['/.well-known/did.json'])
  },
)

test('a badge that another installation has revoked is told as revoked', async () => {
  using here = await between()
  const text = await here.text('json')
  here.site.db.prepare("UPDATE award SET revoked_at = '2026-05-04T11:00:00.000Z', revoked_why = 'A slip'").run()
  expect(await here.ask(text)).toMatchObject({ state: 'revoked' })
})

const expired: Change = (_, { proof, ...list }) => ({
  ...list,
  proof: { ...Object(proof), created: '2020-01-01T00:00:00Z' },
})

test.each<[string, Change, Json]>([
  ['where the other site does not answer', () => null, { state: 'unchecked', signature: 'site' }],
  ['where its list does not answer', withList(() => null), { state: 'unchecked', revoked: 'unknown' }],
  ['where its list was changed', withList(expired), { state: 'unchecked', revoked: 'unknown' }],
  [
    'where another site’s keys are answered',
    withKeys((_, body) => ({ ...body, id: 'did:web:x.example' })),
    { state: 'unchecked', signature: 'site' },
  ],
  [
    'where its key is of a type that is not known here',
    withKeys((_, body) => ({
      ...body,
      verificationMethod: [body['verificationMethod']]
        .flat()
        .map((each) => ({ ...Object(each), publicKeyMultibase: 'zDna' })),
    })),
    { state: 'unchecked', signature: 'method' },
  ],
  [
    'where it does not name the key as its own',
    withKeys((_, body) => ({ ...body, assertionMethod: [] })),
    { state: 'changed', signature: 'no' },
  ],
])('%s, a badge of another installation is not called valid', async (_, change, found) => {
  using here = await between(change)
  expect(await here.ask(await here.text('json'))).toMatchObject(found)
})

test('a badge of another installation by a key elsewhere could not be checked', async () => {
  using here = await between()
  const text = (await here.text('json')).replace(
    /"verificationMethod":"[^"]+"/,
    '"verificationMethod":"did:web:x.example#1"',
  )
  expect(await here.ask(text)).toMatchObject({ state: 'unchecked', signature: 'method' })
})

test('a list of another installation is unpacked up to 1 MB and no further', async () => {
  let encodedList = ''
  using here = await between(
    withList((_, { proof, credentialSubject, ...list }) =>
      sign({ ...list, credentialSubject: { ...Object(credentialSubject), encodedList } }),
    ),
  )
  const key = here.credentials.keys.signing('EdDSA')
  const text = await here.text('json')
  function sign(list: Json): Promise<Json> {
    if (!key) throw new Error('no key')
    return withProof(list, { method: methodOf(OTHER, key.id), secret: key.secret, hash: run }, '2026-05-04T09:00:00Z')
  }
  const listed = (bytes: number) => {
    encodedList = `u${gzipSync(Buffer.alloc(bytes)).toString('base64url')}`
    return here.ask(text)
  }
  expect(await listed(1_000_000)).toMatchObject({ state: 'valid', revoked: 'no' })
  expect(await listed(20_000_000)).toMatchObject({ state: 'unchecked', revoked: 'unknown' })
})

test.each<[string, (status: Json) => Json]>([
  ['a full address', (status) => ({ 'https://www.w3.org/2018/credentials#credentialStatus': status })],
  ['a list', (status) => ({ credentialStatus: ['https://x.example/', status].slice(1) })],
  ['a keyword', (status) => ({ '@included': [], credentialStatus: status })],
  ['a value', (status) => ({ credentialStatus: { ...status, statusPurpose: { '@value': status['statusPurpose'] } } })],
])('a revoked badge stays revoked or unchecked when its status is written as %s', async (_, written) => {
  using here = await between()
  const { credentialStatus, ...badge } = JSON.parse(await here.text('json'))
  here.site.db.prepare("UPDATE award SET revoked_at = '2026-05-04T11:00:00.000Z', revoked_why = 'A slip'").run()
  const found = await here.ask(JSON.stringify({ ...badge, ...written(credentialStatus) }))
  expect(['revoked', 'unchecked', 'changed']).toContain(found?.state)
})
