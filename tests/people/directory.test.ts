import { expect, test } from 'vitest'
import { type Actor, testSite } from '../support/site.ts'

async function namesAt(admin: Actor, path: string): Promise<string[]> {
  const page = await admin.read(path)
  return Array.from(page.matchAll(/<th scope="row"><a href="\/people\/([\w-]+)">/g), ([, handle]) => handle ?? '')
}

test.each([
  ['a part of the name', 'lindq'],
  ['the name in small letters', 'åsa'],
  ['the name without accents', 'asa'],
  ['the address', 'HARBOUR'],
  ['the handle', 'asa-lindqvist'],
])('people are found by %s', async (_by, q) => {
  using site = await testSite()
  const admin = site.person({ role: 'admin' })
  site.person({ name: 'Åsa Lindqvist', email: 'a.l@harbour.example' })
  expect(await namesAt(admin, `/admin/people?q=${encodeURIComponent(q)}`)).toEqual(['asa-lindqvist'])
})

test.each(['%', '_', "' OR 1=1 --", '"', 'NEAR(', '*', '\0'])('%j is looked for as it is', async (q) => {
  using site = await testSite()
  const admin = site.person({ role: 'admin' })
  const answer = await admin.get(`/admin/people?q=${encodeURIComponent(q)}`)
  expect(answer.status).toBe(200)
  expect(await answer.text()).toContain('Nobody by that name or address')
})

test('paging forward and back meets everybody once and in the same order', async () => {
  using site = await testSite()
  const admin = site.person({ role: 'admin' })
  for (let number = 0; number < 120; number++) site.person()
  const pages: string[][] = []
  const forward: string[] = []
  for (let path = '/admin/people'; path; ) {
    const html = await admin.read(path)
    pages.push(await namesAt(admin, path))
    forward.push(path)
    path = /rel="next" href="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? ''
  }
  expect(pages.map((page) => page.length)).toEqual([50, 50, 21])
  expect(new Set(pages.flat()).size).toBe(121)
  const back = /rel="prev" href="([^"]+)"/.exec(await admin.read(forward[2] ?? ''))?.[1] ?? ''
  expect(await namesAt(admin, back)).toEqual(pages[1])
  const first = /rel="prev" href="([^"]+)"/.exec(await admin.read(back))?.[1] ?? ''
  expect(await namesAt(admin, first)).toEqual(pages[0])
  expect(await admin.read(first)).not.toContain('rel="prev"')
})

test('a cursor that is no number is not found', async () => {
  using site = await testSite()
  const admin = site.person({ role: 'admin' })
  for (const cursor of ['abc', '-1', '1;DROP TABLE person', '0x10', '99999999999999999999']) {
    expect((await admin.get(`/admin/people?before=${encodeURIComponent(cursor)}`)).status).toBe(404)
  }
})

test('the list takes as many statements for a hundred people as for one', async () => {
  using site = await testSite()
  const admin = site.person({ role: 'admin' })
  const one = await site.statements(() => admin.get('/admin/people'))
  for (let number = 0; number < 100; number++) {
    site.services.resets.ask(site.person().email)
  }
  const hundred = await site.statements(() => admin.get('/admin/people'))
  expect(hundred.length).toBe(one.length)
  expect(hundred.length).toBeLessThanOrEqual(8)
})

test('nothing on the page is markup from a name', async () => {
  using site = await testSite()
  const admin = site.person({ role: 'admin' })
  site.person({ name: '<img src=x onerror=alert(1)>', workplace: '"><script>' })
  const page = await admin.read('/admin/people')
  expect(page).not.toContain('<img')
  expect(page).not.toContain('"><script>')
})
