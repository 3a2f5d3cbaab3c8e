import { afterAll, beforeAll, expect, test } from 'vitest'
import { routesOf, sampleAddress } from '../../support/routes/route-list.ts'
import { type TestSite, testSite } from '../../support/site.ts'

// one site for all: every request here is refused, or leads on to where one signs in
let site: TestSite
let cast: ReturnType<TestSite['cast']>
beforeAll(async () => {
  site = await testSite()
  cast = site.cast()
})
afterAll(() => site[Symbol.asyncDispose]())

/** One click in a mail program comes from nowhere: the address itself carries the seal of this site. */
const FROM_ANYWHERE = ['/unsubscribe/:token']

test('the only acts that may come from anywhere are those', async () => {
  const { guest } = cast
  const paths = routesOf(site.services).filter((route) => route.method === 'post')
  const taken: string[] = []
  for (const { path } of paths) {
    const { status, headers } = await guest.post(sampleAddress(path), {}, { origin: 'https://evil.example' })
    if (status !== 403 || headers.has('location')) taken.push(path)
  }
  expect(taken).toEqual(FROM_ANYWHERE)
})

test('every act from another site, or from nowhere, is refused before it does anything', async () => {
  const { admin } = cast
  const before = site.db.prepare('SELECT count(*) FROM activity').pluck().get()
  const acts = routesOf(site.services).filter((route) => route.method === 'post' && !FROM_ANYWHERE.includes(route.path))
  for (const { path } of acts) {
    const address = sampleAddress(path)
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
    ]) {
      const answer = await admin.post(address, { done: '1' }, headers)
      expect([address, answer.status]).toEqual([address, 403])
    }
    const bare = await fetch(site.origin + address, { method: 'POST', headers: { cookie: cookies(admin.cookies) } })
    expect([address, bare.status]).toEqual([address, 403])
  }
  expect(site.db.prepare('SELECT count(*) FROM activity').pluck().get()).toBe(before)
})

/** Policies that let everybody in, and leave it to the page what each may see. */
const OPEN = new Set(['anybody', 'by audience', 'operations'])

test('a guest is led to sign in wherever somebody must be signed in', async () => {
  const { guest } = cast
  for (const { method, path, policies } of routesOf(site.services).filter(
    (route) => !OPEN.has(route.policies[0] ?? ''),
  )) {
    const address = sampleAddress(path)
    const answer = method === 'get' ? await guest.get(address) : await guest.post(address)
    expect([address, answer.status]).toEqual([address, method === 'get' ? 303 : 403])
    if (method === 'get') expect(answer.headers.get('location')).toBe(`/login?next=${encodeURIComponent(address)}`)
    expect(policies).not.toEqual([])
  }
})

const ENROLLED = ['learner', 'guide', 'organiser', 'peer']
const MAY_COME_IN: Record<string, string[]> = {
  enrolled: ENROLLED,
  guiding: ['guide', 'organiser'],
  organising: ['organiser'],
  'enrolled admin': [],
  admin: ['admin'],
  author: ['author', 'admin'],
}

test('each closed address is tried as every kind of person', async () => {
  const people = [
    'learner',
    'peer',
    'guide',
    'organiser',
    'stranger',
    'foreignGuide',
    'foreignOrganiser',
    'author',
    'admin',
  ] as const
  for (const { method, path, policies } of routesOf(site.services)) {
    const policy = policies[0] ?? ''
    // who else is signed in is tried in every-route.test.ts, by what is theirs
    if (OPEN.has(policy) || policy === 'signed in') continue
    const allowed = MAY_COME_IN[policy] ?? expect.fail(`no test knows the policy ${policy} of ${path}`)
    const address = sampleAddress(path)
    for (const who of people) {
      if (allowed.includes(who)) continue
      const answer = method === 'get' ? await cast[who].get(address) : await cast[who].post(address, {})
      const expected = path.includes(':cohort') && !ENROLLED.includes(who) ? 404 : 403
      expect([method, address, who, answer.status]).toEqual([method, address, who, expected])
    }
  }
})

test('unknown addresses are not found, for guests too', async () => {
  const { guest, learner } = cast
  for (const browser of [guest, learner]) {
    const answer = await browser.get('/no/such/page')
    expect(answer.status).toBe(404)
    expect(await answer.text()).toContain('Nothing is here')
  }
})

function cookies(jar: Map<string, string>): string {
  return Array.from(jar, ([name, value]) => `${name}=${value}`).join('; ')
}
