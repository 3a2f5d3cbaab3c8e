import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Browser } from '../support/http-client.ts'
import { startServer } from '../support/server-process.ts'
import { testSite } from '../support/site.ts'

/** A file system of a few megabytes; null where none may be mounted. */
function smallDisk(): string | null {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'small-disk-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m,mode=700', 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    return null
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder]))
  return folder
}

function fill(folder: string): () => void {
  const file = path.join(folder, 'ballast')
  const { bavail, bsize } = statfsSync(folder)
  try {
    writeFileSync(file, Buffer.alloc(bavail * bsize))
  } catch (error) {
    // the server wrote meanwhile: the disk is full all the same
    if (Object(error).code !== 'ENOSPC') throw error
  }
  return () => truncateSync(file, 0)
}

test('a server on a full disk serves reading and signs out, refuses writes in words, and needs no restart', async ({
  skip,
}) => {
  const folder = smallDisk()
  if (folder === null) return skip('no file system may be mounted here')
  const now = Temporal.Now.instant()
  const jar = new Map<string, string>()
  let post = 0
  {
    using site = await testSite({ file: path.join(folder, 'twentythree.sqlite'), now: now.toString() })
    const cohort = site.cohort({
      starts_on: now.toZonedDateTimeISO('UTC').toPlainDate().subtract({ days: 3 }).toString(),
    })
    const author = cohort.enrol(site.person())
    post = site.reflection(author, cohort)
    for (const [name, value] of author.cookies) jar.set(name, value)
    // long enough ago for every page to note that somebody is here
    site.db.exec(
      "UPDATE session SET touched_at = '2026-01-01T00:00:00.000Z'; UPDATE enrolment SET seen_at = '2026-01-01T00:00:00.000Z'",
    )
  }

  // a database that was closed cleanly cannot even be opened where nothing can be written: that is said
  const freeAtStart = fill(folder)
  await expect(startServer(folder)).rejects.toThrow(
    /There is no free space left on the disk of \S+\. Free some space, then start again\.\n$/,
  )
  freeAtStart()

  const server = await startServer(folder)
  onTestFinished(() => void server.stop('SIGKILL'))
  const browser = new Browser(server.origin)
  for (const [name, value] of jar) browser.cookies.set(name, value)
  const free = fill(folder)
  const comment = () => browser.post(`/reflections/${post}/comments`, { body: 'word '.repeat(1500) })
  const refused = await comment()
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([507, '300'])
  for (const address of [`/reflections/${post}`, '/home', '/notices', '/me']) {
    const answer = await browser.follow(await browser.get(address))
    expect([address, answer.status]).toEqual([address, 200])
  }
  free()
  expect((await comment()).status).toBe(303)
  fill(folder)
  expect((await browser.post('/logout')).status).toBe(303)
  for (const [name, value] of jar) browser.cookies.set(name, value)
  expect((await browser.get('/me')).headers.get('location')).toMatch(/^\/login/)
})

test('a log that is written to a full disk stops nothing', async ({ skip }) => {
  if (!existsSync('/dev/full')) return skip('there is no device that is always full')
  const folder = mkdtempSync(path.join(os.tmpdir(), 'full-log-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const server = await startServer(folder, {}, ['sh', '-c', 'exec "$@" > /dev/full', 'sh'])
  onTestFinished(() => void server.stop('SIGKILL'))
  for (let round = 0; round < 3; round++) expect((await fetch(`${server.origin}/login`)).status).toBe(200)
})
