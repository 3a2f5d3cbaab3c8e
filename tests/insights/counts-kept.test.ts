import fc from 'fast-check'
import { expect, test } from 'vitest'
import { testSite } from '../support/site.ts'

/** What the triggers keep, counted anew. */
const PEOPLE = `
  SELECT enrolment.id, things_done, last_wrote_at,
         (SELECT count(*) FROM completion WHERE enrolment_id = enrolment.id) AS counted,
         max((SELECT coalesce(max(completed_at), '') FROM completion WHERE enrolment_id = enrolment.id),
             coalesce((SELECT max(written_at) FROM comment JOIN reflection ON reflection.id = reflection_id
                        WHERE comment.person_id = enrolment.person_id AND reflection.cohort_id = enrolment.cohort_id), '')) AS wrote_at
    FROM enrolment ORDER BY id`
const KEPT = 'SELECT * FROM thing_tally WHERE done > 0 ORDER BY cohort_id, thing_id'
const COUNTED = `
  SELECT cohort_id, completion.thing_id, count(*) AS done, count(pulse.thing_id) AS answered,
         count(*) FILTER (WHERE useful = 'yes') AS useful, count(*) FILTER (WHERE useful = 'some') AS partly_useful,
         count(*) FILTER (WHERE will_use = 'yes') AS will_use, count(*) FILTER (WHERE will_use = 'perhaps') AS perhaps
    FROM enrolment JOIN completion ON completion.enrolment_id = enrolment.id
    LEFT JOIN pulse ON pulse.enrolment_id = completion.enrolment_id AND pulse.thing_id = completion.thing_id
   WHERE role = 'learner' AND left_at IS NULL GROUP BY cohort_id, completion.thing_id ORDER BY cohort_id, completion.thing_id`

/** What can happen to what is counted, as the site's own statements write it. */
const ACTS = [
  `INSERT INTO completion (enrolment_id, thing_id, rule, completed_at) VALUES (:enrolment_id, :thing_id, 'reflection', :now)
   ON CONFLICT DO NOTHING`,
  'DELETE FROM completion WHERE enrolment_id = :enrolment_id AND thing_id = :thing_id',
  'DELETE FROM completion WHERE enrolment_id = :enrolment_id',
  `INSERT INTO pulse (enrolment_id, thing_id, useful, will_use, line, given_at)
   VALUES (:enrolment_id, :thing_id, :useful, :will_use, NULL, :now)
   ON CONFLICT DO UPDATE SET useful = excluded.useful, will_use = excluded.will_use`,
  'DELETE FROM pulse WHERE enrolment_id = :enrolment_id AND thing_id = :thing_id',
  "UPDATE enrolment SET role = CASE role WHEN 'learner' THEN 'guide' ELSE 'learner' END WHERE id = :enrolment_id",
  'UPDATE enrolment SET left_at = CASE WHEN left_at IS NULL THEN :now END WHERE id = :enrolment_id',
  `INSERT INTO comment (reflection_id, person_id, body, html, renderer, audience, written_at)
   SELECT reflection.id, enrolment.person_id, '', '', 1, 'cohort', :now
     FROM reflection JOIN enrolment ON enrolment.id = :enrolment_id ORDER BY reflection.id DESC LIMIT 1`,
  'UPDATE comment SET person_id = NULL, deleted_at = written_at WHERE id = (SELECT max(id) FROM comment WHERE person_id IS NOT NULL)',
  'DELETE FROM comment WHERE id = (SELECT min(id) FROM comment)',
  'DELETE FROM reflection WHERE enrolment_id = :enrolment_id',
]

const act = fc.record({
  sql: fc.constantFrom(...ACTS),
  person: fc.nat(2),
  thing: fc.nat(2),
  useful: fc.constantFrom('yes', 'some', 'no'),
  will_use: fc.constantFrom('yes', 'perhaps', 'no'),
})

test('stored counts of a cohort equal a recount, whatever happens in whatever order', async () => {
  using site = await testSite()
  const { cohort, learner, peer, guide } = site.cast()
  for (const person of [learner, peer]) site.reflection(person, cohort, { audience: 'cohort' })
  const ids = (sql: string, ...values: number[]) =>
    site.db
      .prepare<number[], number>(sql)
      .pluck()
      .all(...values)
  const enrolments = [learner, peer, guide].map(({ id }) => ids('SELECT id FROM enrolment WHERE person_id = ?', id)[0])
  const things = ids('SELECT id FROM thing ORDER BY id LIMIT 3')
  let moment = 0
  fc.assert(
    fc.property(fc.array(act, { minLength: 5, maxLength: 40 }), (acts) => {
      site.db.exec('SAVEPOINT before')
      try {
        for (const { sql, person, thing, ...more } of acts) {
          moment += 1
          const now = `2026-04-01T00:00:00.${String(moment % 1000).padStart(3, '0')}Z`
          const all: Record<string, unknown> = {
            ...more,
            enrolment_id: enrolments[person],
            thing_id: things[thing],
            now,
          }
          const asked = Object.entries(all).filter(([name]) => sql.includes(`:${name}`))
          site.db.prepare(sql).run(Object.fromEntries(asked))
        }
        agree()
        site.db.prepare('DELETE FROM enrolment WHERE id = ?').run(enrolments[0])
        agree()
      } finally {
        site.db.exec('ROLLBACK TO before; RELEASE before')
      }
    }),
    { numRuns: 100 },
  )

  function agree(): void {
    expect(site.db.prepare(KEPT).all()).toEqual(site.db.prepare(COUNTED).all())
    for (const row of site.db.prepare<[], Record<string, unknown>>(PEOPLE).all())
      expect([row['things_done'], row['last_wrote_at']]).toEqual([row['counted'], row['wrote_at']])
  }
})

test('the counts of a deleted cohort are deleted', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  site.reflection(learner, cohort)
  site.db.prepare('DELETE FROM cohort WHERE id = ?').run(cohort.id)
  expect(site.db.prepare('SELECT count(*) FROM thing_tally').pluck().get()).toBe(0)
})
