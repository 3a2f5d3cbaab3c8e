import { expect, test } from 'vitest'
import { createMetrics } from '../../server/web/operations/metrics.ts'
import { routesOf } from '../support/routes/route-list.ts'
import { testSite } from '../support/site.ts'

const TOKEN = 'a token of more than sixteen'

/** The value of a line of Prometheus' text. */
function sampleOf(text: string, line: string): number | null {
  const found = text.split('\n').find((each) => each.startsWith(`${line} `))
  return found === undefined ? null : Number(found.slice(line.length + 1))
}

test('the metrics are for the machine itself and for whoever has the token', async () => {
  using site = await testSite({ metrics_token: TOKEN })
  const ask = async (headers: Record<string, string>) => (await fetch(`${site.origin}/metrics`, { headers })).status
  expect(await ask({})).toBe(200)
  const proxied = { 'x-forwarded-for': '192.0.2.1' }
  expect(await ask(proxied)).toBe(404)
  expect(await ask({ ...proxied, authorization: 'Bearer wrong' })).toBe(404)
  expect(await ask({ ...proxied, authorization: `Bearer ${TOKEN}` })).toBe(200)
})

test('requests are counted by the pattern of their route and the class of their status, never by address', async () => {
  using site = await testSite()
  const { cohort, learner, stranger } = site.cast()
  const id = site.reflection(learner, cohort)
  for (let round = 0; round < 3; round++) await learner.get(`/reflections/${id}`)
  await stranger.get(`/reflections/${id}`)
  await site.guest().get('/reset/a-very-secret-token')
  await site.guest().get('/no/such/secret')
  const answer = await fetch(`${site.origin}/metrics`)
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  const text = await answer.text()
  const requests = (labels: string) => sampleOf(text, `twentythree_http_requests_total{${labels}}`)
  expect(requests('method="GET",route="/reflections/:id",status="2xx"')).toBe(3)
  expect(requests('method="GET",route="/reflections/:id",status="4xx"')).toBe(1)
  expect(requests('method="GET",route="other",status="4xx"')).toBe(1)
  const bucket = 'twentythree_http_request_duration_seconds_bucket{le="+Inf",method="GET",route="/reflections/:id"}'
  expect(sampleOf(text, bucket)).toBe(4)
  expect(text).not.toMatch(/secret/)
})

test('jobs, memory, the event loop and a locked database are told', async () => {
  using site = await testSite()
  await site.services.jobs.runDue()
  const jobs = site.db.prepare(
    "INSERT INTO job (kind, payload, due_at, added_at, outcome, ended_at) VALUES ('x', '{}', '', '', ?, ?)",
  )
  for (const outcome of [null, null, 'dead', 'done']) jobs.run(outcome, outcome && '2026-03-02T07:00:00.000Z')
  const text = await (await fetch(`${site.origin}/metrics`)).text()
  expect(sampleOf(text, 'twentythree_jobs_waiting')).toBe(2)
  expect(sampleOf(text, 'twentythree_jobs_failed')).toBe(1)
  expect(sampleOf(text, 'twentythree_sqlite_busy_total')).toBe(0)
  expect(sampleOf(text, 'twentythree_database_bytes')).toBeGreaterThan(100_000)
  expect(sampleOf(text, 'process_resident_memory_bytes')).toBeGreaterThan(10_000_000)
  expect(sampleOf(text, 'process_cpu_seconds_total')).toBeGreaterThan(0)
  expect(sampleOf(text, 'nodejs_eventloop_lag_max_seconds')).not.toBeNull()
})

test('with every route in use the text stays small', async () => {
  using site = await testSite()
  const metrics = createMetrics(site.db, { jobCounts: site.services.jobs.counts })
  for (const { method, path } of routesOf(site.services)) {
    for (const status of [200, 303, 404]) metrics.answered(method.toUpperCase(), path, status, 0.02)
  }
  const text = await metrics.registry.metrics()
  expect(text.split('\n').length).toBeLessThan(10_000)
  expect(text.length).toBeLessThan(1_500_000)
})
