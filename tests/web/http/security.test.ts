import { request } from 'node:http'
import { describe, expect, test } from 'vitest'
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
    ['half a surrogate', 'body=%ed%a0%80'],
  ])('%s is refused, never 500', async (_what, body) => {
    using site = await testSite()
    const { learner, cohort } = site.cast()
    expect((await learner.postRaw(cohort.at('/things/1/reflection'), body)).status).toBe(400)
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
