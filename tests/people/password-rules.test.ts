import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { weaknessOf } from '../../server/people/password-rules.ts'
import { PASSWORD, testSite } from '../support/site.ts'

const AMARA = { name: 'Amara Okonkwo', email: 'amara.okonkwo@eastquay.example', site_name: '23 Things at Elm Street' }
const LIST = readFileSync(new URL('../../server/people/common-passwords/list.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n')

test('the list has 10,000 different passwords of 12 and more characters', () => {
  expect(new Set(LIST).size).toBe(10_000)
  expect(LIST.every((entry) => entry.length >= 12 && entry === entry.toLowerCase())).toBe(true)
})

test.each([
  ['unbelievable', 'common'],
  ['Unbelievable!!1', 'common'],
  ['P@ssw0rd2026!!', 'common'],
  ['adm1n1strator', 'common'],
  ['1qaz2wsx3edc', 'common'],
  ['aaaaaaaaaaaa', 'repeated'],
  ['librarylibrary', 'repeated'],
  ['Librarylibrary1!', 'repeated'],
  ['abababababac', 'repeated'],
  ['123456789012', 'sequence'],
  ['Qwerty-123456', 'sequence'],
  ['zyxwvutsrqpo', 'sequence'],
  ['AmaraOkonkwo1', 'personal'],
  ['okonkwo-AMARA', 'personal'],
  ['Ámara0kònkwó99', 'personal'],
  ['amara.okonkwo@eastquay.example', 'personal'],
  ['eastquay-2026', 'personal'],
  ['23 things at Elm Street', 'personal'],
])('%s is refused as %s', (password, weakness) => {
  expect(weaknessOf(password, AMARA)).toBe(weakness)
})

test.each([
  'a short sentence is good',
  'seven phones on one windowsill',
  'my amara sings in the evening',
  'twelve blue kettles',
  'Ta med paraply i morgen',
  'мы читаем по вечерам',
  '図書館で毎日本を読みます',
  'kX9#vQ2!mL7p',
])('%s is taken', (password) => {
  expect(weaknessOf(password, AMARA)).toBeNull()
})

test('a common word stays refused with capitals and with digits and signs around it', () => {
  const common = LIST.filter((entry) => /^\p{L}+$/u.test(entry))
  const ends = fc.string({ unit: fc.constantFrom(...'0123456789!-_ '), maxLength: 8 })
  fc.assert(
    fc.property(fc.constantFrom(...common), ends, ends, (word, before, after) => {
      expect(weaknessOf(`${before}${word.toUpperCase()}${after}`, AMARA)).not.toBeNull()
    }),
  )
})

let site: Awaited<ReturnType<typeof testSite>>
beforeAll(async () => {
  site = await testSite()
  return () => site[Symbol.dispose]()
})

/** A site without an admin, at its setup page. */
async function setUp(fields: Record<string, string>) {
  using fresh = await testSite()
  const answer = await fresh.guest().post(`/setup?token=${fresh.services.setup.token()}`, fields)
  return { answer, stayed: !fresh.services.people.hasAdmin() }
}

async function join(fields: Record<string, string>) {
  const cohort = site.cohort({ joining: 'open' })
  const answer = await site.guest().post(`/join/${cohort.slug}`, { ...fields, workplace: 'Central' })
  return { answer, stayed: site.services.people.credentials(fields['email'] ?? '') === null }
}

async function acceptInvitation({ name = '', email = '', password = '' }) {
  const cohort = site.cohort()
  const made = await cohort.organiser.post(`/admin/cohorts/${cohort.slug}/invitations`, { addresses: email })
  const path = /\/invite\/[\w-]{43}/.exec(await made.text())?.[0] ?? ''
  const answer = await site.guest().post(path, { name, password })
  return { answer, stayed: site.services.people.credentials(email) === null }
}

async function reset({ name = '', email = '', password = '' }) {
  const person = site.person({ name, email })
  const before = site.services.people.credentials(email)?.password_hash
  const token = site.services.passwordResets.makeForSelf(person.id)
  const answer = await site.guest().post(`/reset/${token}`, { password })
  return { answer, stayed: site.services.people.credentials(email)?.password_hash === before }
}

async function change({ name = '', email = '', password = '' }) {
  const person = site.person({ name, email })
  const before = site.services.people.credentials(email)?.password_hash
  const answer = await person.post('/me/password', { old_password: PASSWORD, password })
  return { answer, stayed: site.services.people.credentials(email)?.password_hash === before }
}

test.each([
  ['setup', setUp, ['name', 'email']],
  ['joining', join, ['name', 'email']],
  ['an invitation', acceptInvitation, ['name']],
  ['a reset link', reset, []],
  ['changing it', change, []],
] as const)('%s refuses a weak password beside its field and keeps what was typed', async (where, send, kept) => {
  const name = 'Zanele Mthembu'
  for (const [number, [weakness, password]] of (
    [
      ['common', 'Unbelievable!!1'],
      ['personal', 'zanele-mthembu-7'],
    ] as const
  ).entries()) {
    const email = `${where.replaceAll(' ', '-')}${number}@quay.example`
    const { answer, stayed } = await send({ name, email, password })
    const page = await answer.text()
    expect([where, answer.status, stayed]).toEqual([where, 422, true])
    const problem = page.slice(page.indexOf('id="password-problem"')).replaceAll('&#39;', "'")
    expect(problem).toContain(site.services.words('en')(`problems.password.${weakness}`))
    const typed: Record<string, string> = { name, email }
    for (const field of kept) expect(page).toContain(`value="${typed[field]}"`)
    expect(page).not.toContain(password)
  }
})

test('a password that was set before there was a rule still signs in, and joins', async () => {
  const { hashPassword } = await import('../../server/people/passwords.ts')
  const old = { email: 'old@quay.example', password: 'unbelievable' }
  site.services.people.create({ ...old, name: 'Old Timer', password_hash: await hashPassword(old.password) })
  const cohort = site.cohort({ joining: 'open' })
  expect((await site.guest().post('/login', old)).status).toBe(303)
  expect((await site.guest().post(`/join/${cohort.slug}`, old)).headers.get('location')).toBe(`/cohorts/${cohort.slug}`)
})
