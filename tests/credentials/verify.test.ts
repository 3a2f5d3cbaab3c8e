import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { createKeys } from '../../server/credentials/keys.ts'
import { unbake } from '../../server/credentials/unbaking.ts'
import { type Part, sendForm } from '../images/photos.ts'
import { awarded } from '../support/awards.ts'
import { type TestSite, testSite } from '../support/site.ts'

const VALID = 'It is real, and it counts'
const TAMPERED = 'It is not what was given'
const REVOKED = 'It was taken back'
const UNSURE = 'Not everything could be checked'

/** What the page says to somebody without an account. */
async function verified(site: TestSite, facts: { text?: string; file?: Buffer; link?: string; email?: string }) {
  const parts: Part[] = [
    ['credential', facts.text ?? ''],
    ['link', facts.link ?? ''],
    ['email', facts.email ?? ''],
  ]
  if (facts.file) parts.push(['file', { bytes: facts.file, name: 'badge', type: 'application/octet-stream' }])
  const answer = await sendForm(site.guest(), '/verify', parts)
  return { status: answer.status, html: await answer.text() }
}

test.each(['credential.json', 'credential.jwt', 'badge.svg', 'badge.png'])(
  'a learner takes %s along, and anybody verifies it',
  async (name) => {
    using here = await awarded()
    const { status, html } = await verified(here.site, { file: await here.file(name) })
    expect(status).toBe(200)
    expect(html).toContain(VALID)
    expect(html).toContain('First reflection')
    // nobody learns a name from it that she does not show
    expect(html).not.toContain('Amara')
  },
)

test('the name stands there only where its holder shows the badge', async () => {
  using here = await awarded()
  await here.learner.post(`/awards/${here.id}/share`, { shared: '1' })
  expect((await verified(here.site, { file: await here.file('badge.svg') })).html).toContain('Amara Okonkwo')
  const { html } = await verified(here.site, { link: `${here.site.config.base_url}/awards/${here.id}` })
  expect(html).toContain(VALID)
})

test('whose it is can be asked by an address, and by no other', async () => {
  using here = await awarded()
  const text = String(await here.file('credential.json'))
  expect(text).not.toContain(here.learner.email)
  const ask = async (email: string) => (await verified(here.site, { text, email })).html
  expect(await ask(` ${here.learner.email.toUpperCase()} `)).toContain('It belongs to this e-mail address.')
  expect(await ask(here.peer.email)).toContain('It does not belong to this e-mail address.')
})

test('what was changed is told as changed, in each form', async () => {
  using here = await awarded()
  const text = String(await here.file('credential.json'))
  const changed = text.replaceAll('First reflection', 'Master of all phones')
  expect((await verified(here.site, { text: changed })).html).toContain(TAMPERED)
  const [head, payload = '', end] = String(await here.file('credential.jwt')).split('.')
  const claims = Buffer.from(payload, 'base64url').toString().replace('First reflection', 'Master of phones')
  const jwt = [head, Buffer.from(claims).toString('base64url'), end].join('.')
  expect((await verified(here.site, { text: jwt })).html).toContain(TAMPERED)
  const nobodys = text.replace(/"proofValue":"z[^"]{20}/, '"proofValue":"z11111111111111111111')
  expect((await verified(here.site, { text: nobodys })).html).toContain(TAMPERED)
})

test('what was taken back is told as taken back, and so is what is too early or too late', async () => {
  using here = await awarded()
  const text = String(await here.file('credential.json'))
  here.site.db.prepare("UPDATE award SET revoked_at = '2026-05-04T11:00:00.000Z' WHERE id = ?").run(here.id)
  expect((await verified(here.site, { text })).html).toContain(REVOKED)
  here.site.db.prepare('UPDATE award SET revoked_at = NULL WHERE id = ?').run(here.id)
  expect((await verified(here.site, { text })).html).toContain(VALID)
  here.site.clock.advance({ hours: -48 })
  expect((await verified(here.site, { text })).html).toContain('It does not count yet')
})

test('a badge of another issuer is never called real without its key, and what is not known is said', async () => {
  using here = await awarded()
  const ours = JSON.parse(String(await here.file('credential.json')))
  const foreign = { ...ours, issuer: { id: 'https://badges.example/issuer', type: ['Profile'], name: 'Others' } }
  const { html } = await verified(here.site, { text: JSON.stringify(foreign) })
  expect(html).toContain(UNSURE)
  expect(html).toContain('Its signature could not be checked')
  expect(html).toContain('https://badges.example/issuer')
  const unknown = { ...ours, issuer: 'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK' }
  expect((await verified(here.site, { text: JSON.stringify(unknown) })).html).toContain(TAMPERED)
})

const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`
const laughs = `<svg xmlns="http://www.w3.org/2000/svg"><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><openbadges:credential>${'&a;'.repeat(100_000)}</openbadges:credential></svg>`
const png = Buffer.concat([
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  Buffer.from([0xff, 0xff, 0xff, 0xff]),
  Buffer.from('iTXtopenbadgecredential\0'),
])

test.each<[string, { text?: string; file?: Buffer; link?: string }, string]>([
  ['nothing at all', {}, 'Send a file, name a link'],
  ['rubbish', { text: 'Hello, I earned a badge' }, 'That is not a badge'],
  ['JSON that is none', { text: '{"type":"Person"}' }, 'That is not a badge'],
  ['half a JWT', { text: 'eyJhbGciOiJFZERTQSJ9.eyJ0eXBl.xx' }, 'That is not a badge'],
  [
    'keys of the language',
    { text: '{"__proto__":{"type":"VerifiableCredential"},"constructor":1}' },
    'That is not a badge',
  ],
  ['a credential of nobody', { text: '{"type":["VerifiableCredential"]}' }, 'That is not a badge'],
  ['five thousand levels', { text: deep }, 'That is not a badge'],
  ['ten megabytes', { file: Buffer.alloc(10_000_000, 'a') }, 'larger than 1 MB'],
  ['a drawing that laughs', { file: Buffer.from(laughs) }, 'That is not a badge'],
  ['a picture that says too much of itself', { file: png }, 'There is no badge in this file'],
  [
    'a picture without a badge',
    { file: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') },
    'There is no badge in this file',
  ],
  ['an address of nobody', { link: 'not an address' }, 'Nothing that can be checked is there'],
  ['an address inside the house', { link: 'http://127.0.0.1:22/' }, 'Nothing that can be checked is there'],
])('%s gets a precise answer, quickly, and the form back', async (_, facts, words) => {
  await using site = await testSite()
  const began = performance.now()
  const { status, html } = await verified(site, facts)
  expect([status, html.includes(words)]).toEqual([422, true])
  expect(performance.now() - began).toBeLessThan(3000)
})

test('a private award is nobody’s to verify by its link', async () => {
  using here = await awarded()
  const { status, html } = await verified(here.site, { link: `${here.site.config.base_url}/awards/${here.id}` })
  expect([status, html.includes('only its holder may see it')]).toEqual([422, true])
})

test('where a file says nothing, nothing is read from it', () => {
  expect(unbake(Buffer.alloc(0))).toBe(null)
  expect(unbake(Buffer.from('a\0b'))).toBe(null)
})

test('without its keys the site runs, says what is missing, and signs nothing with others', async () => {
  using here = await awarded()
  await here.file('credential.json')
  rmSync(here.site.services.credentials.keys.file)
  const answer = await here.learner.get(`/awards/${here.id}/credential.json`)
  expect([answer.status, (await answer.text()).includes('cannot be signed at the moment')]).toEqual([503, true])
  expect((await here.learner.get(`/awards/${here.id}`)).status).toBe(200)
  const admin = here.site.person({ role: 'admin' })
  for (const page of ['/admin/credentials', '/admin'])
    expect(await (await admin.get(page)).text()).toContain('Nothing can be signed')
})

test('keys that cannot be read are no keys; a pair that does not fit neither', async () => {
  await using site = await testSite()
  const folder = path.join(site.config.data_dir, 'keys')
  mkdirSync(folder, { recursive: true })
  const keys = createKeys(site.config.data_dir, site.clock, () => false)
  for (const broken of ['', '{}', '{"keys":[]}', '{"keys":[{"id":"abcdefabcdef"}]}']) {
    writeFileSync(keys.file, broken)
    expect(() => keys.signing()).toThrow('keys cannot be read')
  }
})

test('two processes that come at once use the same key', async () => {
  await using site = await testSite()
  const [one, other] = [1, 2].map(() => createKeys(site.config.data_dir, site.clock, () => false))
  expect(one?.signing().id).toBe(other?.signing().id)
  expect(one?.public()).toHaveLength(1)
})

test('addresses in a credential come from the settings, whatever name somebody asks by', async () => {
  using here = await awarded()
  const plain = String(await here.file('credential.json'))
  const answer = await here.learner.get(`/awards/${here.id}/credential.json`, {
    'x-forwarded-host': 'evil.example',
    forwarded: 'host=evil.example',
  })
  const again = await answer.text()
  expect(JSON.parse(again).id).toBe(JSON.parse(plain).id)
  expect(again).not.toContain('evil.example')
})

/**
 * What the 1EdTech schema of an AchievementCredential of Open Badges 3.0 asks for (ob_v3p0_achievementcredential_schema:
 * `required` of the credential, Profile, AchievementSubject, Achievement, Criteria's place, Image, IdentityObject).
 */
test('every field that the published schema requires is there', async () => {
  using here = await awarded()
  const credential = JSON.parse(String(await here.file('credential.json')))
  for (const field of ['@context', 'id', 'type', 'credentialSubject', 'issuer', 'validFrom'])
    expect(credential).toHaveProperty([field])
  expect(credential['@context'].slice(0, 2)).toEqual([
    'https://www.w3.org/ns/credentials/v2',
    'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
  ])
  expect(credential.type).toEqual(['VerifiableCredential', 'OpenBadgeCredential'])
  for (const field of ['id', 'type']) expect(credential.issuer).toHaveProperty([field])
  const subject = credential.credentialSubject
  for (const field of ['type', 'achievement']) expect(subject).toHaveProperty([field])
  for (const field of ['id', 'type', 'criteria', 'description', 'name'])
    expect(subject.achievement).toHaveProperty([field])
  for (const field of ['id', 'type']) expect(subject.achievement.image).toHaveProperty([field])
  for (const field of ['type', 'identityHash', 'identityType', 'hashed'])
    expect(subject.identifier[0]).toHaveProperty([field])
  for (const field of ['type', 'proofPurpose', 'verificationMethod', 'proofValue', 'created', 'cryptosuite'])
    expect(credential.proof).toHaveProperty([field])
  for (const field of ['id', 'type', 'statusPurpose', 'statusListIndex', 'statusListCredential'])
    expect(credential.credentialStatus).toHaveProperty([field])
})
