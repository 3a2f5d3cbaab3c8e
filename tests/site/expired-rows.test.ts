import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { testSite } from '../support/site.ts'

test('expired rows are deleted while the site runs, others stay', async () => {
  using site = await testSite()
  const [early, late] = [site.person(), site.person()]
  await site.services.jobs.runDue()
  site.db.prepare("UPDATE session SET expires_at = '2026-03-02T07:05:00.000Z' WHERE person_id = ?").run(early.id)
  const once = site.db.prepare("INSERT INTO once (person_id, once, location, done_at) VALUES (?, ?, '/', ?)")
  once.run(early.id, 'old', '2026-01-01T07:00:00.000Z')
  once.run(early.id, 'new', '2026-03-01T07:00:00.000Z')
  const row = { early: early.id, late: late.id, past: '2026-03-02T07:05:00.000Z', next: '2026-03-02T09:00:00.000Z' }
  const rows = `
    INSERT INTO failure_limit (key, hits, resets_at) VALUES ('old', 1, :past), ('new', 1, :next);
    INSERT INTO feed_look (person_id, looks, resets_at) VALUES (:early, 1, :past), (:late, 1, :next);
    INSERT INTO mention_hour (person_id, began_at, made) VALUES (:early, '2026-03-02T06:00:00.000Z', 1), (:late, :past, 1);
    INSERT INTO password_reset (token_hash, person_id, made_at, expires_at)
    VALUES ('old', :early, '', '2026-03-01T07:05:00.000Z'), ('new', :late, '', :past)`
  for (const sql of rows.split(';')) site.db.prepare(sql).run(row)

  site.clock.advance({ minutes: 10 })
  await site.services.jobs.runDue()

  const column = (sql: string) => site.db.prepare(sql).pluck().all()
  expect(column('SELECT person_id FROM session')).toEqual([late.id])
  expect(column('SELECT once FROM once')).toEqual(['new'])
  expect(column('SELECT key FROM failure_limit')).toEqual(['new'])
  expect(column('SELECT person_id FROM feed_look')).toEqual([late.id])
  expect(column('SELECT person_id FROM mention_hour')).toEqual([late.id])
  expect(column('SELECT token_hash FROM password_reset')).toEqual(['new'])
})

test('expired rows are deleted in batches, each in its own transaction and turn of the event loop', async () => {
  using site = await testSite()
  await site.services.jobs.runDue()
  site.db.exec(`
    INSERT INTO session (id_hash, data, created_at, touched_at, expires_at)
    WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 1801)
    SELECT value, '{}', '', '', '2026-03-02T07:00:00.000Z' FROM n`)
  site.clock.advance({ minutes: 10 })
  const count = site.db.prepare<[], number>('SELECT count(*) FROM session').pluck()
  const left: number[] = []
  let over = false
  const watch = () => {
    left.push(count.get() ?? 0)
    if (!over) setImmediate(watch)
  }
  watch()
  await site.services.jobs.runDue()
  over = true
  await nextTurn()
  expect([...new Set(left)]).toEqual([1801, 1301, 801, 301, 0])
})

test('expired rows are found by an index', async () => {
  using site = await testSite()
  const deletions = await site.statements(() => site.services.jobs.runDue())
  const plans = deletions
    .filter((sql) => /^\s*DELETE FROM (session|once|failure_limit|feed_look|mention_hour|password_reset)/.test(sql))
    .map((sql) => site.db.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all())
  expect(plans).toHaveLength(6)
  // the one SCAN that is fine reads the value itself
  const scans = plans.flat().filter(({ detail }) => detail.startsWith('SCAN') && detail !== 'SCAN CONSTANT ROW')
  expect(scans).toEqual([])
})
