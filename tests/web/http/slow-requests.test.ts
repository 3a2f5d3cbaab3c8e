import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { type AddressInfo, connect, type Socket } from 'node:net'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { createHttpServer, isTooSlow, type Patience } from '../../../server/web/http/slow-requests.ts'
import { heldRequest } from '../../support/held-request.ts'
import { testSite } from '../../support/site.ts'

/** So long that a test in which it counts is seen to hang. */
const NEVER = 600_000
const patient: Patience = { head: NEVER, pause: NEVER, body: NEVER, bytes_a_second: 1, answer: NEVER }

const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
})

/** A connection without a browser's manners; `closed` has all that came when the server ends it. */
function openSocket(origin: string): { socket: Socket; closed: Promise<string> } {
  const { hostname, port } = new URL(origin)
  const socket = connect({ port: Number(port), host: hostname, noDelay: true })
  sockets.push(socket)
  let received = ''
  socket.setEncoding('utf8').on('data', (text) => {
    received += text
  })
  socket.on('error', () => {})
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(received)))
  return { socket, closed }
}

function titleAndExcerpt(origin: string, lines: string[]): string {
  return ['POST /login HTTP/1.1', `Host: ${new URL(origin).host}`, `Origin: ${origin}`, ...lines, '\r\n'].join('\r\n')
}

test('a body that stops on its way is answered with 408, and nothing more is waited for', async () => {
  await using site = await testSite({ patience: { ...patient, pause: 60 } })
  const { learner, cohort } = site.cast()
  const request = await heldRequest(site, learner, cohort.at('/goal'))
  request.send('goal=')
  const { status, text } = await request.answer()
  expect(status).toBe(408)
  expect(text).toContain('This took too long')
  expect(text).toMatch(/^Connection: close\r$/m)
})

test('a body that drips without a pause is ended when its time is over', async () => {
  await using site = await testSite({ patience: { ...patient, body: 100, bytes_a_second: 25_000 } })
  const { learner, cohort } = site.cast()
  const request = await heldRequest(site, learner, cohort.at('/goal'))
  const drip = setInterval(() => request.send('a'), 5)
  const { status } = await request.answer()
  clearInterval(drip)
  expect(status).toBe(408)
})

test('a body may pause for half a minute and take two minutes, and longer as more of it arrives', () => {
  const second = 1000
  const quick = { since_byte: 0 }
  expect(isTooSlow({ received: 0, since_start: 30 * second, since_byte: 30 * second })).toBe(false)
  expect(isTooSlow({ received: 0, since_start: 31 * second, since_byte: 31 * second })).toBe(true)
  expect(isTooSlow({ ...quick, received: 1000, since_start: 120 * second })).toBe(false)
  expect(isTooSlow({ ...quick, received: 1000, since_start: 121 * second })).toBe(true)
  // a photo of 15 MB on a line of 200 kbit/s
  expect(isTooSlow({ ...quick, received: 15_000_000, since_start: 700 * second })).toBe(false)
  expect(isTooSlow({ received: 15_000_000, since_start: 700 * second, since_byte: 31 * second })).toBe(true)
})

test('an upload that stops on its way is ended, and what came of it is thrown away', async () => {
  await using site = await testSite({ patience: { ...patient, pause: 60 } })
  const { learner } = site.cast()
  const request = await heldRequest(site, learner, '/images', 'multipart/form-data; boundary=edge')
  request.send('--edge\r\nContent-Disposition: form-data; name="picture"; filename="p.jpg"\r\n\r\nbytes')
  expect((await request.answer()).status).toBe(408)
  const incoming = path.join(site.config.data_dir, 'uploads', 'incoming')
  await expect.poll(() => readdir(incoming)).toEqual([])
})

test('announcing a large body buys no time, and what is answered early is not read for ever', async () => {
  await using site = await testSite({ patience: { ...patient, pause: 60 } })
  const { socket, closed } = openSocket(site.origin)
  const lines = ['Content-Type: application/x-www-form-urlencoded', 'Content-Length: 100000000']
  // from another site: refused before its body, which never ends
  socket.write(
    titleAndExcerpt(site.origin, lines).replace(`Origin: ${site.origin}`, 'Origin: http://elsewhere.example'),
  )
  socket.write('email=')
  expect(await closed).toMatch(/^HTTP\/1\.1 403 /)
})

test.each([
  ['nothing', ''],
  ['half a head', 'POST /login HTTP/1.1\r\nHost: localhost\r\n'],
  ['half a line', 'GET / HT'],
])('a connection that sends %s is ended', async (_what, text) => {
  await using site = await testSite({ patience: { ...patient, head: 60 } })
  const { socket, closed } = openSocket(site.origin)
  if (text) socket.write(text)
  expect(await closed).toMatch(/^HTTP\/1\.1 408 /)
})

test('a head that drips is ended too, while others are served', async () => {
  await using site = await testSite({ patience: { ...patient, head: 100 } })
  const { socket, closed } = openSocket(site.origin)
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nX-Drip: ')
  const drip = setInterval(() => socket.write('a'), 5)
  expect((await site.guest().get('/healthz')).status).toBe(200)
  // what drips on meanwhile may take the answer along, but not the end
  await closed
  clearInterval(drip)
})

test('who does not read the answer is not waited for', async () => {
  const { promise: gone, resolve } = Promise.withResolvers<void>()
  const server = createHttpServer(
    (_req, res) => {
      res.once('close', resolve)
      res.write(Buffer.alloc(50_000_000))
    },
    { ...patient, answer: 60 },
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { socket } = openSocket(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  socket.pause()
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await gone
  server.close()
})
