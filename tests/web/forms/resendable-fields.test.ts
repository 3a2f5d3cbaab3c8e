import { expect, onTestFinished, test } from 'vitest'
import { resendableFields } from '../../../server/web/forms/resendable-fields.ts'
import { createWorkerPool } from '../../../server/workers/worker-pool.ts'
import { testSite } from '../../support/site.ts'

const LONG = `It went <well>.\n\n${'word '.repeat(1000)}`.trim()

async function busySite() {
  const workers = createWorkerPool()
  const site = await testSite({ workers })
  onTestFinished(() => site[Symbol.asyncDispose]())
  // a closed pool answers as a busy one does
  await workers.close()
  return { site, ...site.cast() }
}

test('a long text that finds every thread busy is kept on a page that sends it again', async () => {
  const { site, learner, cohort } = await busySite()
  const at = cohort.at('/things/1/reflection')
  const answer = await learner.post(at, { intent: 'publish', title: 'Mine', body: LONG, audience: 'cohort' })
  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toBe('5')
  const page = await answer.text()
  expect(page).toContain('What you typed is kept on this page.')
  expect(page).toMatch(
    new RegExp(`<textarea [^>]*name="body"[^>]*>\\n${LONG.replace('<well>', '&lt;well&gt;')}</textarea>`),
  )
  expect(page).toContain('<input type="hidden" name="intent" value="publish">')
  expect(site.db.prepare('SELECT count(*) FROM reflection').pluck().get()).toBe(0)
})

test('a short text is published although every thread is busy', async () => {
  const { learner, cohort } = await busySite()
  const at = cohort.at('/things/1/reflection')
  const answer = await learner.post(at, { intent: 'publish', title: 'Mine', body: 'It went well.', audience: 'cohort' })
  expect(answer.status).toBe(303)
})

test.each([
  ['a page that was asked for', { method: 'GET', body: { q: 'x' } }, null],
  ['a form without fields', { method: 'POST', body: {} }, null],
  ['a request without a body', { method: 'POST', body: undefined }, null],
  ['a password', { method: 'POST', body: { email: 'a@b.example', password: 'secret' } }, null],
  [
    'several values of a name',
    { method: 'POST', body: { to: ['a', 'b'] } },
    [
      { name: 'to', value: 'a', written: false },
      { name: 'to', value: 'b', written: false },
    ],
  ],
])('what is sent again of %s', (_, request, fields) => {
  expect(resendableFields(request)).toEqual(fields)
})
