import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestSite, testSite } from '../support/site.ts'

let site: TestSite
let cast: ReturnType<TestSite['cast']>
const ids: Record<string, number> = {}
let pod = 0

beforeAll(async () => {
  site = await testSite({ now: '2026-03-30T07:00:00Z' })
  cast = site.cast()
  const { cohort, guide, learner, other, peer, stranger } = cast
  pod = Number(
    site.db
      .prepare("INSERT INTO pod (cohort_id, name, made_at) VALUES (?, 'Owls', '2026-03-02T07:00:00.000Z')")
      .run(cohort.id).lastInsertRowid,
  )
  site.db.prepare('UPDATE enrolment SET pod_id = ? WHERE cohort_id = ? AND person_id = ?').run(pod, cohort.id, peer.id)
  Object.assign(ids, {
    mine: site.reflection(learner, cohort, { number: 1, body: 'A zebra.' }),
    peers: site.reflection(peer, cohort, { number: 1, body: 'A zebra, too.' }),
    second: site.reflection(peer, cohort, { number: 2, body: 'A lion.' }),
    guides: site.reflection(guide, cohort, { number: 2, body: 'A zebra and a lion.' }),
    private: site.reflection(peer, cohort, { number: 3, body: 'A zebra.', audience: 'me' }),
    elsewhere: site.reflection(stranger, other, { number: 1, body: 'A zebra.' }),
  })
  site.services.comments.write(ids['peers'] ?? 0, learner.id, 'Nice.')
  // a comment that only guides read does not count for a peer
  site.db
    .prepare(
      "INSERT INTO comment (reflection_id, person_id, body, html, renderer, audience, written_at) VALUES (?, ?, '', '', '', 'guides', '')",
    )
    .run(ids['second'], guide.id)
})
afterAll(() => site[Symbol.asyncDispose]())

const shown = (page: string) =>
  [...page.matchAll(/<h3[^>]*><a href="\/reflections\/(\d+)"/g)].map((match) =>
    Object.keys(ids).find((name) => ids[name] === Number(match[1])),
  )

test.each([
  ['', ['guides', 'second', 'peers', 'mine']],
  ['thing=1', ['peers', 'mine']],
  ['person=kenji-watanabe', ['second', 'peers']],
  ['mine=1', ['mine']],
  ['following=1', ['peers']],
  ['unanswered=1', ['guides', 'second', 'mine']],
  ['q=zebra', ['guides', 'peers', 'mine']],
  ['q=zebra&thing=1', ['peers', 'mine']],
  ['q=zebra&person=kenji-watanabe', ['peers']],
  ['q=zebra&mine=1', ['mine']],
  ['q=lion&following=1', []],
  ['q=zebra&unanswered=1', ['guides', 'mine']],
  ['thing=2&unanswered=1', ['guides', 'second']],
  ['thing=2&person=kenji-watanabe', ['second']],
  ['mine=1&unanswered=1', ['mine']],
  ['mine=1&person=kenji-watanabe', []],
  ['following=1&thing=2', []],
  ['person=nobody-here', []],
  ['thing=23', []],
  ['pod=999', []],
])('the filter %j shows a learner what it says', async (query, expected) => {
  expect(shown(await cast.learner.read(cast.cohort.at(`/reflections?${query}`)))).toEqual(expected)
})

test.each([
  ['', ['second', 'peers']],
  ['&q=zebra', ['peers']],
  ['&thing=2', ['second']],
  ['&unanswered=1', ['second']],
  ['&following=1', ['peers']],
])('the pod with %j shows what its people wrote', async (more, expected) => {
  expect(shown(await cast.learner.read(cast.cohort.at(`/reflections?pod=${pod}${more}`)))).toEqual(expected)
})

test('a comment that only guides read counts as an answer for guides only', async () => {
  expect(shown(await cast.guide.read(cast.cohort.at('/reflections?unanswered=1')))).toEqual(['guides', 'mine'])
  const enrolment = site.services.enrolments.find(cast.guide.id, cast.cohort.slug)!
  expect(site.services.stream.unanswered(enrolment).count).toBe(2)
})

test('each active filter can be removed separately', async () => {
  const page = await cast.learner.read(cast.cohort.at('/reflections?q=zebra&thing=1&mine=1'))
  const chips = [...page.matchAll(/class="chip" href="([^"]+)"/g)].map((match) => match[1]?.replaceAll('&amp;', '&'))
  const at = cast.cohort.at('/reflections?')
  expect(chips).toEqual([`${at}thing=1&mine=1`, `${at}q=zebra&mine=1`, `${at}q=zebra&thing=1`])
})

test.each([
  ['mine=1', 'You have not written here yet', '/write'],
  ['q=nothing', 'No reflection says that', '/search?q=nothing'],
  ['q=*', 'No reflection says that', '/search?q=*'],
  ['thing=8', 'Nobody has written about this thing yet', '/cohorts/spring/things/8'],
  ['thing=99', 'Nothing about this one yet', '/cohorts/spring/reflections'],
  ['person=nobody', 'Nothing of theirs', '/cohorts/spring/reflections'],
  ['pod=77', 'Nothing from this pod yet', '/cohorts/spring/reflections'],
  ['following=1', 'You follow no reflection yet', '/cohorts/spring/reflections'],
  ['thing=8&q=nothing', 'Nothing fits all of that', '/cohorts/spring/reflections?q=nothing'],
])('where nothing fits %j, the page leads on', async (query, title, href) => {
  const page = await cast.organiser.read(cast.cohort.at(`/reflections?${query}`))
  expect(page).toContain(title)
  expect(page.slice(page.indexOf(title)).replaceAll('&amp;', '&')).toContain(`href="${href}"`)
})

test.each([
  'thing=abc',
  'thing=-1',
  "thing=1' OR '1'='1",
  'pod=0x1',
  'person=%27%20OR%201=1',
  'person[]=x',
  'before=abc',
  'before=1 UNION SELECT',
  'before=999999999999999999999',
  'after=-5',
  'before=3&after=1',
  'unanswered=yes',
  'thing=1&thing=2',
  '__proto__[q]=x',
])('the address ?%s gives a page of the stream', async (query) => {
  expect((await cast.learner.get(cast.cohort.at(`/reflections?${query}`))).status).toBe(200)
})

test('next and previous pages keep the active filters', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  const written = Array.from({ length: 45 }, () =>
    site.reflection(cohort.enrol(site.person()), cohort, { body: 'A zebra.' }),
  )
  for (const query of ['thing=1', 'unanswered=1', 'q=zebra']) {
    const seen: number[] = []
    let address: string | undefined = cohort.at(`/reflections?${query}`)
    let back = ''
    while (address) {
      const page: string = await learner.read(address)
      seen.push(...[...page.matchAll(/<h3[^>]*><a href="\/reflections\/(\d+)"/g)].map((match) => Number(match[1])))
      back = /rel="prev" href="([^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? back
      address = /rel="next" href="([^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&')
    }
    expect(seen, query).toEqual(written.toReversed())
    const page = await learner.read(back)
    const before = [...page.matchAll(/<h3[^>]*><a href="\/reflections\/(\d+)"/g)].map((match) => Number(match[1]))
    expect(before, query).toEqual(written.toReversed().slice(20, 40))
  }
})

test('the unanswered list matches the policy after comments are added, hidden and deleted', async () => {
  using site = await testSite()
  const { cohort, guide, learner, peer } = site.cast()
  const waiting = () => site.db.prepare<[], number>('SELECT reflection_id FROM unanswered').pluck().all()
  const id = site.reflection(learner, cohort)
  expect(waiting()).toEqual([id])
  site.services.comments.write(id, learner.id, 'One more word of mine.')
  expect(waiting()).toEqual([id])
  const answer = site.services.comments.write(id, peer.id, 'Nice.')
  expect(waiting()).toEqual([])
  await peer.post(`/comments/${answer?.comment_id}/delete`)
  expect(waiting()).toEqual([id])
  site.db.prepare("UPDATE reflection SET audience = 'guides'").run()
  site.services.comments.write(id, guide.id, 'Between us.')
  expect(waiting()).toEqual([])
  site.db.prepare("UPDATE reflection SET audience = 'cohort'").run()
  expect(waiting()).toEqual([id])
  await learner.post(`/reflections/${id}/delete`)
  expect(waiting()).toEqual([])
})
