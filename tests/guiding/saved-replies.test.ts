import { expect, test } from 'vitest'
import { testSite } from '../support/site.ts'

const at = '/admin/cohorts/spring/queue/answers'

async function withOne() {
  const site = await testSite()
  const cast = site.cast()
  await cast.guide.post(at, { title: 'Welcome', body: 'Hello {name}, “{title}” says it about {thing}. {and this}' })
  const id = site.db.prepare<[], number>('SELECT id FROM saved_answer').pluck().get() ?? 0
  return { site, ...cast, id, [Symbol.dispose]: () => site[Symbol.dispose]() }
}

test('a saved reply fills the form with name and thing, and is sent as edited', async () => {
  using here = await withOne()
  const { cohort, guide, id, learner, site } = here
  const reflection = site.reflection(learner, cohort, { title: 'A <b>map</b>' })
  const page = await guide.read(`/reflections/${reflection}?saved=${id}`)
  const title = site.services.courses.bySlug('course-23')?.things[0]?.title
  expect(page).toContain(`Hello Amara, “A &lt;b&gt;map&lt;/b&gt;” says it about ${title}. {and this}</textarea>`)
  expect(page).toContain(`/reflections/${reflection}?saved=${id}#answer`)
  expect(site.db.prepare('SELECT count(*) FROM comment').pluck().get()).toBe(0)
})

test('a saved reply is offered to its owner only, and not under their own reflections', async () => {
  using here = await withOne()
  const { cohort, guide, id, learner, organiser, peer, site } = here
  const reflection = site.reflection(learner, cohort)
  for (const other of [organiser, peer, learner]) {
    expect(await other.read(`/reflections/${reflection}?saved=${id}`)).not.toContain('Hello Amara')
  }
  expect(await organiser.read(at)).not.toContain('Welcome')
  expect((await organiser.post(`${at}/${id}`, { title: 'Mine', body: 'now' })).status).toBe(404)
  expect((await organiser.post(`${at}/${id}/delete`)).status).toBe(404)
  const own = site.reflection(guide, cohort)
  expect(await guide.read(`/reflections/${own}?saved=${id}`)).not.toContain('Begin with a saved answer')
})

test('a saved reply is changed and deleted by its owner, and a repeated request adds it once', async () => {
  using here = await withOne()
  const { guide, id, site } = here
  await guide.post(`${at}/${id}`, { title: 'Hello', body: 'Other words' })
  expect(await guide.read(at)).toContain('Other words')
  const fields = { title: 'Second', body: 'Words', once: 'the-same' }
  await guide.post(at, fields)
  expect((await guide.post(at, fields)).status).toBe(303)
  expect(site.db.prepare('SELECT count(*) FROM saved_answer').pluck().get()).toBe(2)
  await guide.post(`${at}/${id}/delete`)
  expect(site.db.prepare('SELECT title FROM saved_answer').pluck().all()).toEqual(['Second'])
})

test.each([
  [{ title: '', body: 'Words' }, 'Words'],
  [{ title: 'Name', body: '' }, 'Name'],
  [{ title: 'x'.repeat(121), body: 'Words' }, 'Words'],
  [{ title: 'Name', body: 'y'.repeat(4_001) }, 'Name'],
])('a form that is not right comes back as typed (%#)', async (fields, kept) => {
  using here = await withOne()
  const { guide, id, site } = here
  for (const path of [at, `${at}/${id}`]) {
    const answer = await guide.post(path, fields)
    expect(answer.status).toBe(422)
    const page = await answer.text()
    expect(page).toContain(kept)
    expect(page).toContain('class="problem"')
  }
  expect(site.db.prepare('SELECT title FROM saved_answer').pluck().all()).toEqual(['Welcome'])
})

test('a person has at most forty saved replies', async () => {
  using here = await withOne()
  const { guide, site } = here
  for (let made = 1; made < 40; made++)
    site.services.savedReplies.add(guide.id, { title: `Number ${made}`, body: 'Words' })
  const answer = await guide.post(at, { title: 'One more', body: 'Kept in the form' })
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain('Kept in the form')
})
