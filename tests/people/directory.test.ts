import { expect, test } from 'vitest'
import { type Actor, testSite } from '../support/site.ts'

async function namesAt(admin: Actor, path: string): Promise<string[]> {
  const page = await admin.read(path)
  return Array.from(
    page.matchAll(/<th scope="row"><a href="\/admin\/people\/([\w-]+)">/g),
    ([, handle]) => handle ?? '',
  )
}

test.each([
  ['a part of the name', 'lindq'],
  ['the name in small letters', 'åsa'],
  ['the name without accents', 'asa'],
  ['the address', 'HARBOUR'],
  ['the handle', 'asa-lindqvist'],
])('people are found by %s', async (_by, q) => {
  using site = await testSite()
  const admin = site.person({ role: 'admin' })
  site.person({ name: 'Åsa Lindqvist', email: 'a.l@harbour.example' })
  expect(await namesAt(admin, `/admin/people?q=${encodeURIComponent(q)}`)).toEqual(['asa-lindqvist'])
})

test.each([
  ['Siobhan Daly-Murphy', ['siobhán', 'dalymurphy', 'Daly-M', 'daly-']],
  ['Bríd O’Shea', ["o'shea", 'oshea', 'brid o’s']],
  ['ﾔﾏﾀﾞ 花子', ['ヤマダ', '花']],
  ['أسماء الهدى', ['اسماء', 'الهدي']],
  ['מִרְיָם כהן', ['מרים']],
  ['Günther Weißbrodt', ['gunther weissbrodt', 'GÜNTHER']],
])('%s is found as %j', async (name, sought) => {
  using site = await testSite()
  const admin = site.person({ role: 'admin' })
  const { cohort, organiser } = site.cast()
  const { handle } = cohort.enrol(site.person({ name, workplace: 'Zürich-Nord' }))
  for (const q of [...sought, 'zurichnord']) {
    expect([q, await namesAt(admin, `/admin/people?q=${encodeURIComponent(q)}`)]).toEqual([q, [handle]])
    if (q === 'zurichnord') continue
    expect(await organiser.read(`/admin/cohorts/${cohort.slug}/people?q=${encodeURIComponent(q)}`)).toContain(handle)
  }
})

test.each(['%', '_', "' OR 1=1 --", '"', 'NEAR(', '*', '\u0301'])('%j is looked for as it is', async (q) => {
  using site = await testSite()
  const admin = site.person({ role: 'admin' })
  const answer = await admin.get(`/admin/people?q=${encodeURIComponent(q)}`)
  expect(answer.status).toBe(200)
  expect(await answer.text()).toContain('Nobody like that')
})

test('paging forward and back meets everybody once and in the same order', async () => {
  using site = await testSite()
  const admin = site.person({ role: 'admin' })
  for (let number = 0; number < 120; number++) site.person()
  const pages: string[][] = []
  const forward: string[] = []
  for (let path = '/admin/people'; path; ) {
    const html = await admin.read(path)
    pages.push(await namesAt(admin, path))
    forward.push(path)
    path = /rel="next" href="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? ''
  }
  expect(pages.map((page) => page.length)).toEqual([50, 50, 21])
  expect(new Set(pages.flat()).size).toBe(121)
  const back = /rel="prev" href="([^"]+)"/.exec(await admin.read(forward[2] ?? ''))?.[1] ?? ''
  expect(await namesAt(admin, back)).toEqual(pages[1])
  const first = /rel="prev" href="([^"]+)"/.exec(await admin.read(back))?.[1] ?? ''
  expect(await namesAt(admin, first)).toEqual(pages[0])
  expect(await admin.read(first)).not.toContain('rel="prev"')
})

test('a cursor that is no number is not found', async () => {
  using site = await testSite()
  const admin = site.person({ role: 'admin' })
  for (const cursor of ['abc', '-1', '1;DROP TABLE person', '0x10', '99999999999999999999']) {
    expect((await admin.get(`/admin/people?before=${encodeURIComponent(cursor)}`)).status).toBe(404)
  }
})

test('the list takes as many statements for a hundred people as for one', async () => {
  using site = await testSite()
  const admin = site.person({ role: 'admin' })
  const one = await site.statements(() => admin.get('/admin/people'))
  for (let number = 0; number < 100; number++) {
    site.services.passwordResets.ask(site.person().email)
  }
  const hundred = await site.statements(() => admin.get('/admin/people'))
  expect(hundred.length).toBe(one.length)
  expect(hundred.length).toBeLessThanOrEqual(8)
})

test('nothing on the page is markup from a name', async () => {
  using site = await testSite()
  const admin = site.person({ role: 'admin' })
  site.person({ name: '<img src=x onerror=alert(1)>', workplace: '"><script>' })
  const page = await admin.read('/admin/people')
  expect(page).not.toContain('<img')
  expect(page).not.toContain('"><script>')
})

async function filtered(admin: Actor, query: string): Promise<string[]> {
  return (await namesAt(admin, `/admin/people?${query}`)).sort()
}

test('the list is narrowed by role, state, cohort and workplace, and by all of them together', async () => {
  using site = await testSite()
  const { admin, author, cohort, learner, stranger } = site.cast()
  const invited = site.person({ name: 'Asked Already' })
  site.services.invitations.make({ cohort_id: cohort.id, email: invited.email, role: 'learner', by: admin.id })
  site.services.people.deactivate(stranger.id, admin.id)
  site.db.prepare('DELETE FROM session WHERE person_id = ?').run(learner.id)
  expect(await filtered(admin, 'role=admin')).toEqual([admin.handle])
  expect(await filtered(admin, 'state=deactivated')).toEqual([stranger.handle])
  expect(await filtered(admin, 'state=active')).not.toContain(stranger.handle)
  expect(await filtered(admin, 'state=nowhere')).toEqual([author.handle, admin.handle].sort())
  expect(await filtered(admin, 'state=never')).toEqual([learner.handle, stranger.handle].sort())
  expect(await filtered(admin, 'cohort=elsewhere&state=deactivated')).toEqual([stranger.handle])
  expect(await filtered(admin, 'workplace=East+Quay')).toEqual([learner.handle])
  expect(await filtered(admin, `cohort=${cohort.slug}&workplace=Central&q=kenji&role=member`)).toEqual([
    'kenji-watanabe',
  ])
  expect(await filtered(admin, 'role=owner&state=odd')).toHaveLength(10)
})

test('filters stay on from page to page', async () => {
  using site = await testSite()
  const admin = site.person({ role: 'admin' })
  for (let number = 0; number < 60; number++) site.person({ workplace: 'East Quay' })
  const page = await admin.read('/admin/people?workplace=East+Quay&state=active')
  const next = /rel="next" href="([^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? ''
  expect(await namesAt(admin, next)).toHaveLength(10)
})

test('a person’s page shows the account and nothing they wrote', async () => {
  using site = await testSite()
  const { admin, cohort, learner } = site.cast()
  site.reflection(learner, cohort, { title: 'Title for me', body: 'Words for me', audience: 'me' })
  const page = await admin.read(`/admin/people/${learner.handle}`)
  for (const words of [learner.email, 'East Quay', 'Spring', 'Learner', '1 device']) {
    expect(page.toLowerCase()).toContain(words.toLowerCase())
  }
  expect(page).not.toContain('for me')
})

test('an unknown person, and who left, has no page', async () => {
  using site = await testSite()
  const admin = site.person({ role: 'admin' })
  const person = site.person()
  site.services.people.deleteAccount(person.id, 'stay')
  expect((await admin.get('/admin/people/nobody')).status).toBe(404)
  expect((await admin.get(`/admin/people/${person.handle}`)).status).toBe(404)
})

test('an admin invites people to a cohort without being in it', async () => {
  using site = await testSite()
  const { admin, cohort } = site.cast()
  const form = { email: 'new@library.example', cohort: cohort.slug, role: 'guide', once: 'one-form' }
  const answer = await admin.post('/admin/invitations', form)
  const link = /http:\/\/localhost:2323(\/invite\/[\w-]+)/.exec(await answer.text())?.[1] ?? ''
  const guest = site.guest()
  expect(await guest.read(link)).toContain('new@library.example')
  expect((await guest.post(link, { name: 'New Here', password: 'a short sentence is good' })).status).toBe(303)
  const joined = site.services.people.credentials('new@library.example')
  expect(site.services.enrolments.find(joined?.id ?? 0, cohort.slug)?.role).toBe('guide')
  expect((await admin.post('/admin/invitations', form)).status).toBe(303)
})

test.each([
  ['no address', { email: 'nobody', cohort: 'spring' }],
  ['an unknown cohort', { email: 'new@library.example', cohort: 'nowhere' }],
  ['another part', { email: 'new@library.example', cohort: 'spring', role: 'admin' }],
])('an invitation with %s is refused with what was typed', async (_what, fields) => {
  using site = await testSite()
  const { admin } = site.cast()
  const answer = await admin.post('/admin/invitations', { role: 'learner', ...fields })
  expect(answer.status).toBe(422)
  const page = await answer.text()
  expect(page).toContain('role="alert"')
  expect(page).toContain(fields.email)
  expect(site.db.prepare('SELECT count(*) FROM invitation').pluck().get()).toBe(0)
})
