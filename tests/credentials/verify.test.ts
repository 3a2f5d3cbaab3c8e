import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createKeys } from '../../server/credentials/keys.ts'
import { unbake } from '../../server/credentials/unbaking.ts'
import { verified } from '../support/credentials/verify-page.ts'
import { awarded } from '../support/fixtures/award.ts'
import { type TestSite, testSite } from '../support/site.ts'

test.each(['credential.json', 'credential.jwt', 'credential.jwt?alg=EdDSA', 'badge.svg', 'badge.png'])(
  'a learner downloads %s, and anybody verifies it',
  async (name) => {
    using here = await awarded()
    const { status, state, html } = await verified(here.site, { file: await here.file(name) })
    expect([status, state]).toEqual([200, 'valid'])
    expect(html).toContain('First reflection')
    expect(html).toContain('Twentythree, this site.')
    // nobody learns a name from it that its holder does not show
    expect(html).not.toContain('Amara')
  },
)

test('the name is shown only where its holder shows the badge, and the badge is unchanged', async () => {
  using here = await awarded()
  await here.learner.post(`/awards/${here.id}/share`, { shared: '1' })
  const text = String(await here.file('credential.json'))
  expect((await verified(here.site, { text })).html).toContain('Amara Okonkwo')
  // a file that was changed may name anybody's award
  const changed = text.replaceAll('First reflection', 'Master of all phones')
  expect((await verified(here.site, { text: changed })).html).not.toContain('Amara Okonkwo')
})

test('the address of the page is enough, in the field for a link or pasted where the badge goes', async () => {
  using here = await awarded()
  await here.learner.post(`/awards/${here.id}/share`, { shared: '1' })
  const link = `${here.site.config.base_url}/awards/${here.id}`
  expect((await verified(here.site, { link })).state).toBe('valid')
  expect((await verified(here.site, { text: ` ${link}\n` })).state).toBe('valid')
})

test('an email address is compared with the one that the badge is about', async () => {
  using here = await awarded()
  const text = String(await here.file('credential.json'))
  expect(text).not.toContain(here.learner.email)
  const ask = async (email: string) => (await verified(here.site, { text, email })).html
  expect(await ask(` ${here.learner.email.toUpperCase()} `)).toContain('The badge is about this email address.')
  expect(await ask(here.peer.email)).toContain('The badge is about another email address.')
})

test('after a change of the address a kept file is about the old one, a new download about the new one', async () => {
  using here = await awarded()
  const old_file = String(await here.file('credential.json'))
  const [before, now] = [here.learner.email, 'amara.bello@branch.example']
  expect(here.site.services.emailChanges.changeNow(here.learner.id, now, null)).toBe('changed')
  here.learner.cookies.clear()
  for (const [name, value] of here.site.browserOf(here.learner.id).cookies) here.learner.cookies.set(name, value)
  const new_file = String(await here.file('credential.json'))
  const isAbout = async (text: string, email: string) => {
    const { html, state } = await verified(here.site, { text, email })
    return [state, html.includes('The badge is about this email address.')]
  }
  expect(await isAbout(old_file, before)).toEqual(['valid', true])
  expect(await isAbout(old_file, now)).toEqual(['valid', false])
  expect(await isAbout(new_file, now)).toEqual(['valid', true])
  expect(await isAbout(new_file, before)).toEqual(['valid', false])
})

test('a changed badge is told as changed, in each form', async () => {
  using here = await awarded()
  const text = String(await here.file('credential.json'))
  const changed = text.replaceAll('First reflection', 'Master of all phones')
  expect((await verified(here.site, { text: changed })).state).toBe('changed')
  for (const name of ['credential.jwt', 'credential.jwt?alg=EdDSA']) {
    const [head, payload = '', end] = String(await here.file(name)).split('.')
    const claims = Buffer.from(payload, 'base64url').toString().replace('First reflection', 'Master of phones')
    const jwt = [head, Buffer.from(claims).toString('base64url'), end].join('.')
    expect((await verified(here.site, { text: jwt })).state).toBe('changed')
  }
  const nobodys = text.replace(/"proofValue":"z[^"]{20}/, '"proofValue":"z11111111111111111111')
  expect((await verified(here.site, { text: nobodys })).state).toBe('changed')
  const added = JSON.stringify({ ...JSON.parse(text), honours: 'with distinction' })
  expect((await verified(here.site, { text: added })).state).toBe('changed')
})

test('a key of another algorithm than the JWT names does not verify it', async () => {
  using here = await awarded()
  const rsa = String(await here.file('credential.jwt'))
  const [head = '', payload, end] = rsa.split('.')
  const header = JSON.parse(Buffer.from(head, 'base64url').toString())
  const other = Buffer.from(JSON.stringify({ ...header, alg: 'EdDSA' })).toString('base64url')
  expect((await verified(here.site, { text: [other, payload, end].join('.') })).state).toBe('changed')
})

test('a revoked badge is told as revoked, and one before its first day as not valid yet', async () => {
  using here = await awarded()
  const text = String(await here.file('credential.json'))
  here.site.db.prepare("UPDATE award SET revoked_at = '2026-05-04T11:00:00.000Z' WHERE id = ?").run(here.id)
  expect((await verified(here.site, { text })).state).toBe('revoked')
  here.site.db.prepare('UPDATE award SET revoked_at = NULL WHERE id = ?').run(here.id)
  expect((await verified(here.site, { text })).state).toBe('valid')
  here.site.clock.advance({ hours: -48 })
  expect((await verified(here.site, { text })).state).toBe('not_yet')
})

const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`
const laughs = `<svg xmlns="http://www.w3.org/2000/svg"><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><openbadges:credential>${'&a;'.repeat(50_000)}</openbadges:credential></svg>`
const png = Buffer.concat([
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  Buffer.from([0xff, 0xff, 0xff, 0xff]),
  Buffer.from('iTXtopenbadgecredential\0'),
])

describe('what is no badge', () => {
  let site: TestSite
  beforeAll(async () => {
    site = await testSite()
  })
  afterAll(() => site[Symbol.asyncDispose]())

  test.each<[string, { text?: string; file?: Buffer; link?: string }, string]>([
    ['nothing at all', {}, 'Choose a file, enter a link'],
    ['rubbish', { text: 'Hello, I earned a badge' }, 'This is not an Open Badge'],
    ['JSON that is none', { text: '{"type":"Person"}' }, 'This is not an Open Badge'],
    ['half a JWT', { text: 'eyJhbGciOiJFZERTQSJ9.eyJ0eXBl.xx' }, 'This is not an Open Badge'],
    [
      'keys of the language',
      { text: '{"__proto__":{"type":"VerifiableCredential"},"constructor":1}' },
      'This is not an Open Badge',
    ],
    ['a credential of nobody', { text: '{"type":["VerifiableCredential"]}' }, 'This is not an Open Badge'],
    ['five thousand levels', { text: deep }, 'This is not an Open Badge'],
    ['ten megabytes', { file: Buffer.alloc(10_000_000, 'a') }, 'larger than 1 MB'],
    ['a drawing that laughs', { file: Buffer.from(laughs) }, 'This is not an Open Badge'],
    ['a picture that says too much of itself', { file: png }, 'There is no badge in this file'],
    [
      'a picture without a badge',
      { file: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') },
      'There is no badge in this file',
    ],
    ['an address of nobody', { link: 'not an address' }, 'No badge was found at this address'],
    ['an address inside the house', { link: 'http://127.0.0.1:22/' }, 'No badge was found at this address'],
  ])('%s gets a precise answer and the form back', async (_, facts, words) => {
    const { status, html } = await verified(site, facts)
    expect([status, html.includes(words)]).toEqual([422, true])
  })
})

test('a private award is verified by its address for its holder alone', async () => {
  using here = await awarded()
  const { status, html } = await verified(here.site, { link: `${here.site.config.base_url}/awards/${here.id}` })
  expect([status, html.includes('only its holder can see it')]).toEqual([422, true])
  expect((await here.peer.get(`/verify?award=${here.id}`)).status).toBe(422)
  expect(await (await here.learner.get(`/verify?award=${here.id}`)).text()).toContain('data-verdict="valid"')
})

test('nothing is read from a file that says nothing', () => {
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
    expect(await (await admin.get(page)).text()).toContain('Badges cannot be signed')
})

test('keys that cannot be read are no keys; a pair that does not fit neither', async () => {
  await using site = await testSite()
  const folder = path.join(site.config.data_dir, 'keys')
  mkdirSync(folder, { recursive: true })
  const keys = createKeys(site.config.data_dir, site.clock, () => false)
  for (const broken of ['', '{}', '{"keys":[]}', '{"keys":[{"id":"abcdefabcdef"}]}']) {
    writeFileSync(keys.file, broken)
    expect(() => keys.signing('EdDSA')).toThrow('keys cannot be read')
  }
})

test('two processes that come at once use the same key', async () => {
  await using site = await testSite()
  const [one, other] = [1, 2].map(() => createKeys(site.config.data_dir, site.clock, () => false))
  expect(one?.signing('EdDSA')?.id).toBe(other?.signing('EdDSA')?.id)
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
