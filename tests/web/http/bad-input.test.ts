import { expect, test } from 'vitest'
import { routesOf, sampleAddress } from '../../support/routes/route-list.ts'
import { testSite } from '../../support/site.ts'

/** Every field that any form of the site has. */
const FIELDS = [
  'name',
  'email',
  'password',
  'old_password',
  'next',
  'shared',
  'code',
  'workplace',
  'handle',
  'scheme',
  'goal',
  'posts',
  'done',
  'reason',
  'useful',
  'will_use',
  'line',
  'title',
  'body',
  'audience',
  'intent',
  'version',
  'once',
  'role',
  'joining',
  'course',
  'starts_on',
  'time_zone',
  'per_week',
  'catch_up_after',
  'holiday_1_from',
  'holiday_1_to',
  'addresses',
  'opens_on',
  'rest',
  'summary',
  'address',
  'url',
  'extent',
  'thing',
]

const BAD: [string, (field: string) => [string, string][]][] = [
  ['nothing', () => []],
  ['empty fields', (field) => [[field, '']]],
  ['only spaces', (field) => [[field, ' \t\r\n ']]],
  ['100,000 characters', (field) => [[field, 'x'.repeat(100_000 / FIELDS.length)]]],
  ['NULs', (field) => [[field, 'a\0b']]],
  ['control signs', (field) => [[field, 'a\u0007\u001b[31m']]],
  [
    'repeated fields',
    (field) => [
      [field, 'one'],
      [field, 'two'],
    ],
  ],
  ['lone surrogates and signs of every plane', (field) => [[field, '\u{1F4DA}\uFFFD\u202E\u0301']]],
  ['numbers', (field) => [[field, '-1e309']]],
  [
    'prototypes',
    (field) => [
      [field, '__proto__'],
      [`__proto__[${field}]`, 'x'],
      ['constructor', 'x'],
    ],
  ],
  ['SQL', (field) => [[field, "'; DROP TABLE person; --"]]],
]

test.each(BAD)('every form meets %s with an answer, never with an accident', async (_what, fieldsOf) => {
  using site = await testSite()
  const { cohort, organiser, learner, admin, guest } = site.cast()
  site.reflection(learner, cohort)
  await organiser.post('/reflections/1/comments', { body: 'An answer.' })
  const who = {
    admin,
    author: admin,
    organising: organiser,
    guiding: organiser,
    enrolled: learner,
    anybody: guest,
  } as Record<string, typeof guest>
  const body = FIELDS.flatMap(fieldsOf).slice(0, 49)
  for (const { path, policies } of routesOf(site.services).filter(({ method }) => method === 'post')) {
    const address = sampleAddress(path)
    for (const browser of new Set([who[policies[0] ?? ''] ?? learner, organiser])) {
      const answer = await browser.post(address, body)
      expect([address, answer.status < 500]).toEqual([address, true])
      expect(await answer.text()).not.toMatch(/at .*\.ts:\d+|SqliteError/)
    }
  }
  expect(site.db.pragma('integrity_check', { simple: true })).toBe('ok')
  expect(site.db.prepare('SELECT count(*) FROM person').pluck().get()).toBeGreaterThan(5)
})
