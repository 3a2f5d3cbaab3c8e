import { describe, expect, test } from 'vitest'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

const answer = (who: Actor, reflection: number, body = 'Yes.') =>
  who.post(`/reflections/${reflection}/comments`, { body })

const newOf = (site: TestSite, who: Actor, slug: string) => {
  const enrolment = site.services.enrolments.find(who.id, slug)
  if (!enrolment) throw new Error('not enrolled')
  return site.services.following.newAnswers(enrolment).map(({ reflection_id, count }) => [reflection_id, count])
}

const marks = (page: string) => page.match(/class="fresh"/g)?.length ?? 0

describe('following', () => {
  test('begins by itself for the author and for whoever answers', async () => {
    using site = await testSite()
    const { cohort, guide, learner, peer } = site.cast()
    const id = site.reflection(learner, cohort)
    expect(await learner.read(`/reflections/${id}`)).toContain('Following')
    expect(await peer.read(`/reflections/${id}`)).not.toContain('Following')
    await answer(peer, id)
    expect(await peer.read(`/reflections/${id}`)).toContain('Following')
    expect(await guide.read(`/reflections/${id}`)).not.toContain('Following')
  })

  test('is begun and ended by name, and who ended it does not begin again by answering', async () => {
    using site = await testSite()
    const { cohort, guide, learner } = site.cast()
    const id = site.reflection(learner, cohort)
    const follows = () => site.db.prepare('SELECT count(*) FROM following WHERE person_id = ?').pluck().get(guide.id)
    for (const _ of [1, 2]) expect((await guide.post(`/reflections/${id}/following`, { done: '1' })).status).toBe(303)
    expect(follows()).toBe(1)
    for (const _ of [1, 2]) expect((await guide.post(`/reflections/${id}/following`, { done: '0' })).status).toBe(303)
    await answer(guide, id)
    expect(follows()).toBe(0)
    await guide.post(`/reflections/${id}/following`, { done: '1' })
    expect(follows()).toBe(1)
  })

  test('is refused where it is not understood, and to those who read and are not of the cohort', async () => {
    using site = await testSite()
    const { cohort, guest, learner, peer, stranger } = site.cast()
    const id = site.reflection(learner, cohort, { audience: 'world' })
    const closed = site.reflection(learner, cohort, { number: 2, audience: 'guides' })
    expect((await peer.post(`/reflections/${id}/following`, { done: 'perhaps' })).status).toBe(422)
    expect((await peer.post(`/reflections/${closed}/following`, { done: '1' })).status).toBe(404)
    expect((await stranger.post(`/reflections/${id}/following`, { done: '1' })).status).toBe(403)
    expect((await guest.post(`/reflections/${id}/following`, { done: '1' })).status).toBe(403)
  })
})

describe('new answers', () => {
  test('are marked until one has looked, on the map, in the stream and on the page', async () => {
    using site = await testSite()
    const { cohort, guide, learner, peer } = site.cast()
    const id = site.reflection(learner, cohort)
    await answer(peer, id)
    await answer(guide, id)
    expect(newOf(site, learner, cohort.slug)).toEqual([[id, 2]])
    expect(newOf(site, peer, cohort.slug)).toEqual([[id, 1]])
    expect(await peer.read(cohort.at('/reflections'))).toContain('one new')
    expect(marks(await peer.read(`/reflections/${id}`))).toBe(1)
    expect(marks(await peer.read(`/reflections/${id}`))).toBe(0)
    expect(newOf(site, peer, cohort.slug)).toEqual([])
    expect(await peer.read(cohort.at('/reflections'))).not.toContain('one new')
    expect(newOf(site, learner, cohort.slug)).toEqual([[id, 2]])
  })

  test('do not greet somebody who looks for the first time, but do the next time', async () => {
    using site = await testSite()
    const { cohort, guide, learner, organiser, peer } = site.cast()
    const id = site.reflection(learner, cohort)
    await answer(peer, id)
    expect(marks(await organiser.read(`/reflections/${id}`))).toBe(0)
    await answer(guide, id)
    expect(marks(await organiser.read(`/reflections/${id}`))).toBe(1)
    expect(newOf(site, organiser, cohort.slug)).toEqual([])
  })

  test("of a smaller circle are nobody else's news", async () => {
    using site = await testSite()
    const { cohort, guide, learner, peer } = site.cast()
    const id = site.reflection(learner, cohort, { audience: 'guides' })
    await answer(guide, id)
    const enrolment = site.services.enrolments.find(learner.id, cohort.slug)
    const thing = enrolment && site.services.progress.openThing(enrolment, 1)
    if (!enrolment || !thing) throw new Error('not open')
    site.services.reflections.publish(enrolment, thing.id, { title: 'Wider', body: 'x', audience: 'cohort' })
    await peer.post(`/reflections/${id}/following`, { done: '1' })
    expect(newOf(site, peer, cohort.slug)).toEqual([])
    site.services.reflections.publish(enrolment, thing.id, { title: 'Mine', body: 'x', audience: 'me' })
    expect(newOf(site, guide, cohort.slug)).toEqual([])
  })

  test('that were deleted are no news', async () => {
    using site = await testSite()
    const { cohort, learner, peer } = site.cast()
    const id = site.reflection(learner, cohort)
    await answer(peer, id)
    await peer.post('/comments/1/delete')
    expect(newOf(site, learner, cohort.slug)).toEqual([])
  })

  test('are noted by one write, and reading what is not new writes nothing', async () => {
    using site = await testSite()
    const { cohort, learner, peer } = site.cast()
    const id = site.reflection(learner, cohort)
    await answer(peer, id)
    const writes = async () =>
      (await site.statements(() => learner.get(`/reflections/${id}`))).filter((sql) => /INSERT INTO reading/.test(sql))
        .length
    expect([await writes(), await writes()]).toEqual([1, 0])
    await answer(learner, id)
    expect(await writes()).toBe(0)
  })
})
