import { expect, test } from 'vitest'
import { startUp } from '../../server/site/start-up.ts'
import { testSite } from '../support/site.ts'

test('the first start brings the shipped course', async () => {
  using site = await testSite()
  startUp(site.services)
  expect(site.services.courses.all()).toMatchObject([{ slug: '23-mobile-things', things: 23, public: 1, revision: 1 }])
})

test('a second start writes nothing, and leaves a course alone that was changed meanwhile', async () => {
  using site = await testSite()
  startUp(site.services)
  site.db.exec("UPDATE course SET title = 'Ours', revision = 2")
  const statements = await site.statements(async () => void startUp(site.services))
  expect(statements.filter((sql) => /^\s*(INSERT|UPDATE)/i.test(sql))).toEqual([])
  expect(site.services.courses.first()?.title).toBe('Ours')
})

test('it says the address and the data folder, and the setup link alone on a line', async () => {
  using site = await testSite()
  const lines = startUp(site.services)
  expect(lines[0]).toContain('http://localhost:2323')
  expect(lines.filter((line) => /^http:\/\/localhost:2323\/setup\?token=[\w-]{43}$/.test(line))).toHaveLength(1)
})

test('sessions that are over and forms of long ago go, others stay', async () => {
  using site = await testSite()
  const [early, late] = [site.person(), site.person()]
  const once = site.db.prepare("INSERT INTO once (person_id, once, location, done_at) VALUES (?, ?, '/', ?)")
  once.run(early.id, 'old', '2026-01-01T07:00:00.000Z')
  once.run(early.id, 'new', '2026-03-01T07:00:00.000Z')
  site.db.prepare("UPDATE session SET expires_at = '2026-03-02T06:59:59.999Z' WHERE person_id = ?").run(early.id)
  startUp(site.services)
  expect(site.db.prepare('SELECT person_id FROM session').pluck().all()).toEqual([late.id])
  expect(site.db.prepare('SELECT once FROM once').pluck().all()).toEqual(['new'])
})
