import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FilledSite, filledSite } from '../support/fixtures/filled-site.ts'
import { routesOf, sampleAddress } from '../support/routes/route-list.ts'
import { EVERY_READER } from '../support/routes/visit-every-route.ts'

interface RefusedForm {
  route: string
  html: string
}

let filled: FilledSite
let refused: RefusedForm[]
beforeAll(async () => {
  filled = await filledSite()
  refused = []
  for (const { method, path } of routesOf(filled.site.services)) {
    if (method === 'post' && path !== '/logout') refused.push(...(await refusalOf(path)))
  }
})
afterAll(() => filled[Symbol.asyncDispose]())

async function refusalOf(route: string): Promise<RefusedForm[]> {
  const { cast, samples } = filled
  for (const reader of EVERY_READER) {
    const answer = await cast[reader].post(sampleAddress(route, samples), { intent: 'publish', by: 'none' })
    if (answer.status === 422) return [{ route, html: await answer.text() }]
  }
  return []
}

const failing = (isRight: (html: string) => boolean) =>
  refused.filter(({ html }) => !isRight(html)).map(({ route }) => route)

test('the title of a page that refuses a form begins with Error', () => {
  expect(refused.length).toBeGreaterThan(40)
  expect(failing((html) => /<title>Error: \S/.test(html))).toEqual([])
})

test('the focus is on the message, on the first wrong field, or on the heading of an error page', () => {
  const focused =
    /<(?:h1|[a-z]+ [^<>]*(?:role="alert"|aria-invalid="true"))[^<>]* autofocus|<[a-z0-9]+ [^<>]*autofocus[^<>]*(?:role="alert"|aria-invalid="true")/
  expect(failing((html) => focused.test(html) && html.split(' autofocus').length === 2)).toEqual([])
})

test('a field with a problem is invalid for screen readers, and described by its problem', () => {
  const undescribed = (html: string) =>
    [...html.matchAll(/<p class="problem"(?: id="([^"]*)")?/g)].filter(([, id = 'none']) => {
      const field = new RegExp(`<[^<>]*aria-describedby="[^"]*\\b${id}\\b[^<>]*>`).exec(html)?.[0] ?? ''
      return !field.includes('aria-invalid="true"')
    })
  expect(refused.flatMap(({ route, html }) => undescribed(html).map(([problem]) => `${route}: ${problem}`))).toEqual([])
})
