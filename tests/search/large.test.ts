import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestSite, testSite } from '../support/site.ts'
import { library, wordOf } from './library.ts'

let site: TestSite
let cast: ReturnType<TestSite['cast']>
beforeAll(async () => {
  site = await testSite({ now: '2026-06-10T07:00:00Z' })
  cast = site.cast()
  library(site, cast.cohort.id, { people: 200, reflections: 1500, comments: 1500 })
}, 60_000)
afterAll(() => site[Symbol.asyncDispose]())

/** What may be scanned: the page's own few rows, the hits of an index, whether a queue is empty. */
const SMALL =
  /^SCAN (?:found|fts|search_queue|\(subquery|CONSTANT ROW|(?:reflection|comment|thing)_search VIRTUAL TABLE INDEX \d+:(?!$))/

function scansIn(statements: string[]): string[] {
  const steps = statements.flatMap((sql) =>
    site.db
      .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => detail),
  )
  expect(steps.length).toBeGreaterThan(statements.length)
  return steps.filter((step) => step.startsWith('SCAN') && !SMALL.test(step))
}

const stream = (query: string) => cast.cohort.at(`/reflections?${query}`)

test.each([
  '',
  'thing=5',
  'pod=3',
  'person=reader-7',
  'mine=1',
  'following=1',
  'unanswered=1',
  'thing=5&unanswered=1',
  'before=700',
  'after=700',
  'q=everywhere',
  'q=ever&pod=3&unanswered=1',
  'q=rarest&thing=5&person=reader-7&mine=1&following=1&after=3',
])('no statement of the stream with %j goes through a whole table', async (query) => {
  const { learner } = cast
  await learner.get(stream(query))
  const statements = await site.statements(async () => (await learner.get(stream(query))).text())
  expect(scansIn(statements)).toEqual([])
})

test.each(['everywhere', 'rarest', `"${wordOf(0)} ${wordOf(1)}"`, 'ev', 'everywhere&kind=answers&before=900'])(
  'no statement of a search for %j goes through a whole table',
  async (q) => {
    const { learner } = cast
    await learner.get(`/search?q=${q}`)
    const statements = await site.statements(async () => (await learner.get(`/search?q=${q}`)).text())
    expect(scansIn(statements)).toEqual([])
  },
)

test('a page of ids sorts no more rows than the page has', async () => {
  const statements = await site.statements(async () => {
    for (const query of ['', 'thing=5', 'unanswered=1', 'following=1', 'q=everywhere', 'mine=1']) {
      await cast.learner.get(stream(query))
    }
  })
  const found = statements.filter((sql) => sql.includes('WITH found'))
  expect(found).toHaveLength(6)
  for (const sql of found) {
    const plan = site.db.prepare<[], { id: number; parent: number; detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all()
    const ids = plan.find(({ detail }) => detail === 'MATERIALIZE found')
    expect(plan.filter(({ parent, detail }) => parent === ids?.id && detail.includes('TEMP B-TREE'))).toEqual([])
  }
})
