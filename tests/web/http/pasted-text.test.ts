import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestSite, testSite } from '../../support/site.ts'

/** Controls, line ends of other programs, marks of direction, half a surrogate pair as a form sends it. */
const ODD =
  'One\vtwo\fthree\u0085four\u2028five\u2029six \u0000\u0007\u001b\u009f\ufeff\uffff\ufffd \u202eseven\u202c\u200b'
const UNSEEN = ['\u3164', '\u2800\u2800', '\u200b\u200c\u2060', '\u202e\u202c', '\u0301', '\ufe0f\u{e0061}']
const NO_MARKDOWN = [
  '[](https://branch.example)',
  '<!-- to do -->',
  '#',
  '&nbsp;\n\n&#8203;',
  '** **',
  '[a]: https://a.example',
]

let site: TestSite
let cast: ReturnType<TestSite['cast']>
let reflection: number

beforeAll(async () => {
  site = await testSite()
  cast = site.cast()
  reflection = site.reflection(cast.learner, cast.cohort)
})
afterAll(() => site[Symbol.dispose]())

interface TextForm {
  who: 'peer' | 'organiser'
  at: () => string
  fields: Record<string, string>
  line?: string
  markdown?: string
}

const FORMS: Record<string, TextForm> = {
  'the settings of an account': { who: 'peer', at: () => '/me', fields: {}, line: 'name' },
  'a reflection': {
    who: 'peer',
    at: () => cast.cohort.at('/things/2/reflection'),
    fields: { intent: 'publish', title: 'A title', audience: 'cohort' },
    markdown: 'body',
  },
  'a comment': { who: 'peer', at: () => `/reflections/${reflection}/comments`, fields: {}, markdown: 'body' },
  'an announcement': {
    who: 'organiser',
    at: () => `/admin/cohorts/${cast.cohort.slug}/announcements`,
    fields: { title: 'A title', body: 'Words.' },
    line: 'title',
    markdown: 'body',
  },
  'a saved reply': {
    who: 'organiser',
    at: () => `/admin/cohorts/${cast.cohort.slug}/queue/answers`,
    fields: { title: 'A title', body: 'Words.' },
    line: 'title',
    markdown: 'body',
  },
  'the settings of a cohort': {
    who: 'organiser',
    at: () => `/admin/cohorts/${cast.cohort.slug}/settings`,
    fields: { joining: 'open' },
    line: 'title',
  },
  'a pod': {
    who: 'organiser',
    at: () => `/admin/cohorts/${cast.cohort.slug}/pods`,
    fields: {},
    line: 'name',
  },
}

describe.each(Object.entries(FORMS))('%s', (_what, { who, at, fields, line, markdown }) => {
  const field = line ?? markdown ?? ''
  const send = (more: Record<string, string>) => cast[who].post(at(), { ...fields, ...more })

  test('takes odd characters', async () => {
    const names = [line, markdown].flatMap((name) => name ?? [])
    const answer = await send(Object.fromEntries(names.map((name) => [name, ODD])))
    expect(answer.status).toBe(303)
  })

  test.each(UNSEEN)(`refuses %j at its field`, async (typed) => {
    const answer = await send({ [field]: typed })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain(`id="${field}-problem"`)
  })

  test.each(markdown ? NO_MARKDOWN : [])('refuses %j, which shows nothing', async (typed) => {
    const answer = await send({ [markdown ?? '']: typed })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('Nothing of this can be seen on a page.')
  })
})

test('what was taken is stored cleaned, and nothing that was refused counts', () => {
  const line = 'One two three four five six \ufffd seven'
  const stored = (sql: string) => site.db.prepare(sql).pluck().all()
  expect(stored(`SELECT name FROM person WHERE id = ${cast.peer.id}`)).toEqual([line])
  expect(stored('SELECT title FROM announcement')).toEqual([line])
  expect(stored('SELECT name FROM pod')).toContain(line)
  expect(stored('SELECT body FROM comment')).toEqual([
    'One\ntwo\nthree\nfour\nfive\nsix \ufffd \u202eseven\u202c\u200b',
  ])
  expect(stored(`SELECT count(*) FROM reflection WHERE person_id = ${cast.peer.id}`)).toEqual([1])
})

test('a draft of a script and the preview take odd characters as well', async () => {
  const fields = { intent: 'draft', title: ODD, body: ODD, audience: 'cohort' }
  const saved = await cast.learner.post(cast.cohort.at('/things/2/reflection'), fields, { accept: 'application/json' })
  expect(saved.status).toBe(200)
  const preview = await cast.learner.post('/preview', { body: ODD })
  expect([preview.status, (await preview.text()).match(/<br/g)?.length]).toEqual([200, 5])
})

test('half a surrogate pair is taken in either kind of form', async () => {
  const body = 'body=half+%ED%A0%BD+pair'
  expect((await cast.peer.postRaw(`/reflections/${reflection}/comments`, body)).status).toBe(303)
  expect(site.db.prepare('SELECT body FROM comment ORDER BY id DESC').pluck().get()).toBe('half \ufffd pair')
})

test('a thing is not complete by words that nobody sees', async () => {
  const { countWords } = await import('../../../server/reflections/markdown/word-count.ts')
  expect(countWords('\u200b \u3164 \u2800 two \u0301 words')).toBe(2)
})
