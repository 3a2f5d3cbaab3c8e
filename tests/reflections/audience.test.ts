import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestSite, testSite } from '../support/site.ts'

const AUDIENCES = ['me', 'guides', 'cohort', 'world'] as const
const VIEWERS = [
  'learner',
  'peer',
  'guide',
  'organiser',
  'admin',
  'stranger',
  'foreignGuide',
  'foreignOrganiser',
  'guest',
] as const

/** Who reads what, as the table in the product's rules says; the learner is the author. */
const READERS: Record<(typeof AUDIENCES)[number], readonly (typeof VIEWERS)[number][]> = {
  me: ['learner'],
  guides: ['learner', 'guide', 'organiser'],
  cohort: ['learner', 'peer', 'guide', 'organiser'],
  world: VIEWERS,
}
const ENROLLED = ['learner', 'peer', 'guide', 'organiser']

describe.each([
  { world: 'allowed', joining: 'code' as const },
  { world: 'not allowed', joining: 'invitation' as const },
])('where the world is $world', ({ world, joining }) => {
  let site: TestSite
  let cast: ReturnType<TestSite['cast']>
  const ids = new Map<string, number>()

  beforeAll(async () => {
    site = await testSite({ now: '2026-03-30T07:00:00Z' })
    cast = site.cast({ joining })
    AUDIENCES.forEach((audience, index) => {
      const text = { number: index + 1, title: `For ${audience}`, body: `Words for ${audience}.`, audience }
      ids.set(audience, site.reflection(cast.learner, cast.cohort, text))
    })
  })
  afterAll(() => site[Symbol.asyncDispose]())

  const cases = AUDIENCES.flatMap((audience) => VIEWERS.map((viewer) => ({ audience, viewer })))

  test.each(cases)(
    '$viewer and a reflection for $audience: page, person, stream, count, thing and map agree',
    async ({ audience, viewer }) => {
      const effective = audience === 'world' && world !== 'allowed' ? 'cohort' : audience
      const reads = READERS[effective].includes(viewer)
      const browser = cast[viewer]
      expect((await browser.get(`/reflections/${ids.get(audience)}`)).status).toBe(reads ? 200 : 404)
      const person = await browser.get(`/people/${cast.learner.handle}`)
      expect((await person.text()).includes(`Words for ${audience}.`)).toBe(reads)

      if (!ENROLLED.includes(viewer)) return
      const stream = await (await browser.get(cast.cohort.at('/reflections'))).text()
      expect(stream.includes(`Words for ${audience}.`)).toBe(reads)
      if (viewer === 'learner') return
      const number = AUDIENCES.indexOf(audience) + 1
      const thing = await (await browser.get(cast.cohort.at(`/things/${number}`))).text()
      expect(thing.includes(`Words for ${audience}.`)).toBe(reads)
      const enrolment = site.services.enrolments.of(cast[viewer as 'peer'].id, cast.cohort.slug)
      const open = enrolment && site.services.progress.openThing(enrolment, number)
      expect(open && site.services.stream.aboutThing(enrolment, open.id).total).toBe(reads ? 1 : 0)
    },
  )

  test.each(['cohort', 'guides'] as const)(
    'only people of the cohort who read it answer and say thanks (%s)',
    async (audience) => {
      const id = ids.get(audience)
      for (const viewer of VIEWERS) {
        if (viewer === 'learner') continue
        const reads = READERS[audience].includes(viewer)
        const refused = viewer === 'guest' ? 403 : 404
        expect((await cast[viewer].post(`/reflections/${id}/comments`, { body: 'Hello' })).status).toBe(
          reads ? 303 : refused,
        )
        expect((await cast[viewer].post(`/reflections/${id}/cheer`, { done: '1' })).status).toBe(reads ? 303 : refused)
      }
    },
  )
})

test('a person who left the cohort reads nothing of it any more, but her own words', async () => {
  using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  const theirs = site.reflection(peer, cohort)
  const own = site.reflection(learner, cohort)
  await learner.post(cohort.at('/leave'), { posts: 'stay' })
  expect((await learner.get(`/reflections/${theirs}`)).status).toBe(404)
  expect((await learner.get(cohort.at('/reflections'))).status).toBe(404)
  expect((await learner.get(`/reflections/${own}`)).status).toBe(200)
})

describe('answers under a reflection', () => {
  test('widening a reflection does not take older answers along', async () => {
    using site = await testSite()
    const { cohort, guest, guide, learner, peer } = site.cast()
    const id = site.reflection(learner, cohort, { audience: 'guides' })
    await guide.post(`/reflections/${id}/comments`, { body: 'Between us.' })
    await learner.post(cohort.at('/things/1/reflection'), {
      intent: 'publish',
      title: '',
      body: 'For all now.',
      audience: 'world',
    })
    await guide.post(`/reflections/${id}/comments`, { body: 'For everybody here.' })

    const peers = await peer.read(`/reflections/${id}`)
    expect(peers).not.toContain('Between us.')
    expect(peers).toContain('For everybody here.')
    expect(await learner.read(`/reflections/${id}`)).toContain('Between us.')
    const guests = await guest.read(`/reflections/${id}`)
    expect(guests).toContain('For all now.')
    expect(guests).not.toContain('For everybody here.')
  })

  test('narrowing a reflection hides the answers with it', async () => {
    using site = await testSite()
    const { cohort, learner, peer } = site.cast()
    const id = site.reflection(learner, cohort)
    await peer.post(`/reflections/${id}/comments`, { body: 'I was here.' })
    await learner.post(cohort.at('/things/1/reflection'), {
      intent: 'publish',
      title: '',
      body: 'Mine again.',
      audience: 'me',
    })
    expect((await peer.get(`/reflections/${id}`)).status).toBe(404)
    const comment = site.db.prepare('SELECT id FROM comment').pluck().get()
    expect((await peer.post(`/comments/${comment}/edit`, { body: 'changed' })).status).toBe(404)
  })
})
