import { HtmlValidate } from 'html-validate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Visit, visitEveryRoute, visitMoreStates } from '../support/every-page.ts'
import { type FilledSite, filledSite } from '../support/filled-site.ts'

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

test('every GET route answers its example with a page or a file: a new parameter has its value in filledSite', () => {
  const amiss = routes.filter(({ route, status, location }) =>
    route in LEADS_ON ? status !== 303 || !LEADS_ON[route]?.test(location ?? '') : status !== 200,
  )
  expect(amiss.map(({ route, reader, address, status }) => `${route}: ${status} for ${reader} at ${address}`)).toEqual(
    [],
  )
})

test('every further state of a page is a page', () => {
  const amiss = states.filter(({ html, status }) => html === null || ![200, 403, 404].includes(status))
  expect(amiss.map(({ reader, address, status }) => `${status} for ${reader} at ${address}`)).toEqual([])
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
