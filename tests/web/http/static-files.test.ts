import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import express from 'express'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asset, staticFiles } from '../../../server/web/http/static-files.ts'
import { rawRequest } from '../../support/raw-request.ts'

const server = express().disable('x-powered-by').use(staticFiles()).listen(0, '127.0.0.1')
let origin = ''
beforeAll(async () => {
  if (!server.listening) await once(server, 'listening')
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

test('a static file is kept for a year and carries no header that only pages need', async () => {
  const { status, headers } = await rawRequest(origin + asset('css/site.css'), {
    headers: { 'accept-encoding': 'gzip, deflate, br, zstd' },
  })
  expect(status).toBe(200)
  expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
  expect(Object.keys(headers).sort()).toEqual(
    [
      'cache-control',
      'connection',
      'content-encoding',
      'content-length',
      'content-type',
      'date',
      'etag',
      'vary',
      'x-content-type-options',
    ].sort(),
  )
})

test('pictures and fonts are compressed already, and go out as they are', async () => {
  for (const file of ['icons/apple-touch-icon.png', 'fonts/bricolage-grotesque-latin-wght-normal.woff2']) {
    const { headers } = await rawRequest(origin + asset(file), { headers: { 'accept-encoding': 'br, gzip' } })
    expect([headers['content-encoding'], headers['vary']]).toEqual([undefined, undefined])
  }
})

test('a file that the browser has is not sent again, in the encoding that it has', async () => {
  const address = origin + asset('css/site.css')
  const ask = (headers: Record<string, string>) => rawRequest(address, { headers })
  const brotli = await ask({ 'accept-encoding': 'br' })
  const etag = brotli.headers.etag ?? ''
  const same = await ask({ 'accept-encoding': 'br', 'if-none-match': etag })
  expect([same.status, same.body.length, same.headers.etag]).toEqual([304, 0, etag])
  expect(same.headers['vary']).toBe('Accept-Encoding')
  expect((await ask({ 'if-none-match': etag })).status).toBe(200)
  expect((await ask({ 'if-none-match': `W/"x", W/${(await ask({})).headers.etag}` })).status).toBe(304)
})

test('a part of a file is cut from the file as it is', async () => {
  const address = origin + asset('css/site.css')
  const ask = (headers: Record<string, string>) =>
    rawRequest(address, { headers: { 'accept-encoding': 'br', ...headers } })
  const { body, headers } = await rawRequest(address)
  const first = await ask({ range: 'bytes=0-9' })
  expect([first.status, String(first.body)]).toEqual([206, String(body.subarray(0, 10))])
  expect(first.headers['content-range']).toBe(`bytes 0-9/${body.length}`)
  expect(first.headers['content-encoding']).toBeUndefined()
  expect((await ask({ range: 'bytes=-5' })).body).toEqual(body.subarray(-5))
  expect((await ask({ range: 'bytes=0-9', 'if-range': headers.etag ?? '' })).status).toBe(206)
  expect((await ask({ range: 'bytes=0-9', 'if-range': '"another"' })).body).toEqual(body)
  expect((await ask({ range: `bytes=${body.length}-` })).status).toBe(416)
  expect((await ask({ range: 'lines=1' })).status).toBe(200)
})

test.each(['/no-such-file.css', '/../package.json', '/%2e%2e/package.json', '/css', ''])(
  'nothing but the files of public/ is answered: %s',
  async (path) => {
    expect((await rawRequest(origin + asset(path.replace(/^\//, '')))).status).toBe(404)
  },
)

test.each(['admin', 'badges', 'front', 'map', 'read', 'thing', 'write'])(
  'a page of %s needs at most 20 kB of CSS, all of it in two files',
  async (area) => {
    const sheets = await Promise.all(
      ['site', area].map(async (name) => (await fetch(origin + asset(`css/${name}.css`))).text()),
    )
    expect(sheets.join('')).not.toContain('@import')
    expect(sheets.reduce((sum, sheet) => sum + gzipSync(sheet).length, 0)).toBeLessThanOrEqual(20_000)
  },
)
