import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { jwtFits, proofFits } from '../support/credentials/check-proofs.ts'
import { awarded } from '../support/fixtures/award.ts'

type Json = Record<string, unknown>

/** The award's credential, and the site's public documents. */
async function published() {
  const here = await awarded()
  const json = async (browser: { get(path: string): Promise<Response> }, path: string): Promise<Json> =>
    (await browser.get(path)).json() as Promise<Json>
  const credential = await json(here.learner, `/awards/${here.id}/credential.json`)
  const did = await json(here.guest, '/.well-known/did.json')
  return { ...here, json, credential, did }
}

test('an independent verifier accepts a credential with nothing but what the site publishes', async () => {
  using here = await published()
  expect(await proofFits(here.credential, here.did)).toBe(true)
})

test('so is its JWT, by the key that its header names', async () => {
  using here = await published()
  const jwt = await (await here.learner.get(`/awards/${here.id}/credential.jwt`)).text()
  const head = JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString())
  const key = await here.json(here.guest, new URL(head.kid).pathname)
  expect(jwtFits(jwt, key)).toBe(true)
  const [start = '', payload = '', end = ''] = jwt.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  expect(claims).toMatchObject({ iss: here.did['id'], jti: here.credential['id'], type: here.credential['type'] })
  const changed = Buffer.from(JSON.stringify({ ...claims, name: 'Another badge' })).toString('base64url')
  expect(jwtFits(`${start}.${changed}.${end}`, key)).toBe(false)
})

/** Every place in a document where a text stands, as a path. */
function leaves(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (Array.isArray(value)) return value.flatMap((each, at) => leaves(each, [...path, at]))
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, each]) => leaves(each, [...path, key]))
  return [path]
}

function changedAt(document: Json, path: (string | number)[]): Json {
  const copy = structuredClone(document)
  // biome-ignore lint/suspicious/noExplicitAny: walks a document of any shape
  const parent: any = path.slice(0, -1).reduce<any>((inner, key) => inner[key], copy)
  const last = path.at(-1) ?? ''
  const was = parent[last]
  parent[last] = typeof was === 'boolean' ? !was : `${String(was).slice(0, -1)}${String(was).endsWith('1') ? '2' : '1'}`
  return copy
}

test('each single field that is changed is noticed', async () => {
  using here = await published()
  const paths = leaves(here.credential)
  expect(paths.length).toBeGreaterThan(30)
  for (const path of paths) {
    const fits = await proofFits(changedAt(here.credential, path), here.did).catch(() => false)
    expect([path.join('.'), fits]).toEqual([path.join('.'), false])
  }
})

test('a field that is taken away is noticed, and so is one that is put in', async () => {
  using here = await published()
  const { name, ...without } = here.credential
  expect(name).toBe('First reflection')
  expect(await proofFits(without, here.did)).toBe(false)
  expect(await proofFits({ ...here.credential, description: 'More than was said' }, here.did)).toBe(false)
})

/** The bit of a credential in a status list, as Bitstring Status List 1.0 says it is read. */
function bitOf(list: Json, credential: Json): number {
  const { statusListIndex } = credential['credentialStatus'] as { statusListIndex: string }
  const { encodedList } = list['credentialSubject'] as { encodedList: string }
  const bits = gunzipSync(Buffer.from(encodedList.slice(1), 'base64url'))
  expect(bits.length).toBeGreaterThanOrEqual(16_384)
  const index = Number(statusListIndex)
  return ((bits[index >> 3] ?? 0) >> (7 - (index & 7))) & 1
}

test('a revocation is seen in the signed status list', async () => {
  using here = await published()
  const { statusListCredential } = here.credential['credentialStatus'] as { statusListCredential: string }
  const at = new URL(statusListCredential).pathname
  const before = await here.json(here.guest, at)
  expect([await proofFits(before, here.did), bitOf(before, here.credential)]).toEqual([true, 0])
  here.site.db
    .prepare("UPDATE award SET revoked_at = '2026-05-04T11:00:00.000Z', revoked_why = 'A slip' WHERE id = ?")
    .run(here.id)
  const after = await here.json(here.guest, at)
  expect([await proofFits(after, here.did), bitOf(after, here.credential)]).toEqual([true, 1])
})

test('a replaced key still verifies what it signed, and later signatures name the new key', async () => {
  using here = await published()
  const admin = here.site.person({ role: 'admin' })
  await admin.post('/admin/credentials/new-key', { once: 'abcdefghijklmnop' })
  const did = await here.json(here.guest, '/.well-known/did.json')
  expect(await proofFits(here.credential, did)).toBe(true)
  const again = await here.json(here.learner, `/awards/${here.id}/credential.json`)
  const methodOf = (credential: Json) => (credential['proof'] as Json)['verificationMethod']
  expect(methodOf(again)).not.toBe(methodOf(here.credential))
  expect(await proofFits(again, did)).toBe(true)
})
