import { HtmlValidate } from 'html-validate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FilledSite, filledSite } from '../support/fixtures/filled-site.ts'
import { routesOf, sampleAddress } from '../support/routes/route-list.ts'
import { type Visit, visitEveryRoute, visitMoreStates } from '../support/routes/visit-every-route.ts'

let filled: FilledSite
let routes: Awaited<ReturnType<typeof visitEveryRoute>>
let states: Visit[]
beforeAll(async () => {
  filled = await filledSite()
  routes = await visitEveryRoute(filled)
  states = await visitMoreStates(filled)
})
afterAll(() => filled[Symbol.asyncDispose]())

/** Routes that have no page of their own: where each leads. */
const LEADS_ON: Record<string, RegExp> = { '/write': /^\/cohorts\/[\w-]+\/things\/\d+\/reflection$/ }

/** The routes whose example is neither a page nor a file, nor leads where it should. */
function unanswered(visits: typeof routes): string[] {
  return visits
    .filter(({ route, status, location }) => !(LEADS_ON[route]?.test(location ?? '') ?? status === 200))
    .map(({ route, reader, address, status }) => `${route}: ${status} for ${reader} at ${address}`)
}

test('every GET route answers its example with a page or a file: a new parameter has its value in filledSite', () => {
  expect(unanswered(routes)).toEqual([])
})

test('a route whose example is not there is found, and one that leads elsewhere', () => {
  const missing = {
    route: '/new/:thing',
    reader: 'guest',
    address: '/new/1',
    status: 404,
    location: null,
    html: '',
  } as const
  const astray = { ...missing, route: '/write', status: 303, location: '/login' } as const
  expect(unanswered([missing, astray])).toEqual([
    '/new/:thing: 404 for guest at /new/1',
    '/write: 303 for guest at /new/1',
  ])
})

test('every value of a parameter belongs to a route', () => {
  const keys = Object.keys(filled.samples)
  expect(keys.filter((key) => !routes.some(({ route }) => route.includes(key)))).toEqual([])
})

test('every further state of a page is a page', () => {
  const amiss = states.filter(({ html, status }) => html === null || ![200, 403, 404].includes(status))
  expect(amiss.map(({ reader, address, status }) => `${status} for ${reader} at ${address}`)).toEqual([])
})

const STRANGERS = ['stranger', 'foreignGuide', 'foreignOrganiser', 'author', 'alumna'] as const

test('what is for some who are signed in is not found by others, who change nothing', async () => {
  const { site, cast, samples } = filled
  const { cohort, learner, peer } = cast
  const reflection = site.reflection(peer, cohort, { number: 3 })
  await learner.post(`/reflections/${reflection}/comments`, { body: 'For the cohort.' })
  const comment = site.db.prepare('SELECT max(id) FROM comment').pluck().get()
  const closed = { ...samples, '/reflections/:id': String(reflection), '/comments/:id': String(comment) }
  // where the parameter is a cohort, or there is none, everybody acts on what is their own
  const some = routesOf(site.services).filter(
    ({ path, policies }) => policies[0] === 'signed in' && /:(?!cohort\b)/.test(path),
  )
  expect(some.length).toBeGreaterThan(20)
  const before = site.db.prepare('SELECT total_changes()').pluck().get()
  const taken: unknown[] = []
  for (const { method, path } of some) {
    const address = sampleAddress(path, closed)
    for (const who of STRANGERS) {
      const { status } = await (method === 'get' ? cast[who].get(address) : cast[who].post(address, { shared: '1' }))
      if (status !== 404) taken.push([method, path, who, status])
    }
  }
  expect(taken).toEqual([])
  expect(site.db.prepare('SELECT total_changes()').pluck().get()).toBe(before)
})

const htmlValidate = new HtmlValidate({
  root: true,
  extends: ['html-validate:recommended'],
  rules: {
    'doctype-style': ['error', { style: 'lowercase' }],
    // a button without a type sends its form
    'no-implicit-button-type': 'off',
    // people write titles of any length
    'long-title': 'off',
    'form-dup-name': ['error', { shared: ['radio', 'checkbox', 'submit', 'button', 'reset'] }],
    // what scrolls has a role and takes the focus, also where it is no section of the page
    'prefer-native-element': ['error', { exclude: ['region'] }],
    // without it a browser puts back what a hidden field had before the page was loaded again
    'valid-autocomplete': 'off',
  },
})

/** What html-validate says of a page. A `<template>` is left out: scripts fill it before anybody sees it. */
async function problemsIn(html: string): Promise<string[]> {
  const { results } = await htmlValidate.validateString(html.replaceAll(/<template\b[\s\S]*?<\/template>/g, ''))
  const messages = results.flatMap((result) => result.messages)
  return messages.map(({ ruleId, message, selector }) => `${ruleId}: ${message} (${selector})`)
}

test('every page is valid HTML', async () => {
  const problems: string[] = []
  for (const { reader, address, html } of [...routes, ...states]) {
    const found = html === null ? [] : await problemsIn(html)
    problems.push(...found.map((problem) => `${address} for ${reader}: ${problem}`))
  }
  expect(problems).toEqual([])
})

test.each([
  ['<p><div>a</div></p>', 'close-order'],
  ['<img src="/a.png">', 'wcag/h37'],
  ['<p id="a"></p><p id="a"></p>', 'no-dup-id'],
  ['<form action="/a"><input type="text" aria-label="a"></form>', 'wcag/h32'],
])('%s is not valid', async (part, rule) => {
  const page = `<!doctype html>\n<html lang="en"><head><title>A</title></head><body>${part}</body></html>`
  expect((await problemsIn(page)).join()).toContain(rule)
})
