import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { registerSqlFunctions } from '../../server/people/sql-functions.ts'
import { type TestSite, testSite } from '../support/site.ts'
import { crowd } from './crowd.ts'

const PEOPLE = 4400

let site: TestSite
let cohort: ReturnType<TestSite['cohort']>
beforeAll(async () => {
  site = await testSite({ now: '2026-06-10T07:00:00Z' })
  cohort = site.cohort()
  crowd(site, cohort.id, PEOPLE, '<p>I tried it.</p>')
  for (let number = 0; number < 366; number++) site.pod(cohort, [], `Pod ${number}`)
  site.db.exec(`
    UPDATE enrolment SET pod_id = (SELECT min(id) FROM pod) + id % 366 WHERE role = 'learner';
    INSERT INTO pause (enrolment_id, since) SELECT id, joined_at FROM enrolment WHERE role = 'learner' AND id % 50 = 0`)
})
afterAll(() => site[Symbol.asyncDispose]())

const at = (path: string) => `/admin/cohorts/${cohort.slug}${path}`

test('the first page of the grid of 4,400 people is small', async () => {
  const html = await cohort.organiser.read(at('/grid'))
  expect(html.match(/<tr><th scope="row">/g)).toHaveLength(50)
  expect(gzipSync(html, { level: 1 }).length).toBeLessThan(25_000)
})

test.each([
  '',
  '?sort=workplace',
  '?sort=seen&page=40',
  '?sort=done',
  '?sort=least&page=80',
  '?state=silent',
  '?state=paused&sort=done',
  '?pod=1&state=going',
  '?pod=none',
])('the grid %j of 4,400 people takes few statements', async (query) => {
  const page = at(`/grid${query}`)
  await cohort.organiser.read(page)
  const statements = await site.statements(() => cohort.organiser.read(page))
  expect(statements.length).toBeLessThanOrEqual(8)
})

function stepsOf(sql: string): string[] {
  const explain = site.db.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
  return explain.all().map(({ detail }) => detail)
}

test.each(['/grid', '/grid?sort=workplace', '/grid?sort=done', '/grid?sort=least', '/people', '/people?after=77'])(
  'the page %j is read in the order of an index, and works out no sort names',
  async (path) => {
    await cohort.organiser.read(at(path))
    let folded = 0
    site.db.function('folded', { deterministic: true }, (text: unknown) => {
      folded += 1
      return text
    })
    const statements = await site.statements(() => cohort.organiser.read(at(path)))
    registerSqlFunctions(site.db)
    // once for what is searched for: in the list, and in its number
    expect(folded).toBeLessThanOrEqual(2)
    const lists = statements.filter((sql) => /ORDER BY (?:enrolment\.sort_|things_done)/.test(sql))
    expect(lists).toHaveLength(1)
    // the fifty rows of the grid's page are sorted once more, after what each person did was put to them
    const sorts = stepsOf(lists[0] ?? '').filter((step) => step.includes('TEMP B-TREE'))
    expect(sorts).toHaveLength(path.startsWith('/grid') ? 1 : 0)
  },
)

test('the file of all of them has them all', async () => {
  const answer = await cohort.organiser.get(at('/grid.csv'))
  const addresses = (await answer.text()).match(/crowd\d+@library\.example/g)
  expect(new Set(addresses).size).toBe(PEOPLE)
})

test('inviting a thousand addresses looks all of them up in two statements', async () => {
  const addresses = Array.from({ length: 1000 }, (_, number) => `new${number}@library.example`).join('\n')
  const statements = await site.statements(() => cohort.organiser.post(at('/invitations'), { addresses }))
  const looking = statements.filter((sql) => sql.includes('json_each'))
  expect(looking).toHaveLength(2)
})
