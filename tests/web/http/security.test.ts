import { request } from 'node:http'
import { describe, expect, test, vi } from 'vitest'
import { reportUnknownHosts } from '../../../server/web/http/host/unknown-hosts.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { testSite } from '../../support/site.ts'

function statusWith(origin: string, path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    request(new URL(path, origin), { headers, agent: false }, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })
}

/** As clients send it that do not encode names: Node writes headers in Latin-1. */
function utf8(name: string): string {
  return Buffer.from(name).toString('latin1')
}

describe('headers', () => {
  test('nothing inline, nothing from elsewhere, no frames', async () => {
    using site = await testSite()
    const { learner, cohort } = site.cast()
    for (const address of ['/', '/login', '/no/such/page', cohort.at('')]) {
      const { headers } = await learner.get(address)
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toMatch(/unsafe|https?:|\*/)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('x-powered-by')).toBeNull()
    }
  })

  test('no page may use the camera, the microphone or the place; sharing and copying stay allowed', async () => {
    using site = await testSite()
    for (const address of ['/', '/login', '/no/such/page', '/theme.css']) {
      const policy = (await site.guest().get(address)).headers.get('permissions-policy') ?? ''
      for (const feature of ['camera', 'microphone', 'geolocation', 'payment', 'usb']) {
        expect(policy.split(', ')).toContain(`${feature}=()`)
      }
      expect(policy).not.toMatch(/web-share|clipboard/)
    }
  })

  test('signed-in pages are kept by nobody else', async () => {
    using site = await testSite()
    const { learner, cohort } = site.cast()
    const { headers } = await learner.get(cohort.at(''))
    expect(headers.get('cache-control')).toBe('private, no-cache')
    expect(headers.get('vary')).toContain('Cookie')
  })

  test('over https the cookie is Secure with the __Host- prefix and the browser stays on https', async () => {
    using site = await testSite({ base_url: 'https://things.example', trust_proxy: 1 })
    const guest = site.guest()
    const person = site.person({ email: 'amara@library.example' })
    const fields = { email: person.email, password: 'a short sentence is good' }
    const proxied = { 'x-forwarded-proto': 'https', host: 'things.example' }
    const answer = await guest.post('/login', fields, proxied)
    const status = await statusWith(site.origin, '/login', { host: 'things.example' })
    expect(status).toBe(200)
    const cookie = answer.headers.getSetCookie().join()
    if (answer.status === 303) expect(cookie).toMatch(/^__Host-session=.*Path=\/;.*HttpOnly; Secure; SameSite=Lax/)
    else expect(answer.status).toBe(421)
  })
})

describe("the site's name", () => {
  test('without BASE_URL localhost and IP addresses are answered, another name is not', async () => {
    using site = await testSite()
    const port = new URL(site.origin).port
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, '192.168.1.20:2323', '[::1]:2323', '10.0.0.1']) {
      expect([host, await statusWith(site.origin, '/login', { host })]).toEqual([host, 200])
    }
    for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', 'evil.example:2323']) {
      expect([host, await statusWith(site.origin, '/login', { host })]).toEqual([host, 421])
    }
  })

  test('with BASE_URL only that name is answered, whatever a proxy header says', async () => {
    using site = await testSite({ base_url: 'http://things.example' })
    expect(await statusWith(site.origin, '/login', { host: 'things.example' })).toBe(200)
    expect(await statusWith(site.origin, '/login', { host: 'localhost' })).toBe(421)
    expect(
      await statusWith(site.origin, '/login', { host: 'evil.example', 'x-forwarded-host': 'things.example' }),
    ).toBe(421)
    expect(await statusWith(site.origin, '/healthz', { host: '127.0.0.1' })).toBe(200)
  })
})

describe('a host that is written in another way', () => {
  test.each([
    [
      'https://buecher.example',
      ['BUECHER.Example', 'buecher.example.', 'Buecher.example.:443', 'buecher.example:0443'],
    ],
    ['http://buecher.example', ['buecher.example:80', 'buecher.EXAMPLE.:80']],
    ['http://buecher.example:8080', ['buecher.example:8080', 'Buecher.Example.:8080']],
    [
      'https://b\u00fccher.example',
      ['xn--bcher-kva.example', 'XN--BCHER-KVA.example:443', utf8('B\u00fccher.example')],
    ],
    ['https://xn--bcher-kva.example', [utf8('b\u00dccher.example.')]],
    ['http://[2001:db8::a]:8080', ['[2001:DB8:0:0::A]:8080', '[2001:0db8::000a]:8080']],
    ['https://[2001:db8::a]', ['[2001:db8::a]:443', '[2001:DB8::A]']],
    ['https://192.0.2.7', ['192.0.2.7', '192.0.2.7:443']],
  ])('%s is known as %j', async (base_url, hosts) => {
    using site = await testSite({ base_url: new URL(base_url).origin })
    for (const host of hosts) expect([host, await statusWith(site.origin, '/login', { host })]).toEqual([host, 200])
  })

  test('is still refused where name or port differ', async () => {
    using site = await testSite({ base_url: 'https://things.example' })
    const others = [
      'things.example:8443',
      'things.example..',
      '.things.example',
      'a@things.example',
      'things.example/x',
    ]
    for (const host of [
      ...others,
      'things.example.evil.example',
      'things%2eexample',
      'things.example:99999',
      '-',
      '[::1',
    ]) {
      expect([host, await statusWith(site.origin, '/login', { host })]).toEqual([host, 421])
    }
  })

  test('may post to itself, whatever dot or capitals its origin has', async () => {
    using site = await testSite({ base_url: 'http://things.example' })
    const post = (origin: string) =>
      rawRequest(`${site.origin}/logout`, { method: 'POST', headers: { host: 'things.example.', origin } })
    expect((await post('http://things.example.')).status).toBe(303)
    expect((await post('http://things.example.evil.example')).status).toBe(403)
    expect((await post('https://things.example.')).status).toBe(403)
  })

  test('is taken from X-Forwarded-Host of a trusted proxy only, and from the outermost one', async () => {
    const base_url = 'https://things.example'
    const ask = async (trust_proxy: number, forwarded: string, host = '127.0.0.1:2323') => {
      using site = await testSite({ base_url, trust_proxy })
      return await statusWith(site.origin, '/login', { host, 'x-forwarded-host': forwarded })
    }
    expect(await ask(1, 'Things.Example')).toBe(200)
    expect(await ask(1, 'evil.example, things.example')).toBe(200)
    expect(await ask(2, 'things.example, inner.example')).toBe(200)
    expect(await ask(1, 'things.example, evil.example')).toBe(421)
    expect(await ask(0, 'things.example')).toBe(421)
    expect(await ask(1, 'inner.example', 'things.example')).toBe(200)
  })
})

describe('the page under a name that is not the site\u2019s', () => {
  const ask = (site: { origin: string }, path: string, headers: Record<string, string>) =>
    rawRequest(site.origin + path, { headers: { accept: 'text/html', ...headers } })

  test('says which name came and which is expected, and leads there', async () => {
    using site = await testSite({ base_url: 'https://things.example:8443' })
    const { status, body, headers } = await ask(site, '/home', { host: 'old.example:81' })
    expect(status).toBe(421)
    expect(String(body)).toContain('old.example:81')
    expect(String(body)).toContain('things.example:8443')
    expect(String(body)).toContain('href="https://things.example:8443"')
    expect(headers['cache-control']).toBe('no-store')
  })

  test('writes the name that came as text', async () => {
    using site = await testSite({ base_url: 'https://things.example' })
    const { body } = await ask(site, '/', { host: '<b onload="x">' })
    expect(String(body)).not.toContain('<b onload')
    expect(String(body)).toContain('&lt;b onload=')
  })

  test('has its styles, and asks for none of them by https', async () => {
    using site = await testSite({ base_url: 'https://things.example' })
    const { body, headers } = await ask(site, '/', { host: '192.0.2.9' })
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(headers['content-security-policy']).not.toContain('upgrade-insecure-requests')
    expect(headers['strict-transport-security']).toBeUndefined()
    const styles = [...String(body).matchAll(/<link rel="stylesheet" href="([^"]+)"/g)].map(([, href = '']) => href)
    expect(styles.length).toBeGreaterThan(1)
    for (const href of styles)
      expect([href, (await ask(site, href, { host: '192.0.2.9' })).status]).toEqual([href, 200])
  })

  test('is JSON with both names for a program', async () => {
    using site = await testSite({ base_url: 'https://things.example' })
    const { body } = await rawRequest(`${site.origin}/`, {
      headers: { host: 'old.example', accept: 'application/json' },
    })
    expect(JSON.parse(String(body))).toMatchObject({ came: 'old.example', expected: 'things.example' })
  })
})

describe('the log of names that are not answered', () => {
  function scene() {
    let seconds = 0
    const warn = vi.fn()
    const clock = { now: () => Temporal.Instant.fromEpochMilliseconds(seconds * 1000) }
    const report = reportUnknownHosts({ warn }, clock)
    const lines = () => warn.mock.calls.map(([facts]) => facts.came)
    return {
      ask: (came: string) => report({ came, expected: 'things.example' }),
      lines,
      wait: (by: number) => (seconds += by),
    }
  }

  test('has each name once a minute', () => {
    const { ask, lines, wait } = scene()
    for (let at = 0; at < 59; at++) {
      ask('old.example')
      ask('10.0.0.7')
      wait(1)
    }
    expect(lines()).toEqual(['old.example', '10.0.0.7'])
    wait(1)
    ask('old.example')
    expect(lines()).toEqual(['old.example', '10.0.0.7', 'old.example'])
  })

  test('has 51 lines a minute at most, however many names come', () => {
    const { ask, lines, wait } = scene()
    for (let at = 0; at < 5000; at++) ask(`${at}.example`)
    expect(lines()).toHaveLength(51)
    wait(60)
    ask('old.example')
    expect(lines().at(-1)).toBe('old.example')
  })
})

describe('bodies', () => {
  test('a form that is too large is refused with a page', async () => {
    using site = await testSite()
    const { learner, cohort } = site.cast()
    const answer = await learner.post(cohort.at('/things/1/reflection'), {
      intent: 'publish',
      body: 'x'.repeat(600_000),
    })
    expect(answer.status).toBe(413)
    expect(await answer.text()).toContain('too much at once')
  })

  test('the longest text fits, also where every sign is written in four bytes', async () => {
    using site = await testSite()
    const { learner, cohort } = site.cast()
    const answer = await learner.post(cohort.at('/things/1/reflection'), {
      intent: 'publish',
      body: '\u{1F4DA}'.repeat(20_000),
    })
    expect(answer.status).toBe(303)
  })

  test.each([
    ['broken UTF-8 in escapes', 'body=%ff%fe'],
    ['a broken escape', 'body=%zz'],
    ['raw bytes that are no UTF-8', new Uint8Array([98, 61, 0xff, 0xfe])],
  ])('%s is refused, never 500', async (_what, body) => {
    using site = await testSite()
    const { learner, cohort } = site.cast()
    expect((await learner.postRaw(cohort.at('/things/1/reflection'), body)).status).toBe(400)
  })

  test('half a surrogate is replaced, and no character of its own', async () => {
    using site = await testSite()
    const { learner, cohort } = site.cast()
    const broken = 'intent=publish&title=x&audience=cohort&body=Half%ed%a0%80here'
    expect((await learner.postRaw(cohort.at('/things/1/reflection'), broken)).status).toBe(303)
    expect(site.db.prepare('SELECT body FROM reflection').pluck().get()).toMatch(/^Half\ufffd+here$/)
  })

  test('a body of another kind is an empty form', async () => {
    using site = await testSite()
    const { learner, cohort } = site.cast()
    const answer = await learner.postRaw(cohort.at('/things/1/reflection'), '{"body":"x"}', {
      'content-type': 'application/json',
    })
    expect(answer.status).toBe(422)
  })

  test('more fields than any form has are refused', async () => {
    using site = await testSite()
    const { learner, cohort } = site.cast()
    const body = Array.from({ length: 1_010 }, (_, index) => `f${index}=1`).join('&')
    expect((await learner.postRaw(cohort.at('/things/1/reflection'), body)).status).toBe(413)
  })

  test('no query and no form reaches the engine of the templates or a prototype', async () => {
    using site = await testSite()
    const { learner, cohort } = site.cast()
    const hostile =
      'settings[view options][client]=1&__proto__[polluted]=1&constructor[prototype][polluted]=1&__proto__=x'
    expect((await learner.get(`/?${hostile}`)).status).toBe(303)
    expect((await learner.get(cohort.at(`/reflections?${hostile}`))).status).toBe(200)
    expect((await learner.postRaw(cohort.at('/things/1/reflection'), `${hostile}&intent=draft&body=x`)).status).toBe(
      303,
    )
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect((await site.guest().get('/')).status).toBe(200)
  })

  test.each(['/cohorts/%ff/things/1', '/people/%E0%A4%A', '/reflections/%'])(
    'a broken address (%s) is a page',
    async (address) => {
      using site = await testSite()
      expect((await site.cast().learner.get(address)).status).toBe(400)
    },
  )
})

test('what people write is text on every page, never markup', async () => {
  using site = await testSite()
  const cohort = site.cohort({ title: '<img src=x onerror=alert(1)>' })
  const name = '"><script>alert(2)</script>'
  const learner = cohort.enrol(site.person({ name, workplace: '<svg/onload=alert(3)>' }))
  const peer = cohort.enrol(site.person())
  const id = site.reflection(learner, cohort, {
    title: '</title><script>alert(4)</script>',
    body: '<img src=x onerror=alert(5)> [x](javascript:alert(6))',
  })
  await peer.post(`/reflections/${id}/comments`, { body: '<script>alert(7)</script>' })
  const addresses = ['', '/reflections', '/badges', '/things/1']
    .map(cohort.at)
    .concat(`/reflections/${id}`, `/people/${learner.handle}`, '/me')
  for (const address of addresses) {
    for (const browser of [learner, peer]) {
      const page = await browser.read(address)
      expect(page).not.toMatch(/<script>|<img|<svg\/|onerror=alert\(\d\)>|href="javascript:/)
    }
  }
})
