import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { followedBlog } from '../support/fixtures/followed-blog.ts'
import { type TestSite, testSite } from '../support/site.ts'

const AUDIENCES = ['me', 'guides', 'pod', 'cohort', 'world'] as const
const VIEWERS = [
  'learner',
  'podMate',
  'peer',
  'guide',
  'organiser',
  'admin',
  'stranger',
  'foreignGuide',
  'foreignOrganiser',
] as const

/** Who finds what; the learner is the author. An answer is found by people of the cohort only. */
const READERS: Record<(typeof AUDIENCES)[number], readonly (typeof VIEWERS)[number][]> = {
  me: ['learner'],
  guides: ['learner', 'guide', 'organiser'],
  pod: ['learner', 'podMate', 'guide', 'organiser'],
  cohort: ['learner', 'podMate', 'peer', 'guide', 'organiser'],
  world: VIEWERS,
}
const ENROLLED = ['learner', 'podMate', 'peer', 'guide', 'organiser']

function withPod(site: TestSite, cast: ReturnType<TestSite['cast']>) {
  const podMate = cast.cohort.enrol(site.person({ name: 'Noor van der Berg' }))
  const { cohort, learner } = cast
  const put = site.db.prepare(
    'UPDATE enrolment SET pod_id = (SELECT max(id) FROM pod) WHERE cohort_id = ? AND person_id = ?',
  )
  site.db
    .prepare("INSERT INTO pod (cohort_id, name, made_at) VALUES (?, 'Owls', '2026-03-02T07:00:00.000Z')")
    .run(cohort.id)
  for (const { id } of [learner, podMate]) put.run(cohort.id, id)
  return { ...cast, podMate }
}

describe.each([
  { world: 'allowed', joining: 'code' as const },
  { world: 'not allowed', joining: 'invitation' as const },
])('where the world is $world', ({ world, joining }) => {
  let site: TestSite
  let cast: ReturnType<typeof withPod>

  beforeAll(async () => {
    site = await testSite({ now: '2026-03-30T07:00:00Z' })
    cast = withPod(site, site.cast({ joining }))
    const { cohort, learner } = cast
    for (const [index, audience] of AUDIENCES.entries()) {
      const id = site.reflection(learner, cohort, {
        number: index + 1,
        title: `For ${audience}`,
        body: `Secret${audience} words`,
      })
      site.db.prepare('UPDATE reflection SET audience = ? WHERE id = ?').run(audience, id)
      site.services.comments.write(id, learner.id, `Whisper${audience} below it`)
    }
  })
  afterAll(() => site[Symbol.asyncDispose]())

  const cases = AUDIENCES.flatMap((audience) => VIEWERS.map((viewer) => ({ audience, viewer })))

  test.each(cases)('$viewer and a text for $audience: found as it may be read', async ({ audience, viewer }) => {
    const effective = audience === 'world' && world !== 'allowed' ? 'cohort' : audience
    const reads = READERS[effective].includes(viewer)
    const page = await cast[viewer].read(`/search?q=secret${audience}`)
    expect(page.includes(`<mark>Secret${audience}</mark>`)).toBe(reads)
    expect(page.includes(`For ${audience}`)).toBe(reads)
    expect(page.includes('Nothing found')).toBe(!reads)

    const answers = await cast[viewer].read(`/search?q=whisper${audience}&kind=answers`)
    expect(answers.includes(`<mark>Whisper${audience}</mark>`)).toBe(reads && ENROLLED.includes(viewer))

    if (!ENROLLED.includes(viewer)) return
    const stream = await cast[viewer].read(cast.cohort.at(`/reflections?q=secret${audience}`))
    expect(stream.includes(`For ${audience}`)).toBe(reads)
  })

  test('one page has all that a viewer may read and nothing else', async () => {
    for (const viewer of VIEWERS) {
      const page = await cast[viewer].read('/search?q=secret&kind=reflections')
      // a word as typed is the beginning of one
      const found = [...page.matchAll(/<mark>Secret(\w+)<\/mark>/g)].map((match) => match[1] ?? '')
      const due = AUDIENCES.filter((audience) =>
        READERS[audience === 'world' && world !== 'allowed' ? 'cohort' : audience].includes(viewer),
      )
      expect(found.sort(), viewer).toEqual([...due].sort())
    }
  })
})

test('a guest signs in and returns to the search', async () => {
  using site = await testSite()
  const answer = await site.guest().get('/search?q=maps')
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe('/login?next=%2Fsearch%3Fq%3Dmaps')
})

test('a changed, deleted or narrowed text is found in its current state', async () => {
  using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  const id = site.reflection(learner, cohort, { body: 'The old lighthouse' })
  const finds = async (q: string) => (await peer.read(`/search?q=${q}`)).includes(`/reflections/${id}`)
  expect(await finds('lighthouse')).toBe(true)
  const publish = (body: string, audience: string) =>
    learner.post(cohort.at('/things/1/reflection'), { intent: 'publish', title: '', body, audience })
  await publish('The new harbour', 'cohort')
  expect(await finds('lighthouse')).toBe(false)
  expect(await finds('harbour')).toBe(true)
  await publish('The new harbour', 'guides')
  expect(await finds('harbour')).toBe(false)
  await publish('The new harbour', 'cohort')
  site.db.prepare("UPDATE reflection SET state = 'hidden', hidden_at = published_at").run()
  expect(await finds('harbour')).toBe(false)
  site.db.prepare("UPDATE reflection SET state = 'published', hidden_at = NULL").run()
  expect(await finds('harbour')).toBe(true)
  await learner.post(`/reflections/${id}/delete`)
  expect(await finds('harbour')).toBe(false)
})

test('a deleted comment, or one of a deleted reflection, is not found', async () => {
  using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  const id = site.reflection(learner, cohort)
  const write = (body: string) => site.services.comments.write(id, peer.id, body)
  const first = write('A lantern.')
  write('A compass.')
  const finds = async (q: string) => (await learner.read(`/search?q=${q}`)).includes(`/reflections/${id}?comment=`)
  expect(await finds('lantern')).toBe(true)
  await peer.post(`/comments/${first?.comment_id}/delete`)
  expect(await finds('lantern')).toBe(false)
  expect(await finds('compass')).toBe(true)
  await learner.post(`/reflections/${id}/delete`)
  expect(await finds('compass')).toBe(false)
})

test('open things are found by title, text and steps, title matches first', async () => {
  using site = await testSite({ now: '2026-03-02T07:00:00Z' })
  const { cohort, guide, learner, stranger } = site.cast()
  const { courses, courseAuthoring } = site.services
  const content = courses.bySlug('course-23')!
  const change = (at: number, more: object) => {
    const { id, revision } = content.things[at]!
    courseAuthoring.changeThing(
      id,
      { ...courseAuthoring.thingText(id)!.outline, ...more },
      { seen: revision, by: guide.id },
    )
  }
  change(0, { body: 'Take a periscope with you.' })
  change(1, { title: 'The periscope' })
  change(9, { body: 'A periscope again.' })
  const found = async (who: typeof learner) =>
    [...(await who.read('/search?q=periscope')).matchAll(/href="(\/cohorts\/[^"]+\/things\/\d+)"/g)].map(
      (match) => match[1],
    )
  expect(await found(learner)).toEqual([cohort.at('/things/2'), cohort.at('/things/1')])
  const [named, ...others] = await found(guide)
  expect(named).toBe(cohort.at('/things/2'))
  expect(others.sort()).toEqual([cohort.at('/things/1'), cohort.at('/things/10')])
  expect(await found(stranger)).toEqual(['/cohorts/elsewhere/things/2', '/cohorts/elsewhere/things/1'])
  expect(await found(site.person())).toEqual([])
})

test('a thing that is not open yet is found by its title alone, with its day', async () => {
  using site = await testSite({ now: '2026-03-02T07:00:00Z' })
  const { cohort, guide, learner, stranger } = site.cast()
  const { courses, courseAuthoring } = site.services
  const { id, revision } = courses.bySlug('course-23')!.things[8]!
  const outline = {
    ...courseAuthoring.thingText(id)!.outline,
    title: '望遠鏡 and Wi-Fi',
    body: 'Take a sextant with you.',
  }
  courseAuthoring.changeThing(id, outline, { seen: revision, by: guide.id })
  for (const q of ['望遠鏡', '遠鏡', 'wifi']) {
    const page = await learner.read(`/search?q=${encodeURIComponent(q)}`)
    expect([q, page]).toEqual([q, expect.stringContaining(`href="${cohort.at('/things/9')}"`)])
    expect(page).toMatch(/<mark>(?:望遠鏡|遠鏡|Wi-Fi)<\/mark>/)
    expect(page).toMatch(/<p class="meta">Opens \w+/)
    expect(page).not.toContain('sextant')
  }
  expect(await learner.read('/search?q=sextant')).toContain('Nothing found')
  expect(await learner.read('/search?q=sextant+wifi')).toContain('Nothing found')
  expect(await guide.read('/search?q=sextant')).toContain('<mark>sextant</mark>')
  expect(await site.person().read('/search?q=wifi')).toContain('Nothing found')
  expect(await stranger.read('/search?q=wifi')).toContain('/cohorts/elsewhere/things/9')
  const closed = await learner.get(cohort.at('/things/9'))
  expect([closed.status, (await closed.text()).includes('sextant')]).toEqual([403, false])
})

test('words inside of runs are found and marked in search, answers and the stream', async () => {
  using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  const id = site.reflection(peer, cohort, { title: '駅前の本屋', body: 'หนังสือเล่มนี้สนุกมาก 이 책은 좋아요' })
  site.services.comments.write(id, peer.id, '那家书店很安静。')
  for (const q of ['本屋', 'สนุก', '책은']) {
    expect(await learner.read(`/search?q=${encodeURIComponent(q)}`)).toContain(`<mark>${q}</mark>`)
    expect(await learner.read(cohort.at(`/reflections?q=${encodeURIComponent(q)}`))).toContain(`/reflections/${id}"`)
  }
  expect(await learner.read(`/search?kind=answers&q=${encodeURIComponent('书店')}`)).toContain(
    '那家<mark>书店</mark>很',
  )
})

test('with write first, reflections of others are found after writing', async () => {
  using site = await testSite()
  const { cohort, guide, learner, peer } = site.cast()
  site.db.prepare('UPDATE course SET write_first = 1').run()
  const first = site.reflection(peer, cohort, { title: 'Telescope', body: 'I saw a telescope.' })
  const second = site.reflection(peer, cohort, { number: 2, body: 'Another telescope.', audience: 'world' })
  site.services.comments.write(first, guide.id, 'My telescope is older.')
  const found = async (who: typeof learner) => {
    const pages = [await who.read('/search?q=telescope'), await who.read(cohort.at('/reflections?q=telescope'))]
    return [first, second].filter((id) => pages.every((page) => page.includes(`/reflections/${id}"`)))
  }
  expect(await found(learner)).toEqual([])
  expect(await learner.read('/search?q=telescope')).not.toContain('older')
  expect(await found(guide)).toEqual([first, second])
  expect(await found(peer)).toEqual([first, second])
  site.reflection(learner, cohort, { body: 'Mine.' })
  expect(await found(learner)).toEqual([first])
  expect(await learner.read('/search?q=telescope')).toContain(`/reflections/${first}?comment=`)
})

test('a blog post moved to another thing is found there, with its comments', async () => {
  using site = await testSite({ now: '2026-03-30T07:00:00Z' })
  const { cohort, guide, learner, peer } = site.cast()
  site.db.prepare('UPDATE course SET write_first = 1').run()
  const id = followedBlog(site, peer, cohort, { posts: 1, title: 'Telescope' })
  site.services.comments.write(id, guide.id, 'My telescope is older.')
  site.reflection(learner, cohort, { number: 2, body: 'Mine.' })
  expect(await learner.read('/search?q=telescope')).not.toContain(`/reflections/${id}`)
  const second = site.db.prepare<[], number>('SELECT id FROM thing WHERE position = 2').pluck().get() ?? 0
  site.services.externalPosts.moveToThing(id, second)
  const page = await learner.read('/search?q=telescope')
  expect(page).toContain(`/reflections/${id}"`)
  expect(page).toContain(`/reflections/${id}?comment=`)
})

test('accents, prefixes and quoted phrases match', async () => {
  using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  const id = site.reflection(peer, cohort, { title: 'Smørrebrød i Århus', body: 'كِتَابٌ جميل **and** being there' })
  for (const q of ['smorre', 'SMØRREBRØD', 'arhus', 'كتاب', '"being there"', 'there being', 'جميل and']) {
    expect(await learner.read(`/search?q=${encodeURIComponent(q)}`), q).toContain(`/reflections/${id}"`)
  }
  for (const q of ['"there being"', 'rrebrod', 'smorre nothing']) {
    expect(await learner.read(`/search?q=${encodeURIComponent(q)}`), q).not.toContain(`/reflections/${id}"`)
  }
})

test('results are escaped', async () => {
  using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  site.reflection(peer, cohort, {
    title: '<script>alert(1)</script> zebra',
    body: '<img src=x onerror=alert(1)> zebra </mark>',
  })
  const page = await learner.read('/search?q=zebra')
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt; <mark>zebra</mark>')
  expect(page).toContain('onerror=alert(1)&gt; <mark>zebra</mark> &lt;/mark&gt;')
})

test('a page of long texts shows each beginning, and marks matches in the first ones', async () => {
  using site = await testSite()
  const { cohort, peer } = site.cast()
  const body = `It begins here. ${'*a* '.repeat(9900)}lighthouse`
  for (let person = 0; person < 6; person += 1) site.reflection(cohort.enrol(site.person()), cohort, { body })
  site.services.search.indexAll()
  const { items } = site.services.search.find(peer.id, 'lighthouse', 'reflections').reflections
  const words = items.map(({ says }) => says.map(({ text }) => text).join(''))
  expect(words.filter((text) => text.endsWith('lighthouse'))).toHaveLength(1)
  expect(words.filter((text) => text.startsWith('It begins here.'))).toHaveLength(5)
})

test('paging through one kind shows each result once', async () => {
  using site = await testSite()
  const { cohort, learner } = site.cast()
  const written = Array.from({ length: 45 }, () =>
    site.reflection(cohort.enrol(site.person()), cohort, { body: 'A zebra.' }),
  )
  const seen: number[] = []
  let address: string | undefined = '/search?q=zebra&kind=reflections'
  while (address) {
    const page = await learner.read(address)
    seen.push(...[...page.matchAll(/<h3[^>]*><a href="\/reflections\/(\d+)"/g)].map((match) => Number(match[1])))
    address = /rel="next" href="([^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&')
  }
  expect(seen).toEqual(written.toReversed())
})

const HOSTILE = [
  '"',
  '*',
  'NEAR(',
  '-',
  'AND',
  'a" OR shelf:"c1me',
  'words : x',
  '{words}:x',
  "'; DROP TABLE reflection; --",
  '%00',
  '\u0000x',
  '(((((',
  'x'.repeat(10_000),
  '" '.repeat(1500),
  '♥'.repeat(1000),
]
test.each(HOSTILE)('searching for %j gives a page', async (typed) => {
  using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  site.reflection(peer, cohort, { audience: 'me', body: 'x c1me shelf words' })
  const q = encodeURIComponent(typed)
  const answer = await learner.get(`/search?q=${q}`)
  expect(answer.status).toBe(200)
  expect(await answer.text()).toMatch(/Nothing found|There is no word in that/)
  expect((await learner.get(cohort.at(`/reflections?q=${q}`))).status).toBe(200)
})

test.each([
  'q=a&q=b',
  'q[x]=1',
  'kind=constructor&q=x',
  'kind=things&before=-1&q=x',
  'kind=answers&before=1e9&q=x',
  'before=abc',
])('the address /search?%s gives a page', async (query) => {
  using site = await testSite()
  const { learner } = site.cast()
  expect((await learner.get(`/search?${query}`)).status).toBe(200)
})
