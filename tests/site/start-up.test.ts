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
