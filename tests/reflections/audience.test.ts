import { describe, expect, test } from 'vitest'
import { type TestSite, testSite } from '../support/site.ts'

const AUDIENCES = ['me', 'guides', 'pod', 'cohort', 'world'] as const
const VIEWERS = [
  'learner',
  'podMate',
  'otherPod',
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
  pod: ['learner', 'podMate', 'guide', 'organiser'],
  cohort: ['learner', 'podMate', 'otherPod', 'peer', 'guide', 'organiser'],
  world: VIEWERS,
}

/** The usual cast; the learner shares a pod with somebody, another colleague is in another one, the peer in none. */
function castWithPods(site: TestSite) {
  const cast = site.cast()
  const podMate = cast.cohort.enrol(site.person({ name: 'Thandiwe Mokoena' }))
  const otherPod = cast.cohort.enrol(site.person({ name: 'Hemi Rangihuna' }))
  const pod_id = site.pod(cast.cohort, [cast.learner, podMate])
  const other_id = site.pod(cast.cohort, [otherPod], 'Window seat')
  return { ...cast, podMate, otherPod, pod_id, other_id }
}

test.each(['cohort', 'pod', 'guides'] as const)(
  'only readers in the cohort may comment and thank (%s)',
  async (audience) => {
    using site = await testSite()
    const cast = castWithPods(site)
    const id = site.reflection(cast.learner, cast.cohort, { audience })
    for (const viewer of VIEWERS) {
      if (viewer === 'learner') continue
      const due = READERS[audience].includes(viewer) ? 303 : viewer === 'guest' ? 403 : 404
      const answer = await cast[viewer].post(`/reflections/${id}/comments`, { body: 'Hello' })
      const cheer = await cast[viewer].post(`/reflections/${id}/cheer`, { done: '1' })
      expect([viewer, answer.status, cheer.status]).toEqual([viewer, due, due])
    }
  },
)

describe('answers under a reflection', () => {
  test('widening the audience of a reflection keeps the audience of older comments', async () => {
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

  test('narrowing the audience of a reflection hides its comments too', async () => {
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

describe('the pod', () => {
  const statusOf = (id: number) => async (actor: { get(path: string): Promise<Response> }) =>
    (await actor.get(`/reflections/${id}`)).status

  test('pod reflections of an author without a pod are read by guides only', async () => {
    using site = await testSite()
    const { cohort, guide, learner, organiser, peer, podMate, pod_id } = castWithPods(site)
    const status = statusOf(site.reflection(learner, cohort, { audience: 'pod' }))
    site.services.pods.remove(cohort.id, pod_id, organiser.id)
    expect([await status(podMate), await status(peer), await status(guide)]).toEqual([404, 404, 200])
    await learner.post(cohort.at('/leave'), { posts: 'stay' })
    expect([await status(podMate), await status(peer), await status(guide)]).toEqual([404, 404, 200])
  })

  test('comments for the pod stay in it when the audience widens, and move with the author', async () => {
    using site = await testSite()
    const { cohort, learner, otherPod, podMate } = castWithPods(site)
    const id = site.reflection(learner, cohort, { audience: 'pod' })
    await podMate.post(`/reflections/${id}/comments`, { body: 'Among ourselves.' })
    await learner.post(cohort.at('/things/1/reflection'), { intent: 'publish', body: 'For all.', audience: 'cohort' })
    expect(await otherPod.read(`/reflections/${id}`)).not.toContain('Among ourselves.')
    expect(await podMate.read(`/reflections/${id}`)).toContain('Among ourselves.')
  })
})

describe('reported reflections', () => {
  test.each(AUDIENCES.flatMap((audience) => VIEWERS.map((viewer) => ({ audience, viewer }))))(
    'an open report on a reflection for $audience lets only site admins read it ($viewer)',
    async ({ audience, viewer }) => {
      using site = await testSite()
      const cast = castWithPods(site)
      const id = site.reflection(cast.learner, cast.cohort, { audience })
      const reads = async () => (await cast[viewer].get(`/reflections/${id}`)).status === 200
      const may = READERS[audience].includes(viewer)
      site.db
        .prepare(
          `INSERT INTO report (cohort_id, reflection_id, person_id, reason, made_at)
           VALUES (?, ?, ?, 'Look', '2026-03-02T07:00:00Z')`,
        )
        .run(cast.cohort.id, id, cast.guide.id)
      expect(await reads()).toBe(may || (viewer === 'admin' && audience !== 'me'))
      site.db.exec("UPDATE report SET settled_at = '2026-03-02T08:00:00Z'")
      expect(await reads()).toBe(may)
    },
  )
})
