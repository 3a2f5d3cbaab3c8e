import { expect, test } from 'vitest'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

/** A cohort in which somebody's reflection has that many comments; every tenth one begins a thread. */
async function talkOf(comments: number) {
  const site = await testSite()
  const cast = site.cast()
  const id = site.reflection(cast.learner, cast.cohort)
  const ids: number[] = []
  let first: number | null = null
  for (let number = 1; number <= comments; number++) {
    const who = number % 2 === 0 ? cast.peer : cast.guide
    const parent: number | null = number % 10 === 1 ? null : first
    const written = site.services.comments.write(id, who.id, `Comment number ${number}.`, parent)
    ids.push(written?.comment_id ?? 0)
    if (parent === null) first = written?.comment_id ?? null
  }
  return { site, ...cast, id, ids, path: `/reflections/${id}`, [Symbol.dispose]: () => site[Symbol.dispose]() }
}

const idsOn = (page: string) => [...page.matchAll(/id="comment-(\d+)"/g)].map(([, id]) => Number(id))
const hrefOf = (page: string, rel: 'prev' | 'next') =>
  new RegExp(`rel="${rel}" href="([^"#]+)#talk"`).exec(page)?.[1] ?? null

/** What a visit costs: statements, bytes, and rows that were made into comments. */
async function costOf(site: TestSite, who: Actor, path: string) {
  let page = ''
  await who.read(path)
  const statements = await site.statements(async () => {
    page = await who.read(path)
  })
  return { statements: statements.length, bytes: page.length, comments: idsOn(page).length }
}

test('a page has the newest fifty comments, with the first comment of each thread', async () => {
  using talk = await talkOf(125)
  const page = await talk.learner.read(talk.path)
  // the 76th stands in the thread that the 71st begins
  expect(idsOn(page)).toEqual([talk.ids[70], ...talk.ids.slice(75)])
  expect([hrefOf(page, 'prev'), hrefOf(page, 'next')]).toEqual([`${talk.path}?before=${talk.ids[75]}`, null])
})

test('paging to earlier and later comments shows each comment once', async () => {
  using talk = await talkOf(125)
  for (const [rel, start] of [
    ['prev', talk.path],
    ['next', `${talk.path}?comment=${talk.ids[0]}`],
  ] as const) {
    const seen = new Set<number>()
    let pages = 0
    for (let href: string | null = start; href; pages += 1) {
      const page: string = await talk.learner.read(href)
      for (const id of idsOn(page)) seen.add(id)
      href = hrefOf(page, rel)
    }
    expect([rel, pages, seen.size]).toEqual([rel, 3, 125])
  }
})

test('a short discussion is on one page, with its count and without paging links', async () => {
  using talk = await talkOf(50)
  const page = await talk.learner.read(talk.path)
  expect(idsOn(page)).toEqual(talk.ids)
  expect(page).toContain('50 comments')
  expect([hrefOf(page, 'prev'), hrefOf(page, 'next')]).toEqual([null, null])
})

test('every link to a comment leads to the page that has it', async () => {
  using talk = await talkOf(125)
  const { guide, ids, learner, path, peer, site } = talk
  const [old = 0, older = 0] = [ids[1], ids[0]]
  site.services.moderation.report({ kind: 'comment', id: old }, learner.id, 'Please look.')
  site.clock.advance({ minutes: 1 })
  const href = `${path}?comment=${old}#comment-${old}`
  const shown = {
    notices: '/notices',
    reports: `/admin/cohorts/${talk.cohort.slug}/reports`,
    search: '/search?q=number',
  }
  expect(await guide.read(shown.reports)).toContain(`href="${href}"`)
  expect(await learner.read(shown.search)).toMatch(/href="\/reflections\/\d+\?comment=(\d+)#comment-\1"/)
  expect(await learner.read(shown.notices)).toMatch(/href="\/reflections\/\d+\?comment=(\d+)#comment-\1"/)
  expect(idsOn(await learner.read(href))).toContain(old)
  // forms that are asked for, or refused, come back where their comment is
  expect(await learner.read(`${path}?under=${older}`)).toContain(`id="answer-${older}"`)
  expect(await learner.read(`${path}?report=${ids[2]}`)).toContain(`action="/comments/${ids[2]}/report"`)
  const refused = await peer.post(`/comments/${old}/edit`, { body: '' })
  expect([refused.status, idsOn(await refused.text()).includes(old)]).toEqual([422, true])
  const saved = await peer.post(`/comments/${old}/edit`, { body: 'Changed.' })
  expect(saved.headers.get('location')).toBe(href)
})

test('new comments on an earlier page are linked, without a count', async () => {
  using talk = await talkOf(125)
  const page = await talk.learner.read(talk.path)
  expect(page).toContain(`href="?comment=${talk.ids[0]}#comment-${talk.ids[0]}"`)
  expect(page).toContain('<h2 id="talk">Comments</h2>')
})

test('a deleted first comment still starts its thread, on every page', async () => {
  using talk = await talkOf(20)
  const { guide, ids, learner, peer, site } = talk
  const first = ids[10] ?? 0
  for (let number = 0; number < 60; number++) site.services.comments.write(talk.id, peer.id, 'More.', first)
  await guide.post(`/comments/${first}/delete`)
  const page = await learner.read(talk.path)
  expect(idsOn(page)).toHaveLength(50)
  expect(page.match(/class="stub soft"/g)).toHaveLength(1)
})

test('a visit costs the same with 200 comments and with 1,600', async () => {
  const costs: object[] = []
  const took: number[] = []
  for (const comments of [200, 1600]) {
    using talk = await talkOf(comments)
    const { statements, bytes, comments: shown } = await costOf(talk.site, talk.learner, talk.path)
    expect(statements).toBeLessThanOrEqual(8)
    expect(bytes).toBeLessThan(120_000)
    costs.push({ statements, shown })
    const before = process.threadCpuUsage()
    for (let visit = 0; visit < 200; visit++) talk.site.services.comments.page(talk.id, talk.learner.id)
    const { user, system } = process.threadCpuUsage(before)
    took.push(user + system)
  }
  expect(costs[1]).toEqual(costs[0])
  const [few = 0, many = 0] = took
  expect(many / few).toBeLessThan(2.5)
})
