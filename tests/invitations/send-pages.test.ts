import { expect, test } from 'vitest'
import { type TestSite, testSite } from '../support/site.ts'

type Cohort = ReturnType<TestSite['cohort']>

const at = (cohort: Cohort, path = '') => `/admin/cohorts/${cohort.slug}/invitations${path}`

function linksIn(html: string): string[] {
  return Array.from(html.matchAll(/value="[^"]*(\/invite\/[\w-]+)"/g), ([, link = '']) => link)
}

/** What stands in the form's large field. */
function typedIn(html: string): string {
  const [, typed = ''] = /<textarea[^>]*id="addresses"[^>]*>([^<]*)</.exec(html) ?? []
  return typed.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&')
}

test('of a thousand addresses with twenty broken ones 980 are invited, and the twenty come back to be mended', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const broken = Array.from({ length: 20 }, (_, number) => `somebody${number}.library.example`)
  const good = Array.from({ length: 980 }, (_, number) => `Colleague ${number} <c${number}@library.example>`)
  const addresses = [...good.slice(0, 490), ...broken, ...good.slice(490)].join('\n')
  const answer = await cohort.organiser.post(at(cohort), { addresses, role: 'guide' })
  const html = await answer.text()
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
  expect(new Set(linksIn(html)).size).toBe(980)
  expect(linksIn(html)).toHaveLength(980)
  expect(html).toContain('20 addresses need another look')
  expect(typedIn(html).split('\n')).toEqual(broken)
  for (const typed of broken) expect(html).toContain(`<b dir="auto">${typed}</b> has no @ in it`)
  expect(html).toContain('<option value="guide" selected>')
  expect(site.db.prepare("SELECT count(*) FROM invitation WHERE role = 'guide'").pluck().get()).toBe(980)
})

test('each link opens the door for the address beside it', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const addresses = 'amara@library.example\nKenji <kenji@library.example>'
  const html = await (await cohort.organiser.post(at(cohort), { addresses })).text()
  const [first = '', second = ''] = linksIn(html)
  expect(await site.guest().read(first)).toContain('amara@library.example')
  expect(await site.guest().read(second)).toContain('kenji@library.example')
})

test('people who are here and addresses that came twice are said, and the others are invited', async () => {
  using site = await testSite()
  const { cohort, organiser, learner, stranger, peer } = site.cast()
  await peer.post(cohort.at('/leave'), { posts: 'stay' })
  const addresses = [learner, stranger, peer].map(({ email }) => email.toUpperCase()).join(' ')
  const html = await (await organiser.post(at(cohort), { addresses: `${addresses}, ${stranger.email}` })).text()
  expect(html).toContain(`This address belongs to somebody who is in this cohort already:</b> ${learner.email}`)
  expect(html).toContain(`This address came more than once, and was taken once:</b> ${stranger.email}`)
  const invited = site.services.invitations.listOpen(cohort.id).map(({ email }) => email)
  expect(invited.sort()).toEqual([stranger.email, peer.email].sort())
})

test('where nothing could be invited everything is still in the form, with what is the matter', async () => {
  using site = await testSite()
  const { cohort, organiser, learner } = site.cast()
  const addresses = `"Okonkwo, Amara" <a@@x.example>\n${learner.email}`
  const answer = await organiser.post(at(cohort), { addresses, role: 'guide' })
  const html = await answer.text()
  expect(answer.status).toBe(422)
  expect(typedIn(html)).toBe(addresses)
  expect(html).toContain('is no e-mail address')
  expect(html).toContain(`in this cohort already:</b> ${learner.email}`)
  expect(html).toContain('<option value="guide" selected>')
  expect(site.services.invitations.listOpen(cohort.id)).toEqual([])
})

test('more addresses than fit are kept in the form, and none is invited', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const addresses = Array.from({ length: 2001 }, (_, number) => `c${number}@library.example`).join('\n')
  const answer = await cohort.organiser.post(at(cohort), { addresses })
  const html = await answer.text()
  expect(answer.status).toBe(422)
  expect(html).toContain('more than 2000 addresses')
  expect(typedIn(html)).toBe(addresses)
  expect(site.services.invitations.listOpen(cohort.id)).toEqual([])
})

test('addresses that are markup are shown as they were typed', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const addresses = '"<img src=x onerror=alert(1)>" <script>@x.example, ok@x.example'
  const html = await (await cohort.organiser.post(at(cohort), { addresses })).text()
  expect(html).not.toMatch(/<img|<script>/)
})

test('the links come as a file with names and addresses, safe against formulas', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const addresses = '=HYPERLINK(1) <amara@library.example>\nkenji@library.example'
  const html = await (await cohort.organiser.post(at(cohort), { addresses })).text()
  const [, links = ''] = /name="links" value="([^"]*)"/.exec(html) ?? []
  const answer = await cohort.organiser.post(at(cohort, '/links'), { links: links.replaceAll('&#39;', "'") })
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="spring-invitations.csv"')
  expect(answer.headers.get('cache-control')).toBe('no-store')
  const [first, second] = linksIn(html).map((link) => site.config.base_url + link)
  expect((await answer.text()).split('\r\n')).toEqual([
    'Name,Email,Link,Role,Expires (Europe/Oslo)',
    `'=HYPERLINK(1),amara@library.example,${first},Learner,2026-03-09 08:00`,
    `,kenji@library.example,${second},Learner,2026-03-09 08:00`,
    '',
  ])
})

test('the file holds links of this cohort that still work, and nothing else that a form may bring', async () => {
  using site = await testSite()
  const { cohort, other, organiser } = site.cast()
  const make = (cohort_id: number) =>
    site.services.invitations.make({ cohort_id, email: 'a@library.example', role: 'learner', by: organiser.id })
  const [void_by_now, good, elsewhere] = [make(cohort.id), make(cohort.id), make(other.id)]
  const links = [void_by_now, good, elsewhere, 'x'.repeat(32), '=1+1'].map((token) => `${token} Amara`).join('\n')
  const text = await (await organiser.post(at(cohort, '/links'), { links })).text()
  expect(text.match(/\/invite\/[\w-]+/g)).toEqual([`/invite/${good}`])
  expect((await organiser.post(at(cohort, '/links'), { links: '' })).status).toBe(422)
})

test('the list of open invitations goes on after fifty', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const addresses = Array.from({ length: 60 }, (_, number) => `c${number}@library.example`)
  await cohort.organiser.post(at(cohort), { addresses: addresses.join(' ') })
  const first = await cohort.organiser.read(at(cohort))
  const [, next = ''] = /rel="next" href="([^"]*)"/.exec(first) ?? []
  const rest = await cohort.organiser.read(next)
  const listed = [first, rest].flatMap((html) =>
    Array.from(html.matchAll(/scope="row">([^<]*)</g), ([, email]) => email),
  )
  expect([listed.length, new Set(listed).size]).toEqual([60, 60])
  expect(rest).not.toContain('rel="next"')
  for (const before of ['0', '-1', 'x', '1;2']) {
    expect((await cohort.organiser.get(at(cohort, `?before=${before}`))).status).toBe(404)
  }
})

test('only organisers of the cohort come to these pages', async () => {
  using site = await testSite()
  const { cohort, ...cast } = site.cast()
  for (const who of ['learner', 'guide', 'stranger', 'foreignOrganiser', 'admin'] as const) {
    const status = who === 'learner' || who === 'guide' ? 403 : 404
    expect((await cast[who].get(at(cohort))).status).toBe(status)
    expect((await cast[who].post(at(cohort), { addresses: 'x@library.example' })).status).toBe(status)
    expect((await cast[who].post(at(cohort, '/links'), { links: 'x' })).status).toBe(status)
  }
  expect(site.services.invitations.listOpen(cohort.id)).toEqual([])
})
