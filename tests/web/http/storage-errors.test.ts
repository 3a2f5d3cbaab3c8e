import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import SQLite from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Browser } from '../../support/http-client.ts'
import { testSite } from '../../support/site.ts'
import { guessed } from '../../support/wrong-guesses.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'twentythree-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A site in a file, with something new to everybody, and the write lock in another connection's hands. */
async function lockedSite() {
  const file = path.join(folder, 'twentythree.sqlite')
  const site = await testSite({ file })
  const cast = site.cast()
  const mine = site.reflection(cast.learner, cast.cohort)
  await cast.peer.post(`/reflections/${mine}/comments`, { body: 'Well done, @amara-okonkwo.' })
  await cast.learner.get(`/reflections/${mine}`)
  await cast.guide.post(`/reflections/${mine}/comments`, { body: 'What will you try next?' })
  // everybody was here too long ago to be still "here"
  site.clock.advance({ hours: 24 * 2 })
  const other = new SQLite(file)
  other.exec('BEGIN IMMEDIATE')
  return { site, ...cast, mine, unlock: () => other.close() }
}

/** Follows the links of pages, each once. @returns the addresses that were not answered as they should be */
async function crawl(browser: Browser, from: string[], most: number): Promise<{ seen: number; bad: string[] }> {
  const found = new Set(from)
  const bad: string[] = []
  let seen = 0
  for (const address of found) {
    if (seen++ >= most) break
    const answer = await browser.get(address)
    if (answer.status >= 500) bad.push(`${answer.status} ${address}`)
    if (!answer.headers.get('content-type')?.startsWith('text/html')) continue
    for (const [, href = ''] of (await answer.text()).matchAll(/href="(\/[^"#]*)/g)) {
      if (!href.startsWith('/assets/')) found.add(href.replaceAll('&amp;', '&'))
    }
  }
  return { seen, bad }
}

test('with the database locked by another process every page is read as before', async () => {
  const { site, learner, organiser, admin, guest, cohort, mine, unlock } = await lockedSite()
  const start = [cohort.at(''), `/reflections/${mine}`, '/notices', cohort.at('/things/1'), cohort.at('/reflections')]
  const crawls = await Promise.all([
    crawl(learner, start, 90),
    crawl(organiser, ['/admin', ...start], 60),
    crawl(admin, ['/admin', '/admin/settings'], 60),
    crawl(guest, ['/', '/login'], 20),
  ])
  // what has to be on record before it leaves is a write: an export, and the place of a badge in its status list
  const onRecord = /^503 \/(?:admin\/people\.csv|awards\/[\w-]+\/(?:badge|credential)\.\w+|verify\?award=[\w-]+)$/
  const bad = crawls.flatMap((each) => each.bad)
  expect(bad.filter((line) => !onRecord.test(line))).toEqual([])
  expect(crawls.reduce((sum, { seen }) => sum + seen, 0)).toBeGreaterThan(100)
  // what reading would have noted was left out, and is noted the next time
  const touched = site.db.prepare<[number], string>('SELECT max(touched_at) FROM session WHERE person_id = ?').pluck()
  expect(touched.get(learner.id)).toBe('2026-03-02T07:00:00.000Z')
  unlock()
  await learner.get(cohort.at(''))
  expect(touched.get(learner.id)).toBe('2026-03-04T07:00:00.000Z')
  await site[Symbol.asyncDispose]()
})

test('with the database locked one can sign out: the session is worth nothing at once, and deleted later', async () => {
  const { site, learner, peer, unlock } = await lockedSite()
  const sessions = site.db.prepare<[number], number>('SELECT count(*) FROM session WHERE person_id = ?').pluck()
  const stolen = new Map(learner.cookies)
  const answer = await learner.post('/logout')
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/'])
  expect(learner.cookies.size).toBe(0)
  for (const [name, value] of stolen) learner.cookies.set(name, value)
  expect((await learner.get('/me')).headers.get('location')).toMatch(/^\/login/)
  expect(sessions.get(learner.id)).toBe(1)
  unlock()
  await peer.post('/logout')
  expect([sessions.get(learner.id), sessions.get(peer.id)]).toEqual([0, 0])
  await site[Symbol.asyncDispose]()
})

test('a write waits for the lock while pages are answered, and is refused in words when it lasts', async () => {
  const { site, learner, peer, mine, unlock } = await lockedSite()
  const write = (once: string) => peer.post(`/reflections/${mine}/comments`, { body: 'And then?', once })
  let waits = true
  const refusing = write('first').finally(() => {
    waits = false
  })
  let pages = 0
  while (waits && pages < 20) {
    expect((await learner.get('/notices')).status).toBe(200)
    pages += 1
  }
  const answer = await refusing
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
  expect(await answer.text()).toContain('Reading still works')
  // the loop was free: SQLite's own waiting lets one page through, if any
  expect(pages).toBeGreaterThan(2)
  const waiting = write('second')
  expect((await learner.get('/notices')).status).toBe(200)
  unlock()
  expect((await waiting).status).toBe(303)
  await site[Symbol.asyncDispose]()
})

test('wrong passwords are counted while nothing can be written', async () => {
  const { site, learner, unlock } = await lockedSite()
  const guess = () => site.guest().post('/login', { email: learner.email, password: 'not the password' })
  unlock()
  await guessed(site, 18, learner.email, '127.0.0.1')
  site.db.pragma('query_only = ON')
  for (const status of [422, 422, 429]) expect((await guess()).status).toBe(status)
  site.db.pragma('query_only = OFF')
  await site[Symbol.asyncDispose]()
})

test('on a full disk writes are refused in words, reading goes on, and all is well again without a restart', async () => {
  using site = await testSite()
  const { learner, cohort } = site.cast()
  const address = cohort.at('/things/1/reflection')
  const form = (once: string) => ({
    title: 'Long',
    body: 'word '.repeat(7000),
    audience: 'cohort',
    intent: 'publish',
    once,
  })
  const pages = Number(site.db.pragma('page_count', { simple: true }))
  site.db.exec('VACUUM')
  site.db.pragma(`max_page_count = 1`)
  const refused = await learner.post(address, form('first'))
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([507, '300'])
  const page = await refused.text()
  expect(page).toContain('no free disk space')
  // nothing typed is lost: the page sends it again
  expect(page).toMatch(/<textarea [^>]*name="title"[^>]*>\nLong<\/textarea>/)
  site.clock.advance({ hours: 48 })
  expect((await learner.get(cohort.at(''))).status).toBe(200)
  expect((await learner.get('/notices')).status).toBe(200)
  site.db.pragma(`max_page_count = ${pages * 10}`)
  expect((await learner.post(address, form('second'))).status).toBe(303)
})
