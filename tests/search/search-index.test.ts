import { expect, test } from 'vitest'
import { testSite } from '../support/site.ts'

async function scene() {
  const site = await testSite()
  const cast = site.cast()
  const reflection = site.reflection(cast.learner, cast.cohort)
  const write = (body: string) => site.services.comments.write(reflection, cast.peer.id, body)?.comment_id ?? 0
  const found = (q: string) => site.services.search.find(cast.learner.id, q, 'answers').answers.items.length
  const waiting = site.db.prepare<[], number>("SELECT count(*) FROM search_queue WHERE kind = 'comment'").pluck()
  return { site, ...cast, reflection, write, found, waiting: () => waiting.get() }
}

test('a comment is found by the next search, and indexed by it', async () => {
  const { site, write, found, waiting } = await scene()
  write('The telescope at the desk.')
  expect(waiting()).toBe(1)
  expect(found('telescope')).toBe(1)
  expect(waiting()).toBe(0)
  expect(found('telescope')).toBe(1)
  site[Symbol.dispose]()
})

test('without a search, comments are indexed within ten minutes, however many there are', async () => {
  const { site, write, found, waiting } = await scene()
  await site.services.jobs.runDue()
  for (let number = 0; number < 700; number++) write(`Comment ${number} about a telescope.`)
  site.clock.advance({ minutes: 10 })
  await site.services.jobs.runDue()
  expect([waiting(), found('telescope')]).toEqual([0, 20])
  site[Symbol.dispose]()
})

test('a comment changed, deleted or narrowed before indexing is found in its current state', async () => {
  const { site, peer, write, found, waiting } = await scene()
  const [changed, deleted] = [write('A telescope.'), write('A microscope.')]
  await peer.post(`/comments/${changed}/edit`, { body: 'A kaleidoscope.' })
  await peer.post(`/comments/${deleted}/delete`)
  expect(['telescope', 'microscope', 'kaleidoscope'].map(found)).toEqual([0, 0, 1])
  await peer.post(`/comments/${changed}/edit`, { body: 'A periscope.' })
  expect(['kaleidoscope', 'periscope'].map(found)).toEqual([0, 1])
  await peer.post(`/comments/${changed}/delete`)
  expect([found('periscope'), waiting()]).toEqual([0, 0])
  site[Symbol.dispose]()
})

test('a search works when the database cannot be written', async () => {
  const { site, write, found, waiting } = await scene()
  write('A telescope.')
  expect(found('telescope')).toBe(1)
  write('A second telescope.')
  site.db.pragma('query_only = ON')
  expect([found('telescope'), waiting()]).toEqual([1, 1])
  site.db.pragma('query_only = OFF')
  expect(found('telescope')).toBe(2)
  site[Symbol.dispose]()
})

test('texts from before a change of the index are found again, the newest first, a portion at a time', async () => {
  const { site, cohort, learner, peer } = await scene()
  const old = site.reflection(peer, cohort, { number: 2, body: 'A telescope.' })
  const long = 'observatory '.repeat(3000)
  for (let number = 0; number < 3; number++) {
    site.reflection(cohort.enrol(site.person()), cohort, { body: long })
  }
  const stream = () => learner.read(cohort.at('/reflections?q=telescope'))
  expect(await stream()).not.toContain(`/reflections/${old}"`)
  await site.services.jobs.runDue()
  expect(await stream()).toContain(`/reflections/${old}"`)
  expect(site.db.prepare('SELECT count(*) FROM search_queue').pluck().get()).toBe(0)
  site[Symbol.dispose]()
})
