import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openDatabase } from '../../server/db/open.ts'
import { createServices } from '../../server/services.ts'
import { createLog } from '../../server/web/operations/request-log.ts'
import { type TestSite, testSite } from '../support/site.ts'

// Two processes on one file: two connections with the site's own services. Acts are interleaved, sent twice and cut off.

/** Slugs of what a person holds, and how often each was told to have been earned. */
function holdings(site: TestSite, person: { id: number }) {
  const slugs = site.db
    .prepare<[number], string>(
      'SELECT slug FROM award JOIN badge ON badge.id = badge_id WHERE person_id = ? ORDER BY slug',
    )
    .pluck()
    .all(person.id)
  const told = site.db
    .prepare<[number], string>(
      "SELECT detail ->> 'badge' AS slug FROM activity WHERE kind = 'award.earned' AND person_id = ? ORDER BY slug",
    )
    .pluck()
    .all(person.id)
  return { slugs, told }
}

const step = fc.record({
  process: fc.constantFrom(0, 1),
  number: fc.integer({ min: 1, max: 7 }),
  /** Sent twice, cut off before it was kept, or neither. */
  how: fc.constantFrom('once', 'twice', 'cut off'),
})

test('one award for each rule that holds, whatever the order, process, resubmission or crash', async () => {
  const file = path.join(tmpdir(), `giving-${process.pid}.db`)
  await using site = await testSite({ file, now: '2027-01-01T12:00:00Z' })
  const other = openDatabase(file)
  try {
    const services = [
      site.services,
      createServices(site.config, other, {
        clock: site.clock,
        log: createLog('silent'),
        resolve: async () => ['127.0.0.1'],
      }),
    ] as const
    const databases = [site.db, other] as const
    const cohort = site.cohort()

    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const learner = cohort.enrol(site.person())
        const done = new Set<number>()
        for (const { process, number, how } of steps) {
          const { enrolments, progress, reflections } = services[process] ?? services[0]
          const enrolment = enrolments.find(learner.id, cohort.slug)
          const thing = enrolment && progress.openThing(enrolment, number)
          if (!enrolment || !thing) throw new Error('the thing is open')
          const publish = () =>
            reflections.publish(enrolment, thing.id, { title: '', body: 'Tried it at the desk.', audience: 'cohort' })
          if (how === 'cut off') {
            const cut = databases[process === 0 ? 0 : 1].transaction(() => {
              publish()
              throw new Error('the power is gone')
            })
            expect(cut).toThrow('the power is gone')
            continue
          }
          publish()
          if (how === 'twice') publish()
          done.add(number)
        }
        const { slugs, told } = holdings(site, learner)
        const expected = [
          ...(done.size > 0 ? ['first-reflection'] : []),
          ...(done.size >= 5 ? ['five-things'] : []),
          ...([1, 2, 3, 4, 5].every((number) => done.has(number)) ? ['safe-start'] : []),
        ]
        expect(slugs).toEqual(expected)
        expect(told).toEqual(expected)
      }),
      { numRuns: 40 },
    )
  } finally {
    other.close()
    for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true })
  }
})

test('two processes that award at the same time make one award, and the second is told', async () => {
  const file = path.join(tmpdir(), `giving-two-${process.pid}.db`)
  await using site = await testSite({ file })
  const other = openDatabase(file)
  try {
    const { cohort, learner } = site.cast()
    const second = createServices(site.config, other, {
      clock: site.clock,
      log: createLog('silent'),
      resolve: async () => [],
    })
    const badge_id = site.db.prepare<[], number>("SELECT id FROM badge WHERE slug = 'ten-answers'").pluck().get() ?? 0
    const activity_id = site.services.activity.record('reflection.edited', {})
    const give = ({ badges }: typeof second) => badges.give(badge_id, learner.id, cohort.id, { activity_id })
    expect([give(site.services), give(second), give(site.services)]).toEqual([expect.any(String), null, null])
    expect(holdings(site, learner)).toEqual({ slugs: ['ten-answers'], told: ['ten-answers'] })
  } finally {
    other.close()
    for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true })
  }
})

test('a revoked award is not made again by later activity', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  site.reflection(learner, cohort)
  site.db.prepare("UPDATE award SET revoked_at = '2026-03-02T08:00:00.000Z'").run()
  site.reflection(learner, cohort, { number: 2 })
  expect(holdings(site, learner).told).toEqual(['first-reflection'])
})

test('a draft, a badge of another cohort and one that is switched off are awarded to nobody', async () => {
  await using site = await testSite()
  const { cohort, other, learner } = site.cast()
  const put = site.db.prepare(`
    INSERT INTO badge (course_id, slug, position, title, meaning, shape, hue, rule, draft, cohort_id)
    SELECT course_id, :slug, :position, 'B', 'B', 'star', 'plain', '{"kind":"first-reflection"}', :draft, :cohort_id
      FROM cohort WHERE id = :of`)
  const of = cohort.id
  put.run({ slug: 'a-draft', position: 30, draft: 1, cohort_id: null, of })
  put.run({ slug: 'of-others', position: 31, draft: 0, cohort_id: other.id, of })
  put.run({ slug: 'no-more', position: 0, draft: 0, cohort_id: null, of })
  put.run({ slug: 'of-hers', position: 32, draft: 0, cohort_id: cohort.id, of })
  site.db.exec('UPDATE course SET revision = revision + 1')
  site.reflection(learner, cohort)
  expect(holdings(site, learner).slugs).toEqual(['first-reflection', 'of-hers'])
})
