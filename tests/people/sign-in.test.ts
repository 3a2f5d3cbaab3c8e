import { expect, test } from 'vitest'
import { newToken } from '../../server/web/http/token.ts'
import { PASSWORD, testSite } from '../support/site.ts'

const WRONG = 'not the password at all'

function median(times: number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
}

test('the right address and password lead home', async () => {
  using site = await testSite()
  const { email } = site.person()
  const guest = site.guest()
  const answer = await guest.post('/login', { email, password: PASSWORD })
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe('/home')
  expect((await guest.get('/me')).status).toBe(200)
})

test('the address may be typed in capitals and with spaces around it', async () => {
  using site = await testSite()
  site.person({ email: 'amara@library.example' })
  const answer = await site.guest().post('/login', { email: '  Amara@Library.Example ', password: PASSWORD })
  expect(answer.status).toBe(303)
})

test.each([
  '\u202aOdile@Branch.Example\u202c',
  'mailto:odile@branch.example',
  'Odile Brandt <odile@branch.example>',
  'ｏdile＠branch.example.',
])('%j is the address of an account, and a wrong password counts against that account', async (pasted) => {
  using site = await testSite()
  site.person({ email: 'odile@branch.example' })
  expect((await site.guest().post('/login', { email: pasted, password: WRONG })).status).toBe(422)
  const counted = site.db.prepare("SELECT count(*) FROM failure_limit WHERE key LIKE '% odile@branch.example'").pluck()
  expect(counted.get()).toBe(1)
  expect((await site.guest().post('/login', { email: pasted, password: PASSWORD })).status).toBe(303)
})

test('a password is right with white space at its ends, and a wrong one is one guess', async () => {
  using site = await testSite()
  const { email } = site.person()
  const hits = site.db.prepare('SELECT max(hits) FROM failure_limit').pluck()
  for (const password of [`${PASSWORD} `, ` ${PASSWORD}`, `\u200b${PASSWORD}\r\n`]) {
    expect((await site.guest().post('/login', { email, password })).status).toBe(303)
  }
  expect(hits.get()).toBeNull()
  expect((await site.guest().post('/login', { email, password: ` ${WRONG} ` })).status).toBe(422)
  expect(hits.get()).toBe(1)
})

test('a page that needs an account asks for sign-in and comes back after it', async () => {
  using site = await testSite()
  const { email } = site.person()
  const guest = site.guest()
  const asked = await guest.get('/me?x=1')
  expect(asked.headers.get('location')).toBe('/login?next=%2Fme%3Fx%3D1')
  expect(await guest.read('/login?next=%2Fme%3Fx%3D1')).toContain('name="next" value="/me?x=1"')
  const answer = await guest.post('/login', { email, password: PASSWORD, next: '/me?x=1' })
  expect(answer.headers.get('location')).toBe('/me?x=1')
})

test('known and unknown addresses are refused in the same words, with what was typed', async () => {
  using site = await testSite()
  const { email } = site.person()
  const pageFor = async (typed: string) => {
    const answer = await site.guest().post('/login', { email: typed, password: WRONG })
    expect(answer.status).toBe(422)
    const page = await answer.text()
    expect(page).toContain('<title>Error: Sign in')
    expect(page).toMatch(/<div tabindex="-1" autofocus[^>]*role="alert" id="form-problems">/)
    expect(page.match(/aria-invalid="true"/g)).toHaveLength(2)
    expect(page).toContain(`value="${typed}"`)
    expect(page).not.toContain(WRONG)
    return page.replaceAll(typed, 'ADDRESS')
  }
  expect(await pageFor(email)).toBe(await pageFor('nobody@library.example'))
})

test('an unknown address is looked at as long as a known one', async () => {
  using site = await testSite()
  const { email } = site.person()
  const took = { known: [] as number[], unknown: [] as number[] }
  for (let round = 0; round < 7; round++) {
    for (const [whose, typed] of [
      ['known', email],
      ['unknown', 'nobody@library.example'],
    ] as const) {
      // passwords are hashed in other threads of the process
      const before = process.cpuUsage()
      await site.guest().post('/login', { email: typed, password: WRONG })
      const { user, system } = process.cpuUsage(before)
      took[whose].push(user + system)
    }
  }
  const [known, unknown] = [median(took.known), median(took.unknown)]
  expect(unknown / known).toBeGreaterThan(0.4)
  expect(unknown / known).toBeLessThan(2.5)
})

test.each([
  'https://evil.example',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '/\\/evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/\r\nSet-Cookie: a=b',
  '/\u0000',
  'javascript:alert(1)',
  'data:text/html,x',
  'evil.example',
  '%2F%2Fevil.example',
  ' /me',
  '',
])('sign-in never leads away from the site: %j', async (next) => {
  using site = await testSite()
  const { email } = site.person()
  const answer = await site.guest().post('/login', { email, password: PASSWORD, next })
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe('/home')
})

test('a repeated `next` is as good as none', async () => {
  using site = await testSite()
  const { email } = site.person()
  const answer = await site.guest().post('/login', { email, password: PASSWORD, next: ['/me', '//evil.example'] })
  expect(answer.headers.get('location')).toBe('/home')
})

test('who is signed in already is led on', async () => {
  using site = await testSite()
  const answer = await site.person().get('/login?next=/me')
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe('/me')
})

test('an id planted before sign-in is not taken over, well made or not', async () => {
  using site = await testSite()
  const { email } = site.person()
  for (const cookie of ['planted', newToken()]) {
    const victim = site.guest()
    victim.cookies.set('session', cookie)
    await victim.post('/login', { email, password: PASSWORD })
    expect(victim.cookies.get('session')).not.toBe(cookie)
    const attacker = site.guest()
    attacker.cookies.set('session', cookie)
    expect((await attacker.get('/me')).status).toBe(303)
  }
})

test('signing in gives a session that exists already a new id', async () => {
  using site = await testSite()
  const [first, second] = [site.person(), site.person()]
  const before = first.cookies.get('session')
  await first.post('/login', { email: second.email, password: PASSWORD })
  expect(first.cookies.get('session')).not.toBe(before)
  const old = site.guest()
  old.cookies.set('session', before ?? '')
  expect((await old.get('/me')).status).toBe(303)
})

test('signing out ends the session and empties what the browser keeps', async () => {
  using site = await testSite()
  const person = site.person()
  const cookie = person.cookies.get('session') ?? ''
  const answer = await person.post('/logout')
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe('/')
  expect(answer.headers.get('clear-site-data')).toBe('"cache"')
  const later = site.guest()
  later.cookies.set('session', cookie)
  expect((await later.get('/me')).status).toBe(303)
})

test('signing out twice does no harm', async () => {
  using site = await testSite()
  const person = site.person()
  await person.post('/logout')
  expect((await person.post('/logout')).status).toBe(303)
})

test('the sign-in page is kept nowhere and in no frame', async () => {
  using site = await testSite()
  const { headers } = await site.guest().get('/login')
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
})

test.each([
  ['nothing typed', { email: '', password: '' }],
  ['no fields', {}],
  ['not an address', { email: 'amara', password: PASSWORD }],
  ['NUL in the password', { email: 'amara@library.example', password: PASSWORD.replace(' ', '\0 ') }],
  ['too long an address', { email: `${'a'.repeat(250)}@library.example`, password: PASSWORD }],
  ['too long a password', { email: 'amara@library.example', password: 'a'.repeat(201) }],
  ['the address twice', { email: ['amara@library.example', 'b@library.example'], password: PASSWORD }],
  ['the password twice', { email: 'amara@library.example', password: [PASSWORD, PASSWORD] }],
  ['an unknown choice', { email: 'amara@library.example', password: PASSWORD, shared: 'perhaps' }],
])('sign-in with %s is the form again', async (_what, fields: Record<string, string | string[]>) => {
  using site = await testSite()
  site.person({ email: 'amara@library.example' })
  const answer = await site.guest().post('/login', fields)
  expect(answer.status).toBe(422)
  const page = await answer.text()
  expect(page).toContain('action="/login"')
  expect(page).toContain('role="alert"')
})

test('bytes that are no text are refused before anything is looked up', async () => {
  using site = await testSite()
  const answer = await site.guest().postRaw('/login', 'email=%ff%fe&password=x')
  expect(answer.status).toBe(400)
})
