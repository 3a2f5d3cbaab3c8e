import type { RequestListener } from 'node:http'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { feedTroubleOf } from '../../server/feeds/feed-error.ts'
import { createWorkerPool, TaskError } from '../../server/workers/worker-pool.ts'
import { serving } from '../http-client/hostile.ts'
import { type TestSite, testSite } from '../support/site.ts'
import { outsideIn } from './blog.ts'
import { manyBlogs } from './many.ts'

function followAll(site: TestSite, hosts: string[]): void {
  const cohort = site.cohort()
  for (const host of hosts) {
    const person = cohort.enrol(site.person())
    const enrolment = site.services.enrolments.find(person.id, cohort.slug)
    if (!enrolment) throw new Error('not enrolled')
    site.services.feeds.follow(enrolment, {
      url: `http://${host}/feed`,
      site_url: null,
      title: host,
      extent: 'full',
      audience: 'cohort',
    })
  }
}

test('a run reads at most eight blogs at a time, and one per host', async () => {
  using blogs = await manyBlogs(100, { posts: 10 })
  using site = await testSite({ now: '2026-06-15T07:00:00Z', fetch_allow: blogs.hosts })
  followAll(site, blogs.hosts)
  await site.services.jobs.runDue()
  expect(blogs.seen).toMatchObject({ requests: 100, most_of_a_host: 1 })
  expect(blogs.seen.most).toBeGreaterThan(1)
  expect(blogs.seen.most).toBeLessThanOrEqual(8)
  expect(outsideIn(site)).toHaveLength(500)
})

test('hostile servers neither block nor break a run', async () => {
  using canary = await serving((_req, res) => res.end('sung'))
  const drip: RequestListener = (_req, res) => {
    res.writeHead(200, { 'Content-Type': 'application/rss+xml' })
    const timer = setInterval(() => res.write('<'), 1000)
    res.on('close', () => clearInterval(timer))
  }
  const endless: RequestListener = (_req, res) => {
    const more = () => {
      while (!res.destroyed && res.write('<rss version="2.0">'.repeat(1000)));
    }
    res.on('drain', more)
    more()
  }
  const bomb = gzipSync(Buffer.alloc(50_000_000, '<'))
  const bombing: RequestListener = (_req, res) => {
    res.setHeader('Content-Encoding', 'gzip')
    res.end(bomb)
  }
  const to =
    (location: string): RequestListener =>
    (_req, res) =>
      res.writeHead(302, { Location: location }).end()
  const hostile: Record<number, RequestListener> = {
    ...{ 0: drip, 1: drip, 2: endless, 3: endless, 4: bombing, 5: bombing },
    6: to(`http://127.0.0.1:${canary.port}/`),
    7: to(`http://rebinding.example:${canary.port}/`),
    8: (_req, res) => res.destroy(),
    9: (_req, res) => res.end('\0\0<<<>>>&&&<rss version="2.0"><channel><item></channel></rss>'),
  }
  using blogs = await manyBlogs(40, { posts: 3, wait: 0, hostile })
  using site = await testSite({ now: '2026-06-15T07:00:00Z', fetch_allow: blogs.hosts })
  followAll(site, blogs.hosts)
  await site.services.jobs.runDue()
  expect(canary.connections()).toBe(0)
  expect(outsideIn(site)).toHaveLength(90)
  const problems = site.db.prepare('SELECT problem FROM feed WHERE problem IS NOT NULL ORDER BY id').pluck().all()
  expect(problems).toEqual([
    ...['slow', 'slow', 'too_large', 'too_large', 'too_large', 'too_large', 'port', 'port', 'unreachable'],
    'not_a_feed',
  ])
  expect(site.services.jobs.dead(10)).toEqual([])
})

test('with all threads busy a blog is retried in two minutes, without a failure', async () => {
  using blogs = await manyBlogs(1, { posts: 3 })
  const workers = createWorkerPool()
  using site = await testSite({ now: '2026-06-15T07:00:00Z', fetch_allow: blogs.hosts, workers })
  followAll(site, blogs.hosts)
  // a closed pool answers as a busy one does
  await workers.close()
  await site.services.jobs.runDue()
  expect(site.db.prepare('SELECT failures, problem, next_at FROM feed').get()).toEqual({
    failures: 0,
    problem: null,
    next_at: '2026-06-15T07:02:00.000Z',
  })
})

test('a parse timeout or memory limit is a failure of the blog, busy threads are not', () => {
  expect(feedTroubleOf(new TaskError('time', 'took over 20000 ms'))).toBe('too_much')
  expect(feedTroubleOf(new TaskError('memory', 'out of memory'))).toBe('too_much')
  expect(() => feedTroubleOf(new TaskError('busy', '50 jobs wait already'))).toThrow(TaskError)
})
