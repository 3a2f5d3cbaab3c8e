import { expect, test } from 'vitest'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

type Cohort = ReturnType<TestSite['cohort']>

const roleOf = (site: TestSite, cohort: Cohort, who: Actor) =>
  site.services.enrolments.find(who.id, cohort.slug)?.role ?? null
const peopleOf = (cohort: Cohort, path = '') => `/admin/cohorts/${cohort.slug}/people${path}`

test('the list shows the members with role, first and last day', async () => {
  using site = await testSite({ now: '2026-03-02T07:00:00Z' })
  const { cohort, organiser, learner, guide, stranger } = site.cast()
  site.clock.advance({ days: 2 })
  const html = await organiser.read(peopleOf(cohort))
  for (const { name } of [organiser, learner, guide]) expect(html).toContain(name)
  expect(html).not.toContain(stranger.name)
  expect(html).toContain('East Quay')
  expect(html).toContain('2 Mar')
  expect(html).toContain('Monday')
})

test('the list takes the same few statements for one person and for a hundred, and goes on after that', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const page = () => site.statements(() => cohort.organiser.get(peopleOf(cohort)))
  const few = await page()
  for (let number = 100; number < 205; number++) cohort.enrol(site.person({ name: `Learner ${number}` }))
  expect(await page()).toHaveLength(few.length)
  expect(few.length).toBeLessThanOrEqual(8)
  const html = await cohort.organiser.read(peopleOf(cohort))
  const next = /href="([^"]*\?after=\d+)"/.exec(html)?.[1] ?? ''
  const rest = await cohort.organiser.read(next)
  const names = (page: string) => Array.from(page.matchAll(/>(Learner \d+)</g), ([, name]) => name)
  expect(new Set([...names(html), ...names(rest)]).size).toBe(105)
  expect(rest).not.toContain('?after=')
})

test('an organiser changes roles', async () => {
  using site = await testSite()
  const { cohort, organiser, learner } = site.cast()
  for (const role of ['guide', 'organiser', 'learner']) {
    expect((await organiser.post(peopleOf(cohort, `/${learner.handle}/role`), { role })).status).toBe(303)
    expect(roleOf(site, cohort, learner)).toBe(role)
  }
})

test('a role in one cohort is none in another, and none on the site', async () => {
  using site = await testSite()
  const { cohort, other, organiser, learner } = site.cast()
  other.enrol(learner)
  await organiser.post(peopleOf(cohort, `/${learner.handle}/role`), {
    role: 'organiser',
    site_role: 'admin',
    cohort_id: String(other.id),
  })
  expect(roleOf(site, other, learner)).toBe('learner')
  expect(site.services.people.find(learner.id)?.role).toBe('member')
})

test('an unknown role, and people who are not in the cohort, are refused', async () => {
  using site = await testSite()
  const { cohort, organiser, learner, stranger } = site.cast()
  expect((await organiser.post(peopleOf(cohort, `/${learner.handle}/role`), { role: 'admin' })).status).toBe(422)
  expect((await organiser.post(peopleOf(cohort, `/${learner.handle}/role`))).status).toBe(422)
  for (const act of ['role', 'remove']) {
    const answer = await organiser.post(peopleOf(cohort, `/${stranger.handle}/${act}`), { role: 'guide', posts: 'go' })
    expect([act, answer.status]).toEqual([act, 404])
  }
})

test('an organiser who steps down is led to the map, and comes back no more', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const second = cohort.enrol(site.person(), 'organiser')
  const answer = await second.post(peopleOf(cohort, `/${second.handle}/role`), { role: 'learner' })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/cohorts/spring'])
  expect((await second.get(peopleOf(cohort))).status).toBe(403)
})

test('the last organiser keeps the role and is told why', async () => {
  using site = await testSite()
  const { cohort, organiser } = site.cast()
  const tries = [
    await organiser.post(peopleOf(cohort, `/${organiser.handle}/role`), { role: 'learner' }),
    await organiser.post(peopleOf(cohort, `/${organiser.handle}/remove`), { posts: 'stay' }),
    await organiser.post(cohort.at('/leave'), { posts: 'stay' }),
  ]
  for (const answer of tries) {
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('only organiser here')
  }
  expect(roleOf(site, cohort, organiser)).toBe('organiser')
})

test('two organisers who leave in the same moment leave one', async () => {
  using site = await testSite()
  for (let round = 0; round < 20; round++) {
    const cohort = site.cohort({ title: `Round ${round}` })
    const second = cohort.enrol(site.person(), 'organiser')
    await Promise.all([
      second.post(cohort.at('/leave'), { posts: 'go' }),
      cohort.organiser.post(peopleOf(cohort, `/${cohort.organiser.handle}/role`), { role: 'learner' }),
    ])
    expect(site.services.cohorts.counts(cohort.id).organisers).toBe(1)
  }
})

test('a person who leaves with posts that stay is not in the cohort, and their reflections are readable', async () => {
  using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  const reflection = site.reflection(learner, cohort)
  expect((await learner.post(cohort.at('/leave'), { posts: 'stay' })).headers.get('location')).toBe('/home')
  expect((await learner.get(cohort.at(''))).status).toBe(404)
  expect((await peer.get(`/reflections/${reflection}`)).status).toBe(200)
})

test('leaving with posts deletes reflections, drafts, comments and cheers of this cohort alone', async () => {
  using site = await testSite()
  const { cohort, other, learner, peer } = site.cast()
  other.enrol(learner)
  const mine = site.reflection(learner, cohort)
  const theirs = site.reflection(peer, cohort)
  const elsewhere = site.reflection(learner, other)
  await learner.post(`/reflections/${theirs}/comments`, { body: 'An answer of mine' })
  await learner.post(`/reflections/${theirs}/cheer`, { done: '1' })
  await peer.post(`/reflections/${mine}/comments`, { body: 'An answer to me' })
  await learner.post(cohort.at('/things/1/reflection'), {
    title: 'T',
    body: 'A draft of mine',
    audience: 'cohort',
    intent: 'draft',
    version: '',
  })
  await learner.post(cohort.at('/leave'), { posts: 'go' })
  expect((await peer.get(`/reflections/${mine}`)).status).toBe(404)
  expect(await peer.read(`/reflections/${theirs}`)).not.toContain('An answer of mine')
  expect((await learner.get(`/reflections/${elsewhere}`)).status).toBe(200)
  const left = (table: string) => site.db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()
  expect([left('reflection'), left('comment'), left('cheer'), left('draft')]).toEqual([2, 0, 0, expect.any(Number)])
  expect(site.db.prepare("SELECT count(*) FROM draft WHERE body LIKE '%of mine%'").pluck().get()).toBe(0)
  expect(site.db.prepare('SELECT count(*) FROM completion').pluck().get()).toBe(2)
})

test('awards stay, whatever becomes of the posts', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  site.reflection(learner, cohort)
  const awards = () => site.db.prepare('SELECT count(*) FROM award WHERE person_id = ?').pluck().get(learner.id)
  expect(awards()).toBe(1)
  await learner.post(cohort.at('/leave'), { posts: 'go' })
  expect(awards()).toBe(1)
})

test('leaving asks what becomes of the posts', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  expect(await learner.read(cohort.at('/leave'))).toContain('name="posts" value="stay"')
  for (const posts of ['', 'burn']) expect((await learner.post(cohort.at('/leave'), { posts })).status).toBe(422)
  expect(roleOf(site, cohort, learner)).toBe('learner')
})

test('an organiser removes a member after a confirmation that asks about the posts', async () => {
  using site = await testSite()
  const { cohort, organiser, learner, peer } = site.cast()
  const [kept, gone] = [site.reflection(learner, cohort), site.reflection(peer, cohort)]
  expect(await organiser.read(peopleOf(cohort, `/${learner.handle}/remove`))).toContain('Remove Amara Okonkwo?')
  expect((await organiser.post(peopleOf(cohort, `/${learner.handle}/remove`))).status).toBe(422)
  await organiser.post(peopleOf(cohort, `/${learner.handle}/remove`), { posts: 'stay' })
  await organiser.post(peopleOf(cohort, `/${peer.handle}/remove`), { posts: 'go' })
  expect([roleOf(site, cohort, learner), roleOf(site, cohort, peer)]).toEqual([null, null])
  expect((await organiser.get(`/reflections/${kept}`)).status).toBe(200)
  expect((await organiser.get(`/reflections/${gone}`)).status).toBe(404)
  const logged = site.db
    .prepare("SELECT person_id, subject_id, detail FROM activity WHERE kind = 'person.removed' ORDER BY id")
    .all()
  expect(logged).toEqual([
    { person_id: organiser.id, subject_id: learner.id, detail: '{"posts":"stay"}' },
    { person_id: organiser.id, subject_id: peer.id, detail: '{"posts":"go"}' },
  ])
})

test('home leads straight to the only cohort, lists several, and says what to do with none', async () => {
  using site = await testSite()
  const { cohort, other, learner, admin, stranger } = site.cast()
  expect((await learner.get('/home')).headers.get('location')).toBe(cohort.at(''))
  cohort.enrol(stranger)
  const several = await stranger.read('/home')
  expect(several).toContain(cohort.at(''))
  expect(several).toContain(other.at(''))
  expect(await site.person().read('/home')).toContain(`/join/${cohort.slug}`)
  expect(await admin.read('/home')).toContain('/admin/cohorts/new')
})
