import { describe, expect, test } from 'vitest'
import { testSite } from '../support/site.ts'

describe('answers', () => {
  test('a comment is added under the reflection once, however often it is sent', async () => {
    using site = await testSite()
    const { cohort, learner, peer } = site.cast()
    const id = site.reflection(learner, cohort)
    const fields = { body: 'Same here.', once: 'xyz' }
    const first = await peer.post(`/reflections/${id}/comments`, fields)
    const again = await peer.post(`/reflections/${id}/comments`, fields)
    expect(first.status).toBe(303)
    expect(again.headers.get('location')).toBe(first.headers.get('location'))
    expect(site.db.prepare('SELECT count(*) FROM comment').pluck().get()).toBe(1)
    expect(await learner.read(`/reflections/${id}`)).toContain('Same here.')
  })

  test('new comments are on the author’s map until they are read', async () => {
    using site = await testSite()
    const { cohort, learner, peer } = site.cast()
    const id = site.reflection(learner, cohort, { title: 'My find' })
    await peer.post(`/reflections/${id}/comments`, { body: 'Well found.' })
    const map = await learner.read(cohort.at(''))
    expect(map).toContain('Kenji Watanabe')
    expect(map).toContain(`/reflections/${id}`)
    await learner.read(`/reflections/${id}`)
    const enrolment = site.services.enrolments.find(learner.id, cohort.slug)
    expect(enrolment && site.services.following.newAnswers(enrolment)).toEqual([])
  })

  test('a person changes and deletes their own comments only', async () => {
    using site = await testSite()
    const { cohort, guide, learner, peer } = site.cast()
    const id = site.reflection(learner, cohort)
    await peer.post(`/reflections/${id}/comments`, { body: 'First try' })
    const comment = site.db.prepare('SELECT id FROM comment').pluck().get()
    for (const other of [learner, guide]) {
      expect((await other.post(`/comments/${comment}/edit`, { body: 'No' })).status).toBe(404)
      expect((await other.post(`/comments/${comment}/delete`)).status).toBe(404)
    }
    await peer.post(`/comments/${comment}/edit`, { body: 'Second try' })
    const page = await learner.read(`/reflections/${id}`)
    expect(page).toContain('Second try')
    expect((await peer.post(`/comments/${comment}/delete`)).status).toBe(303)
    expect(site.db.prepare('SELECT count(*) FROM comment').pluck().get()).toBe(0)
  })

  test.each([
    ['empty', ' '],
    ['too long', 'x'.repeat(10_001)],
    ['a comment of HTML', '<!-- Kept -->'],
    ['an empty link', '[\u200b](https://branch.example)'],
  ])('an answer that is %s comes back as typed with a word about it', async (_what, body) => {
    using site = await testSite()
    const { cohort, learner, peer } = site.cast()
    const id = site.reflection(learner, cohort)
    const answer = await peer.post(`/reflections/${id}/comments`, { body })
    const page = await answer.text()
    expect(answer.status).toBe(422)
    expect(page).toContain('id="body-problem"')
    if (body.includes('Kept')) expect(page).toContain('Kept --&gt;</textarea>')
    expect(site.db.prepare('SELECT count(*) FROM comment').pluck().get()).toBe(0)
  })
})

describe('thanks', () => {
  test('are given and withdrawn explicitly, not toggled', async () => {
    using site = await testSite()
    const { cohort, learner, peer } = site.cast()
    const id = site.reflection(learner, cohort)
    const count = () => site.db.prepare('SELECT count(*) FROM cheer').pluck().get()
    await peer.post(`/reflections/${id}/cheer`, { done: '1' })
    await peer.post(`/reflections/${id}/cheer`, { done: '1' })
    expect(count()).toBe(1)
    expect(await peer.read(`/reflections/${id}`)).toContain('You say thanks')
    await peer.post(`/reflections/${id}/cheer`, { done: '0' })
    expect(count()).toBe(0)
    expect((await peer.post(`/reflections/${id}/cheer`, { done: 'maybe' })).status).toBe(422)
    expect((await learner.post(`/reflections/${id}/cheer`, { done: '1' })).status).toBe(403)
  })
})

describe('the stream', () => {
  test('pages by cursor in both directions without loss or repeat', async () => {
    using site = await testSite({ now: '2026-06-30T07:00:00Z' })
    const cohort = site.cohort()
    const people = Array.from({ length: 15 }, () => cohort.enrol(site.person()))
    for (const person of people) for (const number of [1, 2, 3]) site.reflection(person, cohort, { number })
    const reader = people[0]
    const seen: string[] = []
    let address: string | undefined = cohort.at('/reflections')
    const idsOn = (page: string) =>
      Array.from(page.matchAll(/<h3 dir="auto"><a href="\/reflections\/(\d+)"/g), (match) => match[1] ?? '')
    const link = (page: string, rel: string) =>
      new RegExp(`rel="${rel}" href="([^"]+)"`).exec(page)?.[1]?.replaceAll('&amp;', '&')
    let last = ''
    while (address) {
      last = (await reader?.read(address)) ?? ''
      seen.push(...idsOn(last))
      address = link(last, 'next')
    }
    expect(seen).toHaveLength(45)
    expect(new Set(seen).size).toBe(45)
    const back = (await reader?.read(link(last, 'prev') ?? '')) ?? ''
    expect(idsOn(back)).toEqual(seen.slice(20, 40))
  })

  test('filters by thing, or by unanswered', async () => {
    using site = await testSite()
    const { cohort, learner, peer } = site.cast()
    const first = site.reflection(learner, cohort, { number: 1, title: 'About one' })
    site.reflection(learner, cohort, { number: 2, title: 'About two' })
    await peer.post(`/reflections/${first}/comments`, { body: 'Yes.' })
    const one = await peer.read(cohort.at('/reflections?thing=1'))
    expect([one.includes('About one'), one.includes('About two')]).toEqual([true, false])
    const lonely = await peer.read(cohort.at('/reflections?unanswered=1'))
    expect([lonely.includes('About one'), lonely.includes('About two')]).toEqual([false, true])
    await learner.post(`/reflections/${first + 1}/comments`, { body: 'I add to my own.' })
    expect(await peer.read(cohort.at('/reflections?unanswered=1'))).toContain('About two')
  })

  test.each([
    'thing=x',
    'thing=-1',
    'thing=1&thing=2',
    'before=0',
    'before=9e9',
    "after=1'--",
    'unanswered=maybe',
    'thing=%00',
  ])('a strange filter (%s) is a page, not an accident', async (query) => {
    using site = await testSite()
    const { cohort, learner } = site.cast()
    expect((await learner.get(cohort.at(`/reflections?${query}`))).status).toBe(200)
  })
})

test('a former handle leads to the person', async () => {
  using site = await testSite()
  const { learner, peer } = site.cast()
  await learner.post('/me', { name: 'Amara Okonkwo', handle: 'amara', workplace: '', scheme: 'system' })
  const answer = await peer.get('/people/amara-okonkwo')
  expect([answer.status, answer.headers.get('location')]).toEqual([301, '/people/amara'])
  expect((await peer.get('/people/nobody')).status).toBe(404)
})

test.each(['/reflections/0', '/reflections/x', '/reflections/99999', '/reflections/1e3', '/reflections/%00'])(
  '%s is not found',
  async (address) => {
    using site = await testSite()
    expect((await site.cast().learner.get(address)).status).toBe(404)
  },
)
