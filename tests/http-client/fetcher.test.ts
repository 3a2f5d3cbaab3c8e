import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isPublicAddress } from '../../server/http-client/addresses.ts'
import { FetchError } from '../../server/http-client/fetch-error.ts'
import { createFetcher } from '../../server/http-client/fetcher.ts'
import { serving } from './hostile.ts'

const toLoopback = async () => ['127.0.0.1']

/** Why it was not fetched. */
async function reasonOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'fetched'
  } catch (error) {
    return error instanceof FetchError ? error.reason : `not a trouble of fetching: ${error}`
  }
}

describe('public addresses', () => {
  test.each(['8.8.8.8', '1.1.1.1', '93.184.216.34', '2606:4700:4700::1111', '2a00:1450:4009:80b::200e'])(
    '%s is public',
    (address) => {
      expect(isPublicAddress(address)).toBe(true)
    },
  )

  test.each([
    ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '100.64.0.1', '127.0.0.1', '127.255.255.254', '169.254.169.254'],
    ...['172.16.0.1', '172.31.255.255', '192.0.0.1', '192.0.2.1', '192.88.99.1', '192.168.1.1', '198.18.0.1'],
    ...['198.51.100.1', '203.0.113.1', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
    ...['::', '::1', '::127.0.0.1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:0:127.0.0.1', 'fe80::1'],
    ...['fe80::1%eth0', 'fc00::1', 'fd12::1', 'fec0::1', 'ff02::1', '64:ff9b::7f00:1', '64:ff9b:1::7f00:1'],
    ...['2002:7f00:1::', '2001::1', '2001:db8::1', '3fff::1', '5f00::1', '100::1', '2001:10::1', '2001:20::1'],
    ...['', 'localhost', '1', '127.1', '0177.0.0.1', '0x7f.0.0.1', '2130706433', '1.2.3.4.5', '8.8.8.8 '],
  ])('%s is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })

  test('no private IPv4 address is public in any IPv6 form', () => {
    const privately = fc.tuple(fc.constantFrom(10, 127, 0), fc.nat(255), fc.nat(255), fc.nat(255))
    const forms = (v4: string) => ['', '::', '::ffff:', '::ffff:0:', '64:ff9b::'].map((before) => `${before}${v4}`)
    fc.assert(
      fc.property(privately, (parts) => {
        for (const form of forms(parts.join('.'))) expect(isPublicAddress(form)).toBe(false)
      }),
    )
  })
})

describe('a server on loopback gets no request', () => {
  const written = (port: number): string[] => [
    `http://127.0.0.1:${port}/`,
    `http://localhost:${port}/`,
    `http://2130706433:${port}/`,
    `http://0x7f000001:${port}/`,
    `http://0177.0.0.1:${port}/`,
    `http://127.1:${port}/`,
    `http://0:${port}/`,
    `http://[::1]:${port}/`,
    `http://[::ffff:127.0.0.1]:${port}/`,
    `http://[::ffff:7f00:1]:${port}/`,
    `http://①②⑦.⓪.⓪.①:${port}/`,
    `http://127.0.0.1.:${port}/`,
    `http://canary.example:${port}/`,
    `http://public.example@127.0.0.1:${port}/`,
    `http://name:word@canary.example:${port}/`,
    `https://canary.example:${port}/`,
    `ftp://127.0.0.1:${port}/`,
    `file:///etc/passwd`,
    `gopher://127.0.0.1:${port}/`,
    `javascript:alert(1)`,
    `data:text/xml,<rss/>`,
    `//127.0.0.1:${port}/`,
    '',
  ]

  test('however its address is written', async () => {
    using canary = await serving((_req, res) => res.end('sung'))
    const fetchPublic = createFetcher({ allow: [], resolve: toLoopback })
    for (const address of written(canary.port)) {
      expect([address, await reasonOf(fetchPublic(address))]).not.toContain('fetched')
    }
    expect(canary.connections()).toBe(0)
  })

  test('however its address is written, on the usual ports', async () => {
    const fetchPublic = createFetcher({ allow: [], resolve: toLoopback })
    for (const address of written(80).filter((text) => /^https?:[^@]*$/.test(text) && !text.includes('https'))) {
      expect([address, await reasonOf(fetchPublic(address))]).toEqual([address, 'private'])
    }
  })

  test('however a redirect leads to it', async () => {
    using canary = await serving((_req, res) => res.end('sung'))
    for (const address of written(canary.port)) {
      using door = await serving((_req, res) => {
        res.setHeader('Location', encodeURI(address))
        res.writeHead(302).end()
      })
      const fetchPublic = createFetcher({ allow: [`door.example:${door.port}`], resolve: toLoopback })
      await reasonOf(fetchPublic(`http://door.example:${door.port}/`))
      expect([address, canary.connections()]).toEqual([address, 0])
    }
  })

  test('where its name points elsewhere a moment later', async () => {
    using canary = await serving((_req, res) => res.end('sung'))
    let asked = 0
    const rebinding = () => {
      asked += 1
      return Promise.resolve([asked === 1 ? '127.0.0.2' : '127.0.0.1'])
    }
    const fetchPublic = createFetcher({ allow: [`rebinding.example:${canary.port}`], resolve: rebinding })
    expect(await reasonOf(fetchPublic(`http://rebinding.example:${canary.port}/`))).toBe('unreachable')
    expect(asked).toBe(1)
    expect(canary.connections()).toBe(0)
  })

  test('where one of its addresses is public', async () => {
    using canary = await serving((_req, res) => res.end('sung'))
    const mixed = async () => ['127.0.0.1', '::1', '10.0.0.1', 'fd00::1']
    const fetchPublic = createFetcher({ allow: [], resolve: mixed })
    expect(await reasonOf(fetchPublic('http://mixed.example/'))).toBe('private')
    expect(canary.connections()).toBe(0)
  })

  test('where another port of the same host is allowed', async () => {
    using canary = await serving((_req, res) => res.end('sung'))
    const fetchPublic = createFetcher({ allow: ['canary.example:1'], resolve: toLoopback })
    expect(await reasonOf(fetchPublic(`http://canary.example:${canary.port}/`))).toBe('port')
    expect(canary.connections()).toBe(0)
  })
})

describe('requests', () => {
  const from = (port: number) => createFetcher({ allow: [`blog.example:${port}`], resolve: toLoopback })

  test('an allowed host is fetched by its own name, without cookies', async () => {
    using blog = await serving((req, res) => {
      res.setHeader('Set-Cookie', 'a=b')
      res.setHeader('Content-Type', 'text/plain')
      res.end(`${req.headers.host} ${req.url} ${req.headers.cookie} ${req.headers['user-agent']}`)
    })
    const fetchPublic = from(blog.port)
    await fetchPublic(`http://blog.example:${blog.port}/`)
    const url = `http://blog.example:${blog.port}/feed?a=1#there`
    const fetched = await fetchPublic(url, { headers: { 'User-Agent': 'me' } })
    expect(fetched.body.toString()).toBe(`blog.example:${blog.port} /feed?a=1 undefined me`)
    expect(fetched).toMatchObject({ status: 200, moved_to: null, url: url.replace('#there', '') })
    expect(fetched.headers['content-type']).toBe('text/plain')
  })

  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
    ['identity', (bytes: Buffer) => bytes],
  ])('a body packed by %s', async (coding, pack) => {
    using blog = await serving((_req, res) => {
      res.setHeader('Content-Encoding', coding)
      res.end(pack(Buffer.from('a feed')))
    })
    expect((await from(blog.port)(`http://blog.example:${blog.port}/`)).body.toString()).toBe('a feed')
  })

  test('at most five redirects are followed; if all are permanent, the new address is reported', async () => {
    const kinds = [301, 308, 301, 301, 301, 302]
    using blog = await serving((req, res) => {
      const hop = Number(req.url?.slice(1))
      if (hop === 0) return res.end('here')
      res.writeHead(kinds[hop - 1] ?? 302, { Location: `/${hop - 1}` }).end()
    })
    const fetchPublic = from(blog.port)
    const at = (hop: number) => `http://blog.example:${blog.port}/${hop}`
    expect(await fetchPublic(at(5))).toMatchObject({ status: 200, url: at(0), moved_to: at(0) })
    expect(await reasonOf(fetchPublic(at(6)))).toBe('redirects')
    kinds[2] = 307
    expect(await fetchPublic(at(5))).toMatchObject({ status: 200, url: at(0), moved_to: null })
  })

  test('a response of 304 has no body', async () => {
    using blog = await serving((_req, res) => res.writeHead(304, { ETag: '"1"' }).end())
    expect(await from(blog.port)(`http://blog.example:${blog.port}/`)).toMatchObject({
      status: 304,
      body: Buffer.alloc(0),
    })
  })

  test('proxies of the environment are ignored', async () => {
    using proxy = await serving((_req, res) => res.end('proxied'))
    using blog = await serving((_req, res) => res.end('the blog itself'))
    const names = ['http_proxy', 'HTTP_PROXY', 'NODE_USE_ENV_PROXY']
    const before = names.map((name) => process.env[name])
    for (const name of names) process.env[name] = name.startsWith('NODE') ? '1' : proxy.origin
    try {
      expect((await from(blog.port)(`http://blog.example:${blog.port}/`)).body.toString()).toBe('the blog itself')
    } finally {
      for (const [at, name] of names.entries()) {
        if (before[at] === undefined) delete process.env[name]
        else process.env[name] = before[at]
      }
    }
    expect(proxy.connections()).toBe(0)
  })
})

describe('limits of time and size', () => {
  const from = (port: number) => createFetcher({ allow: [`blog.example:${port}`], resolve: toLoopback })

  test('an endless body is aborted at the limit', async () => {
    using blog = await serving((_req, res) => {
      const more = () => {
        while (!res.destroyed && res.write('x'.repeat(65_536)));
      }
      res.on('drain', more)
      more()
    })
    expect(await reasonOf(from(blog.port)(`http://blog.example:${blog.port}/`))).toBe('too_large')
  })

  test('a body whose declared length is too large is not read', async () => {
    using blog = await serving((_req, res) => {
      res.writeHead(200, { 'Content-Length': 3_000_000 })
      res.write('x')
    })
    expect(await reasonOf(from(blog.port)(`http://blog.example:${blog.port}/`))).toBe('too_large')
  })

  test.each([
    ['gzip', gzipSync(Buffer.alloc(200_000_000))],
    ['br', brotliCompressSync(Buffer.alloc(20_000_000))],
  ])('a bomb in %s is counted while it is unpacked', async (coding, bomb) => {
    using blog = await serving((_req, res) => {
      res.setHeader('Content-Encoding', coding)
      res.end(bomb)
    })
    const before = process.memoryUsage().rss
    expect(await reasonOf(from(blog.port)(`http://blog.example:${blog.port}/`))).toBe('too_large')
    expect(process.memoryUsage().rss - before).toBeLessThan(60_000_000)
  })

  test.each([
    ['a byte now and then', (res: import('node:http').ServerResponse) => res.write('x')],
    ['silence', () => true],
  ])('%s is aborted at the time limit', async (_what, drip) => {
    using blog = await serving((_req, res) => {
      res.writeHead(200)
      const timer = setInterval(() => drip(res), 40)
      res.on('close', () => clearInterval(timer))
    })
    expect(await reasonOf(from(blog.port)(`http://blog.example:${blog.port}/`, { timeout: 300 }))).toBe('slow')
  })

  test('a silent name server counts against the same time limit', async () => {
    const fetchPublic = createFetcher({ allow: [], resolve: () => new Promise(() => {}) })
    expect(await reasonOf(fetchPublic('http://blog.example/', { timeout: 100 }))).toBe('slow')
  })

  test('the caller may abort a request', async () => {
    using blog = await serving(() => {})
    const patience = new AbortController()
    const asked = from(blog.port)(`http://blog.example:${blog.port}/`, { signal: patience.signal })
    patience.abort()
    expect(await reasonOf(asked)).toBe('unreachable')
  })
})

test.each([
  ['an unknown coding', 'zstd', Buffer.from('x')],
  ['two codings', 'gzip, gzip', gzipSync(gzipSync('x'))],
  ['no gzip at all', 'gzip', Buffer.from('plain')],
  ['half a gzip', 'gzip', gzipSync('x'.repeat(1000)).subarray(0, 15)],
  ['broken brotli', 'br', Buffer.from('plain')],
])('%s cannot be read', async (_what, coding, body) => {
  using blog = await serving((_req, res) => {
    res.setHeader('Content-Encoding', coding)
    res.end(body)
  })
  const fetchPublic = createFetcher({ allow: [`blog.example:${blog.port}`], resolve: toLoopback })
  expect(await reasonOf(fetchPublic(`http://blog.example:${blog.port}/`))).toBe('broken')
})

test('a host without an address is not found', async () => {
  const nowhere = createFetcher({ allow: [], resolve: async () => [] })
  const refused = createFetcher({ allow: [], resolve: () => Promise.reject(new Error('ENOTFOUND')) })
  for (const fetchPublic of [nowhere, refused]) {
    expect(await reasonOf(fetchPublic('http://nowhere.example/'))).toBe('not_found')
  }
})
