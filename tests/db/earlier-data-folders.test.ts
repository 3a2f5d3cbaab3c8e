import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseFile, openDataFolder } from '../../server/db/data-folder.ts'
import { openDatabase } from '../../server/db/open.ts'
import type { Demo } from '../support/demo-process.ts'
import { type TestSite, testSite } from '../support/site.ts'

// A data folder of each release, as tests/fixtures/make-data-folder.ts kept it.

type Fixture = Pick<Demo, 'cohort' | 'accounts'> & { now: string }

const FIXTURES = path.join(import.meta.dirname, '../fixtures')
const folders = readdirSync(FIXTURES).filter((name) => name.startsWith('data-folder-'))
const KEPT = ['person', 'enrolment', 'completion', 'reflection', 'comment', 'cheer', 'award', 'image', 'activity']

function rowCounts(file: string): Record<string, unknown> {
  const db = openDatabase(file)
  const counts = KEPT.map((table) => [table, db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()])
  db.close()
  return Object.fromEntries(counts)
}

test('there is a data folder to migrate', () => {
  expect(folders).toContain('data-folder-0.1.0')
})

describe.each(folders)('%s', (name) => {
  const fixture = path.join(FIXTURES, name)
  const { now, cohort, accounts }: Fixture = JSON.parse(readFileSync(path.join(fixture, 'demo.json'), 'utf8'))
  let site: TestSite
  let before: Record<string, unknown>
  let file: string

  beforeAll(async () => {
    const data_dir = mkdtempSync(path.join(os.tmpdir(), 'twentythree-'))
    file = databaseFile(data_dir)
    cpSync(path.join(fixture, 'uploads'), path.join(data_dir, 'uploads'), { recursive: true })
    writeFileSync(file, brotliDecompressSync(readFileSync(path.join(fixture, 'twentythree.sqlite.br'))))
    before = rowCounts(file)
    openDataFolder(data_dir, Temporal.Instant.from(now)).close()
    site = await testSite({ now, data_dir, file })
  })
  afterAll(() => site[Symbol.asyncDispose]())

  async function signedIn(who: keyof Demo['accounts']) {
    const browser = site.guest()
    const { email, password } = accounts[who]
    expect((await browser.post('/login', { email, password })).status).toBe(303)
    return browser
  }

  test('is migrated whole: sound, and with all its rows', () => {
    expect(rowCounts(file)).toEqual(before)
    expect(Object.values(before)).not.toContain(0)
    expect(site.db.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(site.db.pragma('foreign_key_check')).toEqual([])
  })

  test.each([
    ['learner', [`/cohorts/${cohort}`, `/cohorts/${cohort}/things/1`, `/cohorts/${cohort}/badges`, '/notices']],
    ['guide', [`/cohorts/${cohort}/reflections?unanswered=1`, `/admin/cohorts/${cohort}/queue`]],
    ['organiser', [`/admin/cohorts/${cohort}`, `/admin/cohorts/${cohort}/calendar`]],
    ['admin', ['/admin', '/admin/people', '/admin/log', '/admin/courses', '/admin/settings']],
    ['stranger', ['/home', '/me']],
  ] as const)('its %s signs in and reads their pages', async (who, addresses) => {
    const browser = await signedIn(who)
    for (const address of addresses) {
      const answer = await browser.get(address)
      // /home leads to a cohort
      expect([address, answer.status]).toEqual([address, address === '/home' ? 303 : 200])
    }
  })

  test('a reflection is read with its pictures, found by search, and commented on', async () => {
    const learner = await signedIn('learner')
    const id = site.db.prepare("SELECT id FROM reflection WHERE title = 'The shelf by the door'").pluck().get()
    const page = await learner.read(`/reflections/${id}`)
    const pictures = [...page.matchAll(/src="(\/images\/[^"]+)"/g)].map(([, address]) => address ?? '')
    expect(pictures).toHaveLength(2)
    for (const address of pictures) expect((await learner.get(address)).status).toBe(200)
    await site.services.jobs.runDue()
    expect(await learner.read('/search?q=shelf')).toContain(`href="/reflections/${id}"`)
    const guide = await signedIn('guide')
    expect((await guide.post(`/reflections/${id}/comments`, { body: 'From a later version.' })).status).toBe(303)
    expect(await learner.read(`/reflections/${id}`)).toContain('From a later version.')
  })
})
