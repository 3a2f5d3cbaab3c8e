import { expect, test } from 'vitest'
import { type TestSite, testSite } from '../support/site.ts'

type Cohort = ReturnType<TestSite['cohort']>

const at = (cohort: Cohort, path = '') => `/admin/cohorts/${cohort.slug}/people${path}`

function namesIn(html: string): string[] {
  return Array.from(html.matchAll(/scope="row"><a href="\/people\/[\w-]+">([^<]*)</g), ([, name = '']) => name)
}

test.each([
  ['asa', ['Åsa Lindqvist']],
  ['EXAMPLE', ['Åsa Lindqvist', 'Ingrid Solberg', 'Ирина Ковальчук']],
  ['irina@', ['Ирина Ковальчук']],
  ['ирина', ['Ирина Ковальчук']],
  ["'; DROP TABLE person", []],
  ['%', []],
])('somebody is found by a part of the name or address: %s', async (q, found) => {
  using site = await testSite()
  const cohort = site.cohort()
  cohort.enrol(site.person({ name: 'Åsa Lindqvist' }))
  cohort.enrol(site.person({ name: 'Ирина Ковальчук', email: 'irina@library.example' }))
  site.person({ name: 'Åsa Elsewhere' })
  expect(namesIn(await cohort.organiser.read(at(cohort, `?q=${encodeURIComponent(q)}`)))).toEqual(found)
})

test('what was searched for stays when the list goes on', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  for (let number = 0; number < 110; number++) cohort.enrol(site.person({ name: `Learner ${number}` }))
  cohort.enrol(site.person({ name: 'Somebody else' }))
  const first = await cohort.organiser.read(at(cohort, '?q=learner'))
  const [, next = ''] = /rel="next" href="([^"]*)"/.exec(first) ?? []
  const rest = await cohort.organiser.read(next.replaceAll('&amp;', '&'))
  expect(new Set([...namesIn(first), ...namesIn(rest)]).size).toBe(110)
  expect(namesIn(rest)).not.toContain('Somebody else')
  expect(rest).toContain('value="learner"')
})

test('nobody found is said, with a way back', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const html = await cohort.organiser.read(at(cohort, '?q=zzz'))
  expect(html).toContain('Nobody by that name or address')
  expect(html).toContain(`href="${at(cohort)}"`)
})

test('reset links are made from here by site admins only, and for no admin', async () => {
  using site = await testSite()
  const { cohort, organiser, learner } = site.cast()
  const admin = cohort.enrol(site.person({ role: 'admin' }), 'organiser')
  const second = cohort.enrol(site.person({ role: 'admin' }))
  const action = (who: { handle: string }) => `action="/admin/people/${who.handle}/reset-link"`
  expect(await organiser.read(at(cohort))).not.toContain('reset-link')
  const html = await admin.read(at(cohort))
  expect(html).toContain(action(learner))
  expect(html).not.toContain(action(second))
  expect(html).not.toContain(action(admin))
  expect(await (await admin.post(`/admin/people/${learner.handle}/reset-link`)).text()).toContain('/reset/')
})

test('one does not remove oneself here, and is told where one leaves', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const second = cohort.enrol(site.person(), 'organiser')
  const path = at(cohort, `/${second.handle}/remove`)
  const asked = await second.get(path)
  expect([asked.status, (await asked.text()).includes(`href="${cohort.at('/leave')}"`)]).toEqual([200, true])
  const answer = await second.post(path, { posts: 'go' })
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain('That is you.')
  expect(site.services.enrolments.find(second.id, cohort.slug)?.role).toBe('organiser')
})

test('another organiser can be removed, as long as one is left', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const second = cohort.enrol(site.person(), 'organiser')
  expect((await cohort.organiser.post(at(cohort, `/${second.handle}/remove`), { posts: 'stay' })).status).toBe(303)
  expect(site.services.cohorts.counts(cohort.id).organisers).toBe(1)
})

test('a cursor that is none leads nowhere', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  for (const after of ['0', '-1', 'x', '1e3', '1%20OR%201']) {
    expect((await cohort.organiser.get(at(cohort, `?after=${after}`))).status).toBe(404)
  }
  expect(namesIn(await cohort.organiser.read(at(cohort, '?after=999999')))).toEqual([])
})
