import { expect, test } from 'vitest'
import { PASSWORD, testSite } from '../support/site.ts'

const people = '/admin/cohorts/spring/people'
const SENTENCE = 'This cohort is not open to you'

async function blocked(posts: 'stay' | 'go' = 'stay') {
  const site = await testSite({ now: '2026-03-20T07:00:00Z' })
  const cast = site.cast()
  const { cohort, learner, organiser } = cast
  const id = site.reflection(learner, cohort, { title: 'Left behind' })
  const token = site.services.invitations.make({
    cohort_id: cohort.id,
    email: learner.email,
    role: 'learner',
    by: organiser.id,
  })
  const answer = await organiser.post(`${people}/${learner.handle}/remove`, { posts, block: '1' })
  expect(answer.status).toBe(303)
  const code = site.services.cohorts.findJoinable(cohort.slug)?.join_code ?? ''
  return { site, ...cast, id, token, code, [Symbol.dispose]: () => site[Symbol.dispose]() }
}

test('a blocked person is out at once and cannot rejoin by code, signed in or not', async () => {
  using here = await blocked()
  const { cohort, code, guest, learner, site } = here
  expect((await learner.get(cohort.at(''))).status).toBe(404)
  expect(await (await learner.get(`/join/${cohort.slug}`)).text()).toContain(SENTENCE)
  const tried = await learner.post(`/join/${cohort.slug}`, { code })
  expect([tried.status, (await tried.text()).includes(SENTENCE)]).toEqual([403, true])
  const form = { name: '', email: learner.email, password: PASSWORD, code }
  const again = await guest.post(`/join/${cohort.slug}`, form)
  expect([again.status, (await again.text()).includes(SENTENCE)]).toEqual([403, true])
  expect((await guest.get('/home')).status).toBe(303)
  expect(site.services.enrolments.find(learner.id, cohort.slug)).toBeNull()
})

test('a blocked person cannot rejoin by an old or a new invitation', async () => {
  using here = await blocked()
  const { cohort, guest, learner, organiser, site, token } = here
  expect((await learner.post(`/invite/${token}`, { password: PASSWORD })).status).toBe(404)
  const invite = { cohort_id: cohort.id, email: learner.email, role: 'guide' as const, by: organiser.id }
  const later = site.services.invitations.make(invite)
  for (const browser of [learner, guest]) {
    const answer = await browser.post(`/invite/${later}`, { password: PASSWORD })
    expect([answer.status, (await answer.text()).includes(SENTENCE)]).toEqual([403, true])
  }
  site.services.members.enrol({ cohort_id: cohort.id, person_id: learner.id, role: 'organiser' })
  expect(site.services.enrolments.find(learner.id, cohort.slug)).toBeNull()
})

test.each([
  ['stay', 200],
  ['go', 404],
] as const)('her posts %s as the dialog asks', async (posts, expected) => {
  using here = await blocked(posts)
  expect((await here.peer.get(`/reflections/${here.id}`)).status).toBe(expected)
})

test('an unblocked person may join again, and the log has both acts', async () => {
  using here = await blocked()
  const { cohort, code, learner, organiser, site } = here
  expect(await organiser.read(people)).toContain('May not come back')
  await organiser.post(`${people}/${learner.handle}/unblock`)
  await organiser.post(`${people}/${learner.handle}/unblock`)
  expect(await organiser.read(people)).not.toContain('May not come back')
  expect((await learner.post(`/join/${cohort.slug}`, { code })).headers.get('location')).toBe(cohort.at(''))
  const kinds = site.db.prepare("SELECT kind FROM activity WHERE kind LIKE 'person.%blocked' ORDER BY id").pluck().all()
  expect(kinds).toEqual(['person.blocked', 'person.unblocked'])
})

test('organisers and oneself cannot be blocked; guides cannot block', async () => {
  using here = await blocked()
  const { cohort, guide, organiser, peer, site } = here
  const second = cohort.enrol(site.person({ name: 'Second' }), 'organiser')
  const refused = await organiser.post(`${people}/${second.handle}/remove`, { posts: 'stay', block: '1' })
  expect(refused.status).toBe(422)
  expect((await organiser.post(`${people}/${organiser.handle}/remove`, { posts: 'stay', block: '1' })).status).toBe(422)
  expect((await guide.post(`${people}/${peer.handle}/remove`, { posts: 'stay', block: '1' })).status).toBe(403)
  expect(site.db.prepare('SELECT count(*) FROM block').pluck().get()).toBe(1)
  expect((await organiser.get(cohort.at(''))).status).toBe(200)
})

test('blocking changes nothing in the person’s other cohorts', async () => {
  using here = await blocked()
  const { learner, other } = here
  other.enrol(learner)
  expect((await learner.get(other.at(''))).status).toBe(200)
})
