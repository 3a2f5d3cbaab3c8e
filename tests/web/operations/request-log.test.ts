import express from 'express'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { logRequests } from '../../../server/web/operations/request-log.ts'

/** What is written while one request after the other comes in. */
async function linesOf(requests: [path: string, headers: Record<string, string>][]): Promise<string[]> {
  const lines: string[] = []
  const app = express()
  app.use(logRequests(pino({ base: null }, { write: (line) => lines.push(line) }), () => {}))
  app.get('/reset/:token', (_req, res) => {
    res.send('ok')
  })
  const server = app.listen(0, '127.0.0.1')
  const address = await new Promise<string>((resolve) =>
    server.once('listening', () => {
      const at = server.address()
      resolve(typeof at === 'object' && at ? `http://127.0.0.1:${at.port}` : '')
    }),
  )
  for (const [path, headers] of requests) await (await fetch(address + path, { headers })).text()
  server.closeAllConnections()
  await new Promise((closed) => server.close(closed))
  return lines
}

test('a line a request, with the pattern of the route and never the address or a cookie', async () => {
  const lines = await linesOf([
    ['/reset/a-very-secret-token?code=hidden', { cookie: 'session=stolen', 'user-agent': 'a-line' }],
    ['/no/such/secret', {}],
  ])
  expect(lines).toHaveLength(2)
  const [first, second] = lines.map((line) => JSON.parse(line))
  expect(first).toMatchObject({ method: 'GET', route: '/reset/:token', status: 200, person: null, whole: true })
  expect(first.ms).toBeGreaterThan(0)
  expect(second).toMatchObject({ route: null, status: 404 })
  expect(lines.join()).not.toMatch(/secret|hidden|stolen|line/)
})
