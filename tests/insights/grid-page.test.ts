import { expect, test } from 'vitest'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

type Cohort = ReturnType<TestSite['cohort']>

const at = (cohort: Cohort, path = '') => `/admin/cohorts/${cohort.slug}/grid${path}`

/** The signs in somebody's row, as they are told to those who do not see them. */
function signsOf(html: string, who: Actor): string[] {
  const row = html.split('<tr>').find((part) => part.includes(`/people/${who.handle}"`)) ?? ''
  return Array.from(row.matchAll(/class="unseen">([^<]*)<\/span><\/i>/g), ([, words = '']) => words)
}

function namesIn(html: string): string[] {
  return Array.from(html.matchAll(/href="\/people\/[\w-]+">([^<]*)</g), ([, name = '']) => name)
}

test('each thing that somebody did, put aside, has begun, may do or waits for has its sign', async () => {
  using site = await testSite({ now: '2026-03-18T07:00:00Z' })
  const { cohort, organiser, learner } = site.cast()
  site.reflection(learner, cohort, { number: 1 })
  const draft = { title: 'T', body: 'Begun', audience: 'cohort', intent: 'draft', version: '' }
  await learner.post(cohort.at('/things/2/reflection'), draft)
  await learner.post(cohort.at('/things/3/skip'), { done: '1', reason: 'No phone like that' })
  const signs = signsOf(await organiser.read(at(cohort)), learner)
  expect(signs.slice(0, 4)).toEqual(['done', 'a draft', 'put aside, with a reason', 'open'])
  expect(signs.slice(6)).toEqual(Array(17).fill('not open yet'))
})

test('a thing done in a catch-up week has a sign of its own', async () => {
  using site = await testSite()
  const { cohort, organiser, learner } = site.cast()
  site.reflection(learner, cohort, { number: 1 })
  const rest = site.services.calendar.entries(cohort.id).find(({ kind }) => kind === 'catch-up')
  site.clock.set(rest?.opens_at ?? '')
  site.reflection(learner, cohort, { number: 2 })
  const signs = signsOf(await site.browserOf(organiser.id).read(at(cohort)), learner)
  expect(signs.slice(0, 2)).toEqual(['done', 'done in a catch-up week or after the end'])
})

test('a reflection for nobody else counts as done, and nothing of any text is shown', async () => {
  using site = await testSite()
  const { cohort, organiser, learner } = site.cast()
  site.reflection(learner, cohort, { audience: 'me', title: 'A secret title', body: 'A secret body' })
  const html = await organiser.read(at(cohort))
  expect(signsOf(html, learner)[0]).toBe('done')
  expect(html).not.toContain('secret')
})

test('the grid shows learners, and neither guides, organisers nor people who left', async () => {
  using site = await testSite()
  const { cohort, organiser, learner, peer } = site.cast()
  await peer.post(cohort.at('/leave'), { posts: 'stay' })
  expect(namesIn(await organiser.read(at(cohort)))).toEqual([learner.name])
})

test('people are in order of their names as one reads them, with accents and without', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  for (const name of ['Zoë', 'Łucja', 'amara', 'Mia', 'Åsa', 'Bo']) cohort.enrol(site.person({ name }))
  expect(namesIn(await cohort.organiser.read(at(cohort)))).toEqual(['amara', 'Åsa', 'Bo', 'Łucja', 'Mia', 'Zoë'])
})

test('they can be in order of workplace, those without one last, or of who has been away for longest', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const [one, two, three] = ['Harbour', null, 'Annex'].map((workplace, index) => {
    site.clock.advance({ minutes: 1 })
    return cohort.enrol(site.person({ name: `Person ${index + 1}`, ...(workplace ? { workplace } : {}) }))
  })
  const names = async (sort: string) => namesIn(await cohort.organiser.read(at(cohort, `?sort=${sort}`)))
  expect(await names('workplace')).toEqual([three?.name, one?.name, two?.name])
  site.clock.advance({ hours: 1 })
  await site.browserOf(one?.id ?? 0).get(cohort.at(''))
  expect(await names('seen')).toEqual([two?.name, three?.name, one?.name])
})

test.each([
  ['asa', ['Åsa Lindqvist']],
  ['LINDQVIST', ['Åsa Lindqvist']],
  ['иРИНА', ['Ирина Ковальчук']],
  ['%', []],
  ['_', []],
  ["' OR 1=1 --", []],
  ['o', ["Niamh O'Brien"]],
])('a part of the name is enough: %s', async (q, found) => {
  using site = await testSite()
  const cohort = site.cohort()
  for (const name of ['Åsa Lindqvist', 'Ирина Ковальчук', "Niamh O'Brien"]) cohort.enrol(site.person({ name }))
  const html = await cohort.organiser.read(at(cohort, `?q=${encodeURIComponent(q)}`))
  expect(namesIn(html).map((name) => name.replaceAll('&#39;', "'"))).toEqual(found)
})

test('sorts, pages and filters that nobody offered change nothing and break nothing', async () => {
  using site = await testSite()
  const { cohort, organiser, learner, peer } = site.cast()
  const queries = [
    'sort=name;DROP TABLE person',
    'sort=__proto__',
    'sort=constructor&page=-1',
    'sort=name&sort=seen',
    'page=0',
    'page=999999',
    'page=1e9',
    `page=${'9'.repeat(40)}`,
    'page[]=2&q[]=x',
    'q=%00',
    `q=%F0%9F%98%80${'x'.repeat(200)}`,
    'q=%22%3E%3Cscript%3E',
  ]
  for (const query of queries) {
    const answer = await organiser.get(at(cohort, `?${query}`))
    expect([query, answer.status]).toEqual([query, 200])
    const html = await answer.text()
    expect(html).not.toContain('<script>')
    if (!query.startsWith('q=')) expect([query, namesIn(html)]).toEqual([query, [learner.name, peer.name]])
  }
})

test('fifty people stand on a page, and the pages together hold everybody once, sort and filter kept', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  for (let number = 0; number < 120; number++) cohort.enrol(site.person({ name: `Learner ${number}` }))
  const seen: string[] = []
  let next: string | undefined = at(cohort, '?sort=workplace&q=learner')
  let pages = 0
  for (; next; pages++) {
    const html = await cohort.organiser.read(next)
    seen.push(...namesIn(html))
    next = /rel="next" href="([^"]*)"/.exec(html)?.[1]?.replaceAll('&amp;', '&')
    if (next) expect(next).toContain('sort=workplace&q=learner')
  }
  expect([pages, seen.length, new Set(seen).size]).toEqual([3, 120, 120])
})

test('names that are markup are shown as names', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  cohort.enrol(site.person({ name: '<img src=x onerror=alert(1)>', workplace: '"><script>' }))
  const html = await cohort.organiser.read(at(cohort))
  expect(html).not.toContain('<img')
  expect(html).not.toContain('<script>')
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;')
})

test('paused, inactive and active learners are told apart, filtered and counted as on the overview', async () => {
  using site = await testSite({ now: '2026-03-02T07:00:00Z' })
  const { cohort, organiser, learner, peer } = site.cast()
  const quiet = cohort.enrol(site.person({ name: 'Quiet Q' }))
  await peer.post(cohort.at('/pause'), { done: '1' })
  // nothing has been open for two weeks yet
  expect(namesIn(await organiser.read(at(cohort, '?state=silent')))).toEqual([])
  site.clock.advance({ hours: 24 * 16 })
  site.reflection(learner, cohort)
  const found = async (state: string) => namesIn(await organiser.read(at(cohort, `?state=${state}`)))
  expect(await found('going')).toEqual([learner.name])
  expect(await found('paused')).toEqual([peer.name])
  expect(await found('silent')).toEqual([quiet.name])
  const page = await organiser.read(at(cohort))
  expect(page.match(/silent for two weeks&nbsp;/g)).toHaveLength(1)
  expect(page.match(/taking a break&nbsp;/g)).toHaveLength(1)
  expect(await organiser.read(`/admin/cohorts/${cohort.slug}`)).toContain('grid?sort=seen&amp;state=silent')
  // a learner who has just returned is not silent, however long they were away
  await peer.post(cohort.at('/pause'), { done: '0' })
  expect(await found('silent')).toEqual([quiet.name])
  expect(await found('going')).toEqual([learner.name, peer.name])
})

test('the grid of one pod, of nobody’s pod, and in the order of what was done; what is not known is not asked', async () => {
  using site = await testSite({ now: '2026-03-18T07:00:00Z' })
  const { cohort, organiser, learner, peer } = site.cast()
  const pod = site.pod(cohort, [peer], 'Tram <12>')
  site.reflection(peer, cohort, { number: 1 })
  const found = async (query: string) => namesIn(await organiser.read(at(cohort, query)))
  expect(await found(`?pod=${pod}`)).toEqual([peer.name])
  expect(await found('?pod=none')).toEqual([learner.name])
  expect(await found('?pod=999')).toEqual([learner.name, peer.name])
  expect(await found('?state=away&pod[]=1')).toEqual([learner.name, peer.name])
  expect(await found('?sort=done')).toEqual([peer.name, learner.name])
  expect(await found('?sort=least')).toEqual([learner.name, peer.name])
  const page = await organiser.read(at(cohort, `?pod=${pod}&state=going`))
  expect(page).toContain(`href="/admin/cohorts/spring/grid?pod=${pod}"`)
  expect(page).toContain('href="/admin/cohorts/spring/grid?state=going"')
  expect(page).toContain('Tram &lt;12&gt;')
})

test('the grid of an empty cohort says what will appear here', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  expect(await cohort.organiser.read(at(cohort))).toContain('Nobody has joined yet')
  expect(await cohort.organiser.read(at(cohort, '?q=x'))).toContain('Nobody like that')
})

test('no text of the grid shames anybody', async () => {
  using site = await testSite({ now: '2026-06-01T07:00:00Z' })
  const { cohort, organiser } = site.cast()
  const html = (await organiser.read(at(cohort))).toLowerCase()
  for (const word of ['overdue', 'missing', 'behind', '0%', 'failed']) expect(html).not.toContain(word)
})
