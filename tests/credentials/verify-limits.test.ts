import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { expect, test, vi } from 'vitest'
import { run } from '../../server/credentials/canonical-hash.ts'
import { type HashDocument, proofFits } from '../../server/credentials/data-integrity.ts'
import { BUNDLED_CONTEXTS } from '../../server/credentials/jsonld-contexts.ts'
import { refusedBefore } from '../../server/credentials/limits.ts'
import { unbake } from '../../server/credentials/unbaking.ts'
import { createVerification } from '../../server/credentials/verification.ts'
import { bareKey, foreignBadge } from '../support/credentials/foreign-badges.ts'
import { verified } from '../support/credentials/verify-page.ts'
import { testSite } from '../support/site.ts'

type Json = Record<string, unknown>

const proof = { type: 'DataIntegrityProof', cryptosuite: 'eddsa-rdfc-2022', proofPurpose: 'assertionMethod' }

/** A ring of nodes without names, in words of a context of its own: canonicalising it takes the square of its length. */
function costly(bytes: number): Json {
  const key = bareKey()
  const length = Math.floor(bytes / 40)
  const ring = Array.from({ length }, (_, at) => ({ '@id': `_:n${at}`, next: { '@id': `_:n${(at + 1) % length}` } }))
  const badge = foreignBadge(key.id)
  return {
    ...badge,
    '@context': [
      ...(badge['@context'] as string[]),
      { ring: 'https://x.example/ring', next: 'https://x.example/next' },
    ],
    ring,
    proof: {
      ...proof,
      created: '2026-03-02T07:00:00Z',
      verificationMethod: key.method,
      proofValue: `z${'2'.repeat(87)}`,
    },
  }
}

const opened = Buffer.from(`<svg>${'<a>'.repeat(330_000)}`)
const candidates = Buffer.from(`<svg>${'<x:credential '.repeat(70_000)}`)

test.each<[string, { text?: string; file?: Buffer }, number]>([
  ['800 kB of JSON with a context of its own', { file: Buffer.from(JSON.stringify(costly(800_000))) }, 422],
  ['140 kB of it', { text: JSON.stringify(costly(140_000)) }, 200],
  ['a drawing of 330,000 open elements', { file: opened }, 422],
  ['a drawing of 70,000 elements that never end', { file: candidates }, 422],
])('%s holds nobody up', async (_, facts, status) => {
  await using site = await testSite()
  const held = monitorEventLoopDelay({ resolution: 5 })
  held.enable()
  const [answer, alive] = await Promise.all([verified(site, facts), site.guest().get('/healthz')])
  held.disable()
  expect([answer.status, alive.status]).toEqual([status, 200])
  // in nanoseconds: half a minute as it was; wide enough for a busy machine
  expect(held.max).toBeLessThan(2_000_000_000)
})

test.each<[string, Json, 'size' | 'context' | null]>([
  ['a badge as badges are', foreignBadge('did:key:z1'), null],
  ['one of 64 kB and more', foreignBadge('did:key:z1', { name: 'x'.repeat(64_000) }), 'size'],
  ['one of a thousand values and more', foreignBadge('did:key:z1', { evidence: Array(1000).fill({}) }), 'size'],
  [
    'one of twenty levels',
    foreignBadge('did:key:z1', { evidence: Array.from({ length: 20 }).reduce((inner) => [inner], {}) }),
    'size',
  ],
  ['one with an unknown context', foreignBadge('did:key:z1', { '@context': ['https://x.example/v1'] }), 'context'],
  ['one with a context in it', foreignBadge('did:key:z1', { '@context': { a: 'b:c' } }), 'context'],
  ['one with an address for a word', foreignBadge('did:key:z1', { 'https://x.example/y': 1 }), 'context'],
  ['one with a keyword', foreignBadge('did:key:z1', { evidence: [{ '@reverse': {} }] }), 'context'],
  ['one with a context further inside', foreignBadge('did:key:z1', { evidence: [{ '@context': null }] }), 'context'],
])('%s is looked at before it is canonicalised', (_, document, refused) => {
  expect(refusedBefore(document)).toBe(refused)
})

test.each(BUNDLED_CONTEXTS)('the context %s comes with the product', async (context) => {
  const document = { '@context': [...new Set([BUNDLED_CONTEXTS[0], context])], type: 'VerifiableCredential' }
  expect(await run({ document, proof })).toHaveLength(64)
})

test('what the contexts do not define cannot be signed, and so fits no signature', async () => {
  const key = bareKey()
  const badge = foreignBadge(key.id, { honours: 'with distinction' })
  expect(await run({ document: badge, proof })).toBe(null)
})

test('the costliest document that is allowed ends within the time limit', async () => {
  await using site = await testSite()
  const key = bareKey()
  const alike = Array.from({ length: 90 }, () => ({ type: ['Evidence'], genre: 'x', audience: 'y' }))
  const badge = foreignBadge(key.id, { evidence: alike })
  expect(refusedBefore(badge)).toBe(null)
  const facts = { ...badge, proof: { ...proof, verificationMethod: key.method, proofValue: `z${'2'.repeat(87)}` } }
  const { state } = await verified(site, { text: JSON.stringify(facts) })
  expect(['changed', 'unchecked']).toContain(state)
})

/** A site, and another that answers a check when it is told to. */
async function slow() {
  const asked: string[] = []
  const first = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<void>()
  const server = createServer(async (req, res) => {
    asked.push(req.url ?? '')
    first.resolve()
    await answered.promise
    res.end('no badge')
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const at = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const site = await testSite({ fetch_allow: [at] })
  return {
    site,
    asked,
    first: first.promise,
    answer: answered.resolve,
    check: (path: string) => verified(site, { link: `http://${at}${path}` }),
    async [Symbol.asyncDispose]() {
      await site[Symbol.asyncDispose]()
      server.close()
    },
  }
}

test('one address has one badge checked at a time', async () => {
  await using here = await slow()
  const checks = ['/1', '/2'].map(here.check)
  await here.first
  // long enough for the other, if it did not wait
  for (let turns = 0; turns < 3; turns += 1) await here.site.guest().get('/healthz')
  expect(here.asked).toHaveLength(1)
  here.answer()
  expect((await Promise.all(checks)).map(({ status }) => status)).toEqual([422, 422])
  expect(here.asked).toHaveLength(2)
})

test('a verification that waited ten seconds is refused with a request to try again', async () => {
  await using here = await slow()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const first = here.check('/1')
    await here.first
    const second = here.site.guest().post('/verify', { credential: 'x' })
    // it comes to the place where it waits after a few turns
    for (let turns = 0; turns < 10; turns += 1) {
      await here.site.guest().get('/healthz')
      vi.advanceTimersByTime(2000)
    }
    const refused = await second
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10'])
    expect(await refused.text()).toContain('Several badges are being verified right now')
    here.answer()
    expect((await first).status).toBe(422)
  } finally {
    vi.useRealTimers()
  }
})

test('nobody is asked for a list or a key where the signature cannot be right', async () => {
  await using site = await testSite()
  const asked: string[] = []
  const verify = createVerification(site.clock, {
    base_url: site.config.base_url,
    keys: site.services.credentials.keys,
    isRevoked: () => null,
    hash: run,
    fetchPublic: (url) => {
      asked.push(url)
      return Promise.reject(new Error('nobody is there'))
    },
  })
  const status = {
    type: 'BitstringStatusListEntry',
    statusPurpose: 'revocation',
    statusListIndex: '1',
    statusListCredential: 'https://x.example/status/1',
  }
  const ask = async (badge: Json) => (await verify({ text: JSON.stringify(badge), older: false }, null))?.state
  const key = bareKey()
  const wrong = { ...proof, verificationMethod: key.method, proofValue: 'z11' }
  expect(await ask({ ...foreignBadge(key.id, { credentialStatus: status }), proof: wrong })).toBe('changed')
  expect(await ask(foreignBadge('did:web:x.example', { credentialStatus: status }))).toBe('unsigned')
  const unknown = { ...foreignBadge('did:web:x.example'), '@context': ['https://x.example/v1'], proof: wrong }
  expect(await ask(unknown)).toBe('unchecked')
  expect(asked).toEqual([])
})

test('a signature of the wrong length is not worth the work', async () => {
  const never: HashDocument = () => Promise.reject(new Error('it was canonicalised'))
  const { secret } = bareKey()
  expect(await proofFits({}, { ...proof, proofValue: 'z1' }, secret, never)).toBe(false)
})

test('a credential is found in a drawing with CDATA, with text, and in an attribute', () => {
  const found = (svg: string) => unbake(Buffer.from(svg))?.text
  const open = '<svg xmlns:o="x"><g/><o:credential'
  expect(found(`${open}><![CDATA[{"a":"<b>]]]]><![CDATA[>"}]]></o:credential></svg>`)).toBe('{"a":"<b>]]>"}')
  expect(found(`${open}> {"a":1} </o:credential></svg>`)).toBe('{"a":1}')
  expect(found(`${open} verify="ey.ey.x"/></svg>`)).toBe('ey.ey.x')
  expect(found(`${open}`)).toBe(undefined)
  expect(found('<svg><credentials>no</credentials></svg>')).toBe(undefined)
})
