import { type RequestHandler, Router } from 'express'
import { expect, test } from 'vitest'
import { anybody } from '../../server/web/http/access.ts'
import { type RouteLine, routesIn, routeTable } from '../../server/web/source/route-table.ts'
import { type RouteEntry, routesOf, routesOn } from '../support/routes/route-list.ts'
import { testSite } from '../support/site.ts'

/**
 * What is wrong with routes.
 * @param registered what Express knows
 * @param written what the source has, each with its address as one string
 */
function problemsOf(registered: RouteEntry[], written: RouteLine[]): string[] {
  const known = registered.map(({ method, path, policies }) => ({ key: `${method.toUpperCase()} ${path}`, policies }))
  const lines = written.map((route) => ({ key: `${route.method} ${route.address}`, at: `${route.file}:${route.line}` }))
  const found = Map.groupBy(lines, ({ key }) => key)
  const keys = new Set(known.map(({ key }) => key))
  return [
    ...known
      .filter(({ policies }) => policies.length !== 1)
      .map(({ key, policies }) => `${key} has ${policies.length} policies instead of one`),
    ...[...keys]
      .filter((key) => !found.has(key))
      .map((key) => `${key} is not written as one string in router.get(...)`),
    ...[...found]
      .filter(([, { length }]) => length > 1)
      .map(([key, all]) => `${key} stands at ${all.map(({ at }) => at)}`),
    ...lines.filter(({ key }) => !keys.has(key)).map(({ key, at }) => `${key} at ${at} is registered nowhere`),
  ]
}

test('every route has one policy and its full address as one string, once', async () => {
  using site = await testSite()
  expect(problemsOf(routesOf(site.services), routeTable())).toEqual([])
})

/** The problems of a source text that registers these routes. */
function planted(text: string, register: (router: Router) => void): string[] {
  const router = Router()
  register(router)
  return problemsOf(routesOn(router), routesIn('server/planted.ts', text))
}

const page: RequestHandler = (_req, res) => {
  res.end()
}

test('a full address with a policy is fine', () => {
  const text = "router.get('/a/:b', anybody, page)\n  router.post(\n    '/a/:b',\n    anybody,\n    page,\n  )"
  expect(planted(text, (router) => router.get('/a/:b', anybody, page).post('/a/:b', anybody, page))).toEqual([])
})

test.each([
  'router.get(`/a/b`, anybody, page)',
  'router.get(ADDRESS, anybody, page)',
  "router.get(at + '/b', anybody, page)",
])('%s is not a full address', (text) => {
  expect(planted(text, (router) => router.get('/a/b', anybody, page))).toEqual([
    'GET /a/b is not written as one string in router.get(...)',
  ])
})

test('an address that stands twice with the same method is found, with both places', () => {
  const line = "router.get('/a', anybody, page)"
  const twice = (router: Router) => router.get('/a', anybody, page).get('/a', anybody, page)
  expect(planted(`${line}\n${line}`, twice)).toEqual(['GET /a stands at server/planted.ts:1,server/planted.ts:2'])
})

test('a route without a policy is found, and one with two', () => {
  expect(planted("router.get('/a', page)", (router) => router.get('/a', page))).toEqual([
    'GET /a has 0 policies instead of one',
  ])
  expect(
    planted("router.get('/a', anybody, anybody, page)", (router) => router.get('/a', anybody, anybody, page)),
  ).toEqual(['GET /a has 2 policies instead of one'])
})

test('a route that no router has is found', () => {
  expect(planted("router.get('/a', anybody, page)", () => {})).toEqual([
    'GET /a at server/planted.ts:1 is registered nowhere',
  ])
})
