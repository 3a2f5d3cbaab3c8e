import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as rest } from 'node:timers/promises'
import { databaseFile } from '../../server/db/data-folder.ts'
import { openDatabase } from '../../server/db/open.ts'
import { manyBlogs } from '../feeds/many.ts'
import { testSite } from '../support/site.ts'
import { startBenchServer } from './servers.ts'

// The real server reads many blogs: `node tests/bench/feeds.ts 400`. They are a process of their own, each on an address
// of its own of this machine's loopback network (Linux), which FETCH_ALLOW lets the server reach.

const [, script = '', first = '400'] = process.argv
if (first === 'blogs') await serveBlogs()
else await measure(Number(first))

async function serveBlogs(): Promise<void> {
  const { port } = await manyBlogs(0, { on: '0.0.0.0' })
  console.log(port)
}

async function measure(count: number): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'twentythree-feeds-'))
  const blogs = spawn(process.execPath, [script, 'blogs'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = await once(createInterface(blogs.stdout), 'line')
  const hosts = Array.from({ length: count }, (_, at) => `127.0.${1 + Math.floor(at / 200)}.${1 + (at % 200)}:${port}`)
  await prepare(databaseFile(folder), hosts)
  const db = openDatabase(databaseFile(folder))
  const waiting = db.prepare<[], number>('SELECT count(*) FROM feed WHERE read_at IS NULL AND problem IS NULL').pluck()
  const server = await startBenchServer('server/main.ts', '/healthz', {
    DATA_DIR: folder,
    FETCH_ALLOW: hosts.join(','),
  })
  const begun = performance.now()
  const at_first = memory(server.pid).VmRSS
  const times: number[] = []
  while ((waiting.get() ?? 0) > 0) {
    const asked = performance.now()
    await (await fetch(`${server.origin}/login`)).text()
    times.push(performance.now() - asked)
    await rest(20)
  }
  const seconds = (performance.now() - begun) / 1000
  const { VmHWM } = memory(server.pid)
  const posts = db.prepare("SELECT count(*) FROM reflection WHERE source = 'outside'").pluck().get()
  const problems = db.prepare('SELECT count(*) FROM feed WHERE problem IS NOT NULL').pluck().get()
  const p95 = times.sort((one, other) => one - other)[Math.floor(times.length * 0.95)] ?? 0
  console.log(
    `${count} blogs with 20 posts each: ${seconds.toFixed(1)} s, ${posts} reflections, ${problems} problems; ` +
      `memory ${at_first} MB at first, ${VmHWM} MB at most; another page meanwhile p95 ${Math.round(p95)} ms`,
  )
  db.close()
  await server.stop()
  blogs.kill()
  rmSync(folder, { recursive: true })
}

/** A cohort in its last week, in which everybody has a blog that is due. */
async function prepare(file: string, hosts: string[]): Promise<void> {
  const site = await testSite({ now: new Date().toISOString(), file, fetch_allow: hosts })
  // when the posts of the blogs were written
  const cohort = site.cohort({ starts_on: '2026-03-02' })
  for (const host of hosts) {
    const enrolment = site.services.enrolments.find(cohort.enrol(site.person()).id, cohort.slug)
    const wishes = { site_url: null, title: host, extent: 'full', audience: 'cohort' } as const
    if (enrolment) site.services.feeds.follow(enrolment, { ...wishes, url: `http://${host}/feed` })
  }
  site.db.exec("DELETE FROM job WHERE kind = 'feeds.read'")
  await site[Symbol.asyncDispose]()
}

/** Of a process, in megabytes: what it holds now, and the most it ever held. */
function memory(pid = 0): { VmRSS: number; VmHWM: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const megabytes = (name: string) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1000)
  return { VmRSS: megabytes('VmRSS'), VmHWM: megabytes('VmHWM') }
}
