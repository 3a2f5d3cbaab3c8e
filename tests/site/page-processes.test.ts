import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Browser } from '../support/http-client.ts'
import { startServer } from '../support/server-process.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'twentythree-pages-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A page over a connection of its own: the next process in turn answers it. */
const pageFrom = (address: string) =>
  new Promise<string>((resolve, reject) => {
    http.get(address, { agent: false }, (answer) => resolve(text(answer))).on('error', reject)
  })

const pagesFrom = (address: string) => Promise.all(Array.from({ length: 6 }, () => pageFrom(address)))

const processesIn = (output: string) =>
  Array.from(output.matchAll(/"pid":(\d+),"msg":"page process answers requests"/g), ([, pid]) => Number(pid))

test('with WORKERS=2 two processes answer alike, one that dies is replaced, and all stop together', async () => {
  const server = await startServer(folder, { WORKERS: '2' })
  try {
    await expect.poll(server.output, { timeout: 30_000 }).toContain('/setup?token=')
    const [, setup = ''] = /(\/setup\?token=[\w-]+)/.exec(server.output()) ?? []
    const admin = new Browser(server.origin)
    const account = { name: 'Ada', email: 'ada@library.example', password: 'four words in a row' }
    expect((await admin.post(setup, account)).status).toBe(303)
    const named = await admin.post('/admin/settings/name', { seen: '0', site_name: 'Harbour' })
    expect(named.status).toBe(303)
    for (const page of await pagesFrom(server.origin)) expect(page).toContain('Harbour')

    const [first = 0] = processesIn(server.output())
    process.kill(first, 'SIGKILL')
    await expect.poll(() => processesIn(server.output()).length, { timeout: 30_000 }).toBe(3)
    for (const page of await pagesFrom(server.origin)) expect(page).toContain('Harbour')
  } finally {
    expect(await server.stop('SIGTERM')).toBe(0)
  }
  for (const pid of processesIn(server.output())) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
}, 90_000)
