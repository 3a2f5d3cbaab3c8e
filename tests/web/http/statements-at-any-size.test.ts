import { expect, onTestFinished, test, vi } from 'vitest'
import { LazyStatement } from '../../../server/db/lazy-statement.ts'
import { crowd } from '../../insights/crowd.ts'
import { type Actor, testSite } from '../../support/site.ts'

/** Every page that a learner opens, in a cohort where others do the same as they. */
const PAGES = [
  '/home',
  '/cohorts/spring',
  '/cohorts/spring/things/3',
  '/cohorts/spring/things/5/reflection',
  '/cohorts/spring/reflections',
  '/cohorts/spring/reflections?thing=3',
  '/cohorts/spring/reflections?pod=3',
  '/cohorts/spring/reflections?unanswered=1',
  '/cohorts/spring/reflections?following=1',
  '/reflections/1',
  '/reflections/1/people?q=am',
  '/cohorts/spring/badges',
  '/cohorts/spring/pods',
  '/cohorts/spring/pods/1',
  '/cohorts/spring/announcements',
  '/cohorts/spring/hours',
  '/cohorts/spring/blog',
  '/cohorts/spring/feeds',
  '/notices',
  '/search?q=entrance',
  '/people/amara-okonkwo',
  '/me',
]

/** A learner with a little of everything in a cohort of so many others, in pods of seven. */
async function cohortOf(others: number) {
  const site = await testSite({ now: '2026-06-30T07:00:00Z' })
  onTestFinished(() => site[Symbol.dispose]())
  const { cohort, learner, peer } = site.cast()
  site.reflection(learner, cohort, { number: 1 })
  crowd(site, cohort.id, others)
  const pods = Math.floor(others / 7)
  for (let number = 1; number <= pods; number += 1) site.services.pods.make(cohort.id, `Pod ${number}`, null)
  site.db
    .prepare("UPDATE enrolment SET pod_id = (SELECT min(id) FROM pod) + id % :pods WHERE role = 'learner'")
    .run({ pods })
  await peer.post('/reflections/1/comments', { body: 'How did you get there?' })
  return learner
}

/** What one page takes: statements, the rows that they give, bytes of its text. */
async function costOf(learner: Actor, path: string) {
  await learner.read(path)
  const rows = { statements: 0, rows: 0 }
  const { all, get } = LazyStatement.prototype
  vi.spyOn(LazyStatement.prototype, 'all').mockImplementation(function (this: LazyStatement, ...values) {
    const found = all.apply(this, values)
    rows.statements += 1
    rows.rows += found.length
    return found
  })
  vi.spyOn(LazyStatement.prototype, 'get').mockImplementation(function (this: LazyStatement, ...values) {
    const found = get.apply(this, values)
    rows.statements += 1
    rows.rows += found === undefined ? 0 : 1
    return found
  })
  try {
    const bytes = (await learner.read(path)).length
    return { ...rows, bytes }
  } finally {
    vi.restoreAllMocks()
  }
}

test('each page of a learner costs the same in a cohort three times as large', async () => {
  const small = await costsIn(430)
  const large = await costsIn(1290)
  const grown = PAGES.filter((path) => {
    const [one, other] = [small.get(path), large.get(path)]
    return !one || !other || (['statements', 'rows', 'bytes'] as const).some((what) => other[what] > one[what] * 1.15)
  })
  expect(grown.map((path) => ({ path, small: small.get(path), large: large.get(path) }))).toEqual([])
}, 120_000)

async function costsIn(others: number) {
  const learner = await cohortOf(others)
  const costs = new Map<string, Awaited<ReturnType<typeof costOf>>>()
  for (const path of PAGES) costs.set(path, await costOf(learner, path))
  return costs
}
