import { rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { verified } from '../support/credentials/verify-page.ts'
import { awarded } from '../support/fixtures/award.ts'

const ANYBODY = { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' }

function headersOf(answer: Response, names: string[]): Record<string, string | null> {
  return Object.fromEntries(names.map((name) => [name, answer.headers.get(name)]))
}

test.each(['application/vc', 'application/ld+json', 'application/json'])(
  'the address of an award’s page answers its credential to %s',
  async (type) => {
    using here = await awarded()
    await here.learner.post(`/awards/${here.id}/share`, { shared: '1' })
    const at = `/awards/${here.id}`
    const page = await here.guest.get(at)
    expect(await page.text()).toContain(
      `<link rel="alternate" type="application/ld+json" href="${at}/credential.json">`,
    )
    const answer = await here.guest.get(at, { accept: type })
    expect(answer.headers.get('content-type')).toBe(`${type}; charset=utf-8`)
    expect(answer.headers.get('vary')).toMatch(/\bAccept\b/)
    expect(headersOf(answer, Object.keys(ANYBODY))).toEqual(ANYBODY)
    expect(await answer.json()).toEqual(JSON.parse(String(await here.file('credential.json'))))
    // and the page stays a page for a browser, whoever asked before
    const again = await here.guest.get(at, {
      accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    })
    expect(again.headers.get('content-type')).toBe('text/html; charset=utf-8')
  },
)

test('an award that nobody shows answers its credential to nobody else', async () => {
  using here = await awarded()
  for (const browser of [here.guest, here.peer])
    expect((await browser.get(`/awards/${here.id}`, { accept: 'application/vc' })).status).toBe(404)
})

test.each(['credential.json', 'credential.jwt', 'badge.svg', 'badge.png'])(
  '%s can be read by other sites’ pages',
  async (name) => {
    using here = await awarded()
    await here.learner.post(`/awards/${here.id}/share`, { shared: '1' })
    const answer = await here.guest.get(`/awards/${here.id}/${name}`)
    expect(headersOf(answer, Object.keys(ANYBODY))).toEqual(ANYBODY)
  },
)

const partOf = (jwt: string, at: number) => JSON.parse(Buffer.from(jwt.split('.')[at] ?? '', 'base64url').toString())

test('the JWT is RS256 and names its subject, and EdDSA where that is asked for', async () => {
  using here = await awarded()
  for (const [name, alg] of [
    ['credential.jwt', 'RS256'],
    ['credential.jwt?alg=EdDSA', 'EdDSA'],
  ] as const) {
    const jwt = String(await here.file(name))
    const { kid, ...header } = partOf(jwt, 0)
    expect(header).toEqual({ alg, typ: 'JWT' })
    const claims = partOf(jwt, 1)
    expect(claims.sub).toMatch(/^urn:uuid:[0-9a-f-]{36}$/)
    expect(claims).toMatchObject({ sub: claims.credentialSubject.id, iss: claims.issuer.id, jti: claims.id })
    const key = await (await here.guest.get(new URL(kid).pathname)).json()
    expect(key).toMatchObject({ alg, use: 'sig' })
    expect(JSON.stringify(key)).not.toMatch(/"(?:d|p|q)"/)
  }
})

test('the ids of two subjects tell nobody that they are the same person', async () => {
  using here = await awarded()
  const ids = here.site.db.prepare<[], string>('SELECT id FROM award').pluck().all()
  const subjects = await Promise.all(
    ids.map(async (id) => {
      const owner =
        here.site.db.prepare<[string], number>('SELECT person_id FROM award WHERE id = ?').pluck().get(id) ?? 0
      const answer = await here.site.browserOf(owner).get(`/awards/${id}/credential.json`)
      return (await answer.json()).credentialSubject.id
    }),
  )
  expect(new Set(subjects).size).toBe(ids.length)
})

test('an installation from before RS256 makes that key when it is first asked for, and one only', async () => {
  using here = await awarded()
  await here.file('credential.json')
  const algorithms = () => here.site.services.credentials.keys.public().map(({ alg }) => alg)
  expect(algorithms()).toEqual(['EdDSA'])
  await Promise.all([here.file('credential.jwt'), here.file('credential.jwt')])
  expect(algorithms()).toEqual(['EdDSA', 'RS256'])
  const before = String(await here.file('credential.jwt'))
  const admin = here.site.person({ role: 'admin' })
  await admin.post('/admin/credentials/new-key', { once: 'abcdefghijklmnop' })
  expect(partOf(String(await here.file('credential.jwt')), 0).kid).not.toBe(partOf(before, 0).kid)
  expect((await verified(here.site, { text: before })).state).toBe('valid')
})

test('missing keys are noticed though no more than a JWT was signed with them', async () => {
  using here = await awarded()
  await here.file('credential.jwt')
  const { keys, isInTrouble } = here.site.services.credentials
  rmSync(keys.file)
  expect(isInTrouble()).toBe(true)
})

// noon of 4 May in Oslo: the next day begins in the east, and the day before has not ended in the west
test.each([
  ['Pacific/Kiritimati', '5'],
  ['Pacific/Midway', '3'],
])('the date of an award is that of its cohort in %s, wherever it is told', async (time_zone, day) => {
  using here = await awarded({ time_zone })
  const { cohort, guest, id, learner, organiser } = here
  await learner.post(`/awards/${id}/share`, { shared: '1' })
  const read = async (browser: typeof guest, path: string) => (await browser.get(path)).text()
  const pages = await Promise.all([
    read(guest, `/awards/${id}`),
    read(guest, `/verify?award=${id}`),
    read(learner, `/cohorts/${cohort.slug}/badges`),
    read(learner, '/badges/first-reflection'),
    read(organiser, `/admin/cohorts/${cohort.slug}/awards`),
    read(organiser, `/admin/cohorts/${cohort.slug}/awards.csv`),
    verified(here.site, { file: await here.file('credential.json') }).then(({ html }) => html),
  ])
  const told = pages.map((page) => page.includes(`${day} May`) || page.includes(`2026-05-0${day}`))
  expect(told).toEqual(pages.map(() => true))
  expect(pages.filter((page) => /4 May 2026|2026-05-04/.test(page))).toEqual([])
})

test('a date in a credential has the offset of its cohort, so that others tell the same day', async () => {
  using here = await awarded({ time_zone: 'Pacific/Kiritimati' })
  expect(JSON.parse(String(await here.file('credential.json'))).validFrom).toBe('2026-05-05T00:00:00+14:00')
})
