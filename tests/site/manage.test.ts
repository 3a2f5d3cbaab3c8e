import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { readFolder } from '../../server/courses/format/read-folder.ts'
import { openDatabase } from '../../server/db/open.ts'
import { manage } from '../../server/manage.ts'
import type { RouteLine } from '../../server/web/source/route-table.ts'
import { managed, managedOutside } from '../support/manage-command.ts'
import { testSite } from '../support/site.ts'

const root = path.join(import.meta.dirname, '../..')
const SHIPPED = path.join(root, 'courses/23-mobile-things')

function temporary(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'manage-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

let made = ''
beforeAll(async () => {
  made = mkdtempSync(path.join(os.tmpdir(), 'manage-'))
  await managed(made, 'import-course', SHIPPED)
})
afterAll(() => rmSync(made, { recursive: true }))

/** A data folder with the course that comes along. */
function withCourse(): string {
  const folder = temporary()
  cpSync(made, folder, { recursive: true })
  return folder
}

test('an imported course is exported unchanged', async () => {
  const [data, out] = [temporary(), temporary()]
  expect((await managed(data, 'import-course', SHIPPED)).facts).toMatchObject({
    ok: true,
    slug: '23-mobile-things',
    things: 23,
    revision: 1,
  })
  expect((await managed(data, 'export-course', '23-mobile-things', out)).code).toBe(0)
  expect(readFolder(out)).toEqual(readFolder(SHIPPED))
})

test('a course goes into a ZIP and comes back; a dry run says what would change and changes nothing', async () => {
  const [data, other, out] = [withCourse(), temporary(), path.join(temporary(), 'course.zip')]
  expect((await managed(data, 'export-course', '23-mobile-things', out)).code).toBe(0)
  expect((await managed(other, 'import-course', out, '--dry-run')).facts).toMatchObject({
    ok: true,
    would_change: true,
  })
  expect((await managed(other, 'import-course', out)).facts).toMatchObject({ ok: true, revision: 1, things: 23 })
  expect((await managed(other, 'import-course', out, '--dry-run')).facts).toMatchObject({
    ok: true,
    would_change: false,
  })
})

test('a broken folder is told with file, line and what was expected, and keeps nothing', async () => {
  const [data, folder] = [temporary(), temporary()]
  cpSync(SHIPPED, folder, { recursive: true })
  const file = path.join(folder, 'things/03-locks-and-passkeys.md')
  writeFileSync(file, readFileSync(file, 'utf8').replace('\nsummary:', '\nsumary:'))
  const { code, stdout } = await managedOutside(data, 'import-course', folder, '--json')
  const facts = JSON.parse(stdout)
  expect([code, facts.ok]).toEqual([1, false])
  expect(facts.problems).toContainEqual({
    file: 'things/03-locks-and-passkeys.md',
    line: 5,
    expected: expect.stringContaining('"sumary" is not known here; expected one of'),
  })
  const db = openDatabase(path.join(data, 'twentythree.sqlite'))
  expect(db.prepare('SELECT count(*) FROM course').pluck().get()).toBe(0)
  db.close()
})

test('verbs work beside a running server, which sees what they did', async () => {
  const data = temporary()
  using site = await testSite({ file: path.join(data, 'twentythree.sqlite') })
  const person = site.person()
  const { code, stdout } = await managedOutside(data, 'make-admin', person.email, '--json')
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { ok: true, changed: true }])
  expect((await managed(data, 'make-admin', person.email)).facts).toMatchObject({ ok: true, changed: false })
  const renamed = await managed(data, 'change-email', person.email.toUpperCase(), 'Amara <amara.bello@branch.example>')
  expect(renamed.facts).toMatchObject({ ok: true, new_email: 'amara.bello@branch.example' })
  expect((await person.get('/me')).status).toBe(303)
  const admin = site.browserOf(person.id)
  await managed(data, 'import-course', SHIPPED)
  expect(await admin.read('/admin')).toContain('/courses/23-mobile-things')
  expect((await managed(data, 'doctor')).facts).toMatchObject({ ok: true, integrity_check: ['ok'] })
})

test('doctor reports pragmas, integrity checks and migrations', async () => {
  const data = withCourse()
  const { facts } = await managed(data, 'doctor')
  expect(facts).toMatchObject({
    ok: true,
    pragmas: { journal_mode: 'wal', synchronous: 'FULL', foreign_keys: true, busy_timeout: 5000 },
    integrity_check: ['ok'],
    foreign_key_check: [],
    migrations: { waiting: [], unknown: [] },
  })
})

test('doctor reports a row that violates a foreign key', async () => {
  const data = withCourse()
  const db = openDatabase(path.join(data, 'twentythree.sqlite'))
  db.pragma('foreign_keys = OFF')
  db.exec('UPDATE thing SET set_id = 999 WHERE id = 1')
  db.close()
  const { code, facts } = await managed(data, 'doctor')
  expect(code).toBe(1)
  expect(facts['foreign_key_check']).toEqual([expect.objectContaining({ table: 'thing', parent: 'course_set' })])
})

test('the routes are told with method, address, policy and file, sorted by address', async () => {
  const { code, facts } = await managed(temporary(), 'routes')
  const routes = facts['routes'] as RouteLine[]
  expect(code).toBe(0)
  expect(routes).toContainEqual(
    expect.objectContaining({ method: 'POST', address: '/admin/people/:handle/deactivate', policy: 'admin' }),
  )
  expect(routes.map(({ address }) => address)).toEqual(routes.map(({ address }) => address).sort())
  for (const { file, line, address } of routes) {
    const lines = readFileSync(path.join(root, file), 'utf8').split('\n')
    expect(lines.slice(line - 1, line + 1).join()).toContain(`'${address}'`)
  }
  const { printed } = await manage(['routes'], {})
  expect(printed).toMatch(/^GET {3}\/ +anybody +server\/[\w/-]+\.ts:\d+$/m)
})

test.each([
  [[], 'import-course'],
  [['constructor'], 'import-course'],
  [['import-course'], '<folder or .zip>'],
  [['import-course', 'a', 'b'], '<folder or .zip>'],
  [['import-course', '/no/such/folder'], 'no folder'],
  [['export-course', 'nothing', '/tmp/never-made'], 'no course'],
  [['make-admin', 'nobody@library.example'], 'Nobody here has the address'],
  [['change-email', 'nobody@library.example', 'amara@branch.example'], 'Nobody here has the address'],
  [['change-email', 'amara@library.example', 'amara'], 'not an email address'],
  [['doctor', '--fast'], '--fast'],
])('%j is answered with what is wrong', async (args, words) => {
  const { code, facts } = await managed(temporary(), ...args)
  expect([code, facts['ok']]).toEqual([1, false])
  expect(facts['error']).toContain(words)
})

test('without --json it speaks in words: on standard output, or on standard error of what is wrong', async () => {
  const data = temporary()
  const refused = await managedOutside(data, 'doctor')
  expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^There is no database at/) })
  const told = await managedOutside(withCourse(), 'export-course', '23-mobile-things', data)
  expect(told).toMatchObject({ code: 0, stdout: expect.stringContaining(data), stderr: '' })
})

test('doctor creates no database where there is none', async () => {
  const data = temporary()
  expect((await managed(data, 'doctor')).facts['error']).toContain('There is no database at')
  expect(readFolder(data).size).toBe(0)
})
