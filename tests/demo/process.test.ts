import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { reservePort } from '../../server/demo/temp-site.ts'
import { Browser } from '../support/http-client.ts'
import { MANAGE, managed } from '../support/manage-command.ts'
import { ENVIRONMENT, freePort } from '../support/server-process.ts'

const root = path.join(import.meta.dirname, '../..')

/** `npm run demo` as a process of its own that may leave nothing in `temporary`, nor in `here` where it is started. */
function startDemo(...args: string[]) {
  return startOutside([MANAGE, 'demo', ...args])
}

/** A Node program with a place for temporary files of its own. */
function startOutside(program: string[]) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'twentythree-'))
  const [here, temporary] = [path.join(folder, 'here'), path.join(folder, 'temporary')]
  for (const each of [here, temporary]) mkdirSync(each)
  const env = { ...ENVIRONMENT, TMPDIR: temporary, TEMP: temporary, TMP: temporary }
  const child = spawn(process.execPath, program, {
    cwd: here,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output: string[] = []
  child.stdout.on('data', (text) => output.push(String(text)))
  child.stderr.on('data', (text) => output.push(String(text)))
  const gone = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await gone
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    here,
    temporary,
    output: () => output.join(''),
    pid: child.pid,
    gone,
    /** Waits for its first line. */
    async line(): Promise<string> {
      while (!output.join('').includes('\n')) await Promise.race([once(child.stdout, 'data'), gone])
      return output.join('').split('\n')[0] ?? ''
    },
    async stop(): Promise<unknown> {
      child.kill('SIGTERM')
      return (await gone)[0]
    },
  }
}

/** Megabytes of memory of a process, which only Linux tells. */
function residentOf(pid: number | undefined): number {
  if (process.platform !== 'linux') return 0
  const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(resident) / 1024
}

test('--json prints one line with address and accounts that can sign in; seeding leaves no memory in use', async () => {
  const port = await freePort()
  const demo = startDemo('--json', '--port', String(port))
  await demo.line()
  // without the options that `npm start` gives V8; made in the same process it was 230 MB
  expect(residentOf(demo.pid)).toBeLessThan(200)
  const { url, data_dir, cohort, accounts, ...rest } = JSON.parse(await demo.line())
  expect([url, cohort, rest]).toEqual([`http://localhost:${port}`, 'spring', {}])
  expect(readdirSync(data_dir)).toContain('twentythree.sqlite')
  const pages = {
    learner: '/cohorts/spring',
    guide: '/cohorts/spring/reflections?unanswered=1',
    organiser: '/admin/cohorts/spring',
    admin: '/admin/people',
    stranger: '/cohorts/harbour',
  }
  expect(Object.keys(accounts)).toEqual(Object.keys(pages))
  for (const [part, page] of Object.entries(pages)) {
    const { email, password, handle } = accounts[part]
    const browser = new Browser(url)
    expect((await browser.post('/login', { email, password })).status).toBe(303)
    expect((await browser.get(page)).status).toBe(200)
    expect(await browser.read('/me')).toContain(`value="${handle}"`)
    if (part === 'stranger') expect((await browser.get('/cohorts/spring')).status).toBe(404)
  }
  expect(demo.output().trimEnd()).not.toContain('\n')
  expect(await demo.stop()).toBe(0)
  expect(readdirSync(demo.temporary)).toEqual([])
  expect(readdirSync(demo.here)).toEqual([])
})

test('the demo does its jobs, and reads the blog that it serves without a change', async () => {
  const demo = startDemo('--json', '--port', String(await freePort()))
  const { url, accounts } = JSON.parse(await demo.line())
  const writer = new Browser(url)
  const admin = new Browser(url)
  const learner = new Browser(url)
  const stranger = new Browser(url)
  const { password } = accounts.admin
  await writer.post('/login', { email: 'soren@library.example', password })
  await admin.post('/login', accounts.admin)
  await learner.post('/login', accounts.learner)
  await stranger.post('/login', accounts.stranger)
  const blog = '/cohorts/spring/blog'
  const lines = async () => (await writer.read(blog)).match(/demo-blog\/thing-\d/g)?.length
  const before = await lines()
  expect(before).toBeGreaterThan(6)
  expect((await writer.post(`${blog}/again`)).status).toBe(303)
  // the badge is on the wall once the job has run, the blog is read about now
  await expect.poll(async () => (await learner.read('/cohorts/spring/badges')).includes('Three things')).toBe(true)
  await expect.poll(async () => (await admin.read('/admin/outbox')).includes('The queue is empty.')).toBe(true)
  expect(await lines()).toBe(before)
  const page = await writer.read(blog)
  expect(page).not.toMatch(/data-kind="problem"|could not be read/)
  expect((await (await fetch(`${url}/demo-blog/`)).text()).match(/<li>/g)).toHaveLength(8)
  const looked = await (await stranger.post('/cohorts/harbour/blog', { address: `${url}/demo-blog/` })).text()
  expect(looked).toContain('Bus 3, stop by stop')
  // four things are open in that cohort
  expect([looked.includes('Your reflection space'), looked.includes('Locks and passkeys')]).toEqual([true, true])
  expect(await demo.stop()).toBe(0)
})

test('npm run dev -- --demo keeps the people of the demo over a restart on change, and nothing after its end', async () => {
  const port = await freePort()
  const server_file = path.join(root, 'server/main.ts')
  const dev = startOutside([
    path.join(root, 'tools/run.mjs'),
    ...['--watch', 'server/main.ts', '--demo', '--json', '--size', '4', '--port', String(port)],
  ])
  const { url, cohort, accounts } = JSON.parse(await dev.line())
  const starts = () => dev.output().match(/is running: /g)?.length ?? 0
  await expect.poll(starts).toBe(1)
  const browser = new Browser(url)
  const { email, password } = accounts.learner
  expect((await browser.post('/login', { email, password })).status).toBe(303)

  utimesSync(server_file, new Date(), new Date())
  await expect.poll(starts).toBe(2)
  expect((await browser.get(`/cohorts/${cohort}`)).status).toBe(200)
  await dev.stop()
  // the hint for a site without people, on the error output
  expect(dev.output()).not.toContain('is empty')
  expect(readdirSync(dev.temporary)).toEqual([])
})

test('without --json it says the same in words', async () => {
  const demo = startDemo('--size', '4', '--port', String(await freePort()))
  await demo.line()
  expect(await demo.stop()).toBe(0)
  expect(demo.output()).toMatch(/^The demo is open at http:\/\/localhost:\d+, with 4 people/)
  expect(demo.output()).toContain('amara@library.example: a learner')
})

test('stopped while it is being created, the demo leaves no files', async () => {
  const demo = startDemo('--json', '--size', '20000', '--port', String(await freePort()))
  const isBegun = () =>
    readdirSync(demo.temporary).some((name) => existsSync(path.join(demo.temporary, name, 'twentythree.sqlite-wal')))
  while (!isBegun()) await new Promise((soon) => setTimeout(soon, 5))
  expect(await demo.stop()).toBe(0)
  expect(demo.output()).toBe('')
  expect(readdirSync(demo.temporary)).toEqual([])
})

test('a port that is taken is said at once, before anything is made', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  onTestFinished(() => {
    other.close()
  })
  const address = other.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  const demo = startDemo('--json', '--port', String(port))
  const { ok, error } = JSON.parse(await demo.line())
  expect([ok, error]).toEqual([false, expect.stringContaining(`port ${port}`)])
  expect((await demo.gone)[0]).toBe(1)
})

test('beside a real site it takes the next port, and nobody else gets it meanwhile', async () => {
  const site = await reservePort(await freePort(), '127.0.0.1', false)
  const demo = await reservePort(site?.port ?? 0, '127.0.0.1', true)
  expect(demo?.port).toBeGreaterThan(site?.port ?? 0)
  expect(await reservePort(demo?.port ?? 0, '127.0.0.1', false)).toBeNull()
  for (const held of [site, demo]) await held?.release()
  const again = await reservePort(demo?.port ?? 0, '127.0.0.1', false)
  expect(again?.port).toBe(demo?.port)
  await again?.release()
})

test.each([
  [['--size', '3'], '--size is a number of people, from 4'],
  [['--size', 'many'], '--size is a number of people'],
  [['--port', '99999'], 'PORT'],
  [['--fast'], '--fast'],
  [['twice'], 'npm run manage -- demo [--port <number>] [--size <number>]'],
])('%j is answered with what is wrong', async (args, words) => {
  const { code, facts } = await managed('/never/made', 'demo', ...args)
  expect([code, facts]).toEqual([1, { ok: false, error: expect.stringContaining(words) }])
})
