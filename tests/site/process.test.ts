import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../../server/db/open.ts'
import { Browser } from '../support/http-client.ts'
import { startServer } from '../support/server-process.ts'
import { testSite } from '../support/site.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'twentythree-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a first start says where it is, where it keeps things, and how to begin, and a second one begins the same way', async () => {
  const first = await startServer(folder)
  const link = /^http:\/\/localhost:\d+(\/setup\?token=[\w-]+)$/m.exec(first.output())?.[1] ?? ''
  expect(first.output()).toContain(folder)
  expect((await fetch(first.origin + link)).status).toBe(200)
  expect((await fetch(`${first.origin}/`)).status).toBe(200)
  expect(await first.stop('SIGTERM')).toBe(0)

  const second = await startServer(folder)
  expect((await fetch(second.origin + link)).status).toBe(200)
  expect(await second.stop('SIGTERM')).toBe(0)
})

test('an invalid environment variable is named, without a stack trace', async () => {
  const refused = startServer(folder, { TRUST_PROXY: 'everything' })
  await expect(refused).rejects.toThrow(/TRUST_PROXY: /)
  await expect(refused).rejects.not.toThrow(/at file:/)
})

test('an acknowledged write survives kill -9, exactly once', async () => {
  const file = path.join(folder, 'twentythree.sqlite')
  const reflections: number[] = []
  const cookies: Map<string, string>[] = []
  {
    using site = await testSite({ file, now: Temporal.Now.instant().toString() })
    const today = Temporal.Now.plainDateISO('UTC').subtract({ days: 3 }).toString()
    const cohort = site.cohort({ starts_on: today })
    const author = cohort.enrol(site.person())
    reflections.push(site.reflection(author, cohort))
    for (let clients = 0; clients < 6; clients++) cookies.push(cohort.enrol(site.person()).cookies)
  }
  const acknowledged: string[] = []
  for (let cycle = 0; cycle < 4; cycle++) {
    const server = await startServer(folder)
    const writers = cookies.map((jar, client) =>
      write(server.origin, jar, `${cycle}-${client}`, reflections[0] ?? 0, acknowledged),
    )
    await until(() => acknowledged.length > (cycle + 1) * 30)
    await server.stop('SIGKILL')
    await Promise.all(writers)
    const db = openDatabase(file)
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(db.pragma('foreign_key_check')).toEqual([])
    const kept = db.prepare<[], string>('SELECT body FROM comment').pluck().all()
    expect(new Set(kept).size).toBe(kept.length)
    expect(acknowledged.filter((body) => !kept.includes(body))).toEqual([])
    db.close()
  }
})

/** Sends answers, each at least twice with the same once, until the server is gone. */
async function write(
  origin: string,
  jar: Map<string, string>,
  name: string,
  reflection: number,
  acknowledged: string[],
) {
  const browser = new Browser(origin)
  for (const [cookie, value] of jar) browser.cookies.set(cookie, value)
  for (let number = 0; ; number++) {
    const fields = { body: `${name}-${number}`, once: `${name}-${number}` }
    try {
      const answers = await Promise.all([1, 2].map(() => browser.post(`/reflections/${reflection}/comments`, fields)))
      if (answers.some((answer) => answer.status !== 303)) throw new Error(`refused with ${answers[0]?.status}`)
      acknowledged.push(fields.body)
    } catch (error) {
      if (error instanceof TypeError) return
      throw error
    }
  }
}

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((soon) => setTimeout(soon, 5))
}
