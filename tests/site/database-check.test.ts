import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, utimesSync, writeFileSync, writeSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createCheckRecord } from '../../server/db/check-record.ts'
import { openSite } from '../../server/site/open-site.ts'
import { testSite } from '../support/site.ts'

const NOW = Temporal.Instant.from('2026-03-02T07:00:00Z')
const never = (error: unknown) => {
  throw error
}

function temporary(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'database-check-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A data folder whose database was found sound, and whose site was stopped in order. */
function stopped() {
  const folder = temporary()
  const file = path.join(folder, 'twentythree.sqlite')
  writeFileSync(file, 'as it was')
  const record = createCheckRecord(folder)
  record.found(NOW, null)
  record.stopped()
  return { file, record }
}

test('after a clean stop a database is checked once a day', () => {
  const { record } = stopped()
  expect(record.isDue(NOW.add({ hours: 24 }))).toBe(false)
  expect(record.isDue(NOW.add({ hours: 24, seconds: 1 }))).toBe(true)
})

test.each<[string, (site: ReturnType<typeof stopped>) => void]>([
  ['a stop that was not clean', ({ record }) => record.started()],
  ['another size', ({ file }) => writeFileSync(file, 'as it was, and more')],
  ['another time of change', ({ file }) => utimesSync(file, 1, 1)],
  ['a check that found something', ({ record }) => record.found(NOW, 'page 7 is never used')],
  ['a record that is gone', ({ file }) => rmSync(`${file}-check.json`)],
  ['a record that cannot be read', ({ file }) => writeFileSync(`${file}-check.json`, '{')],
])('a database is checked after %s', (_what, happen) => {
  const site = stopped()
  happen(site)
  expect(site.record.isDue(NOW)).toBe(true)
})

test('a start checks where the last stop was not clean, and only then', async () => {
  const folder = temporary()
  const record = createCheckRecord(folder)
  let now = NOW
  const start = () => openSite(folder, { now: () => now }, never)
  const first = await start()
  first.close()
  // a new database had nothing to check; the next start checks it
  now = NOW.add({ minutes: 1 })
  const second = await start()
  second.close()
  expect(record.read()).toMatchObject({ checked_at: '2026-03-02T07:01:00.000Z', running: false, problem: null })
  now = NOW.add({ minutes: 2 })
  const third = await start()
  expect(record.read().checked_at).toBe('2026-03-02T07:01:00.000Z')
  third.close()
  record.started()
  now = NOW.add({ minutes: 3 })
  const fourth = await start()
  expect(record.read()).toMatchObject({ checked_at: '2026-03-02T07:03:00.000Z', stopped: null })
  fourth.close()
})

test('the result of the database check is shown at /readyz and to admins', async () => {
  await using site = await testSite()
  const { admin, organiser } = site.cast()
  const ready = async () => {
    const answer = await fetch(`${site.origin}/readyz`)
    return { status: answer.status, ...(await answer.json()).database_check }
  }
  const { databaseCheck, backups } = site.services
  // whoever makes the first backup makes the folder
  await backups.make()
  expect(await ready()).toEqual({ status: 200, running: false, checked_at: '2026-03-02T07:00:00.000Z', problem: null })
  databaseCheck.began()
  expect(await ready()).toMatchObject({ status: 200, running: true })
  expect(await admin.read('/admin')).toContain('The database is being checked')
  databaseCheck.found(NOW, 'Page 7: never used')
  databaseCheck.ended()
  expect(await ready()).toMatchObject({ status: 503, running: false, problem: 'Page 7: never used' })
  expect(await admin.read('/admin')).toMatch(/The database is damaged[\s\S]*Page 7: never used/)
  expect(await organiser.read('/admin')).not.toContain('Page 7')
})

test('no backup is made of a damaged database, and earlier ones are kept', async () => {
  const file = path.join(temporary(), 'twentythree.sqlite')
  await using site = await testSite({ file })
  const { backups, databaseCheck, settings } = site.services
  settings.set('backups_kept', '1')
  const good = await backups.make()
  site.clock.advance({ hours: 1 })
  site.db.pragma('wal_checkpoint(TRUNCATE)')
  const page =
    site.db.prepare<[], number>("SELECT rootpage FROM sqlite_schema WHERE name = 'badge_picture'").pluck().get() ?? 0
  const handle = openSync(file, 'r+')
  writeSync(handle, Buffer.alloc(4096, 0x5a), 0, 4096, (page - 1) * 4096)
  closeSync(handle)
  // the connection forgets the pages it has read
  site.db.pragma('shrink_memory')
  await expect(backups.make()).rejects.toThrow(/^The database is damaged: /)
  expect(backups.list().map(({ name }) => name)).toEqual([good.name])
  expect(readdirSync(path.join(site.config.data_dir, 'backups'))).toEqual([good.name])
  expect(databaseCheck.read().problem).not.toBeNull()
})

test('the newest valid backup is kept even if the clock was set back', async () => {
  await using site = await testSite({ now: '2026-03-02T07:00:00Z' })
  const { backups, settings } = site.services
  settings.set('backups_kept', '2')
  for (let round = 0; round < 2; round++) {
    await backups.make()
    site.clock.advance({ hours: 1 })
  }
  site.clock.set('2026-01-01T00:00:00Z')
  const newest = await backups.make()
  expect(backups.list().map(({ name }) => name)).toEqual(['twentythree-20260302-080000.zip', newest.name])
})
