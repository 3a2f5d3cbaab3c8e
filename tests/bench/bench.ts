// npm run bench [-- --size 4400 --seconds 10]: the demo's pages against "hello", as docs/performance.md tells.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { createApp } from '../../server/app.ts'
import { systemClock } from '../../server/db/clock.ts'
import { openDatabase } from '../../server/db/open.ts'
import { createServices } from '../../server/services.ts'
import { createLog } from '../../server/web/log.ts'
import { type Demo, signedInAt, startDemo } from '../support/demo.ts'
import type { Browser } from '../support/http.ts'
import { freePort } from '../support/server.ts'
import { load, median, memory, type Result, type Shot } from './load.ts'

const root = path.join(import.meta.dirname, '../..')
const { values } = parseArgs({
  options: { size: { type: 'string', default: '40' }, seconds: { type: 'string', default: '10' } },
})
const seconds = Number(values.seconds)
const pinned = process.platform === 'linux' && spawnSync('taskset', ['--version']).status === 0
// the server has one core for itself, the load comes from another
if (pinned) spawnSync('taskset', ['-a', '-p', '-c', '1', String(process.pid)])

function start(file: string, env: Record<string, string>): ChildProcess {
  const command = [process.execPath, path.join(root, file)]
  const [program = '', ...rest] = pinned ? ['taskset', '-c', '0', ...command] : command
  return spawn(program, rest, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] })
}

const cookieOf = (browser: Browser) => Array.from(browser.cookies, ([name, value]) => `${name}=${value}`).join('; ')

/** A reflection the learner may read with exactly twenty answers, written by the guide where the demo has fewer. */
async function withTwentyAnswers(demo: Demo, learner: Browser, guide: Browser): Promise<string> {
  const stream = await learner.read(`/cohorts/${demo.cohort}/reflections`)
  const address = /href="(\/reflections\/\d+)"/.exec(stream)?.[1] ?? ''
  const answers = async () => (await guide.read(address)).match(/id="comment-/g)?.length ?? 0
  for (let missing = 20 - (await answers()); missing > 0; missing--) {
    await guide.post(`${address}/comments`, {
      body: 'Thank you, that helped me at the desk this morning.',
      once: randomUUID(),
    })
  }
  return address
}

const hello_port = await freePort()
const hello = start('tests/bench/hello.ts', { PORT: String(hello_port) })
const { child, demo } = await startDemo(values.size, pinned ? ['taskset', '-c', '0'] : [])
const pid = child.pid ?? 0
const [learner, guide] = await Promise.all([signedInAt(demo, 'learner'), signedInAt(demo, 'guide')])
const base = `/cohorts/${demo.cohort}`
const reflection = await withTwentyAnswers(demo, learner, guide)
const cookie = { cookie: cookieOf(learner), accept: 'text/html' }
const form = {
  ...cookie,
  cookie: cookieOf(guide),
  origin: demo.url,
  'content-type': 'application/x-www-form-urlencoded',
}
const get = (address: string, headers: Record<string, string>) => (): Shot => ({
  method: 'GET',
  path: address,
  headers,
})
const post = (address: string, fields: () => Record<string, string>) => (): Shot => ({
  method: 'POST',
  path: address,
  headers: form,
  body: new URLSearchParams(fields()).toString(),
})
const text = 'We tried it at the desk. **It worked**, and then it did not. '.repeat(8)

const pages: [string, () => Shot][] = [
  ['reflection with 20 answers', get(reflection, cookie)],
  ['map', get(base, cookie)],
  ['thing', get(`${base}/things/1`, cookie)],
  ['stream', get(`${base}/reflections`, cookie)],
  ['badge wall', get(`${base}/badges`, cookie)],
  ['thing, guest', get('/courses/23-mobile-things/things/1', { accept: 'text/html' })],
  ['landing, guest', get('/', { accept: 'text/html' })],
  ['writing an answer', post(`${reflection}/comments`, () => ({ body: 'Same here.', once: randomUUID() }))],
  [
    'publishing again',
    post(`${base}/things/1/reflection`, () => ({ intent: 'publish', title: 'Bench', body: text, version: '' })),
  ],
]

/** How many statements a page asks, counted by the same app on the same file inside this process. */
async function statementCounts(): Promise<Map<string, number>> {
  const statements: string[] = []
  const db = openDatabase(path.join(demo.data_dir, 'twentythree.sqlite'), (sql) => statements.push(sql))
  const config = {
    port: 0,
    host: '127.0.0.1',
    data_dir: demo.data_dir,
    base_url: demo.url,
    base_url_is_set: false,
    trust_proxy: 0,
    metrics_token: null,
    smtp_url: null,
    mail_from: null,
    fetch_allow: [],
  }
  const server = createApp(createServices(config, db, { clock: systemClock, log: createLog('silent') })).listen(
    0,
    '127.0.0.1',
  )
  await once(server, 'listening')
  const address = server.address()
  const origin = typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : ''
  const counts = new Map<string, number>()
  for (const [name, next] of pages) {
    const { method, path: page, headers = {} } = next()
    if (method === 'POST') continue
    await fetch(origin + page, { headers })
    statements.length = 0
    await (await fetch(origin + page, { headers })).text()
    counts.set(name, statements.filter((sql) => !/^\s*(BEGIN|COMMIT)/i.test(sql)).length)
  }
  server.close()
  db.close()
  return counts
}

async function size(next: () => Shot): Promise<{ plain: number; packed: number }> {
  const { method, path: page, headers = {} } = next()
  if (method === 'POST') return { plain: 0, packed: 0 }
  const plain = (
    await (await fetch(demo.url + page, { headers: { ...headers, 'accept-encoding': 'identity' } })).text()
  ).length
  const body = await (await fetch(demo.url + page, { headers })).text()
  return { plain, packed: gzipSync(body, { level: 1 }).length }
}

const kB = (bytes: number) => (bytes === 0 ? '' : (bytes / 1000).toFixed(1))
const row = (name: string, hi: Result, one: Result, extra: string) =>
  `| ${name} | ${Math.round(one.requests_per_second)} | ${(one.requests_per_second / hi.requests_per_second).toFixed(3)} | ${Math.round(one.cpu)} | ${(one.cpu / hi.cpu).toFixed(1)} | ${one.p50} | ${one.p95} | ${one.p99} | ${extra} |${one.wrong > 0 ? ` ${one.wrong} wrong answers` : ''}`

const counts = await statementCounts()
const started = memory(pid)
console.log(
  `${values.size} people, ${seconds} s a run, median of 3, 16 connections, Node ${process.version}${pinned ? ', server on one core' : ''}`,
)
console.log(
  '\n| page | requests/s | of hello | CPU us | x hello | p50 ms | p97.5 ms | p99 ms | statements | kB | kB gzip |',
)
console.log('|---|---|---|---|---|---|---|---|---|---|---|')
for (const [name, next] of pages) {
  await load(demo.url, pid, Math.min(2, seconds), next)
  const hellos: Result[] = []
  const ours: Result[] = []
  for (let turn = 0; turn < 3; turn++) {
    hellos.push(
      await load(`http://127.0.0.1:${hello_port}`, hello.pid ?? 0, seconds, () => ({ method: 'GET', path: '/' })),
    )
    ours.push(await load(demo.url, pid, seconds, next))
  }
  const { plain, packed } = await size(next)
  console.log(row(name, median(hellos), median(ours), `${counts.get(name) ?? ''} | ${kB(plain)} | ${kB(packed)}`))
}
console.log(`\nMemory: ${started} MB before the load, ${memory(pid)} MB after it.`)
hello.kill()
child.kill('SIGTERM')
await once(child, 'exit')
