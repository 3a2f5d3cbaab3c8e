import { expect, test } from 'vitest'
import { type Actor, type TestSite, testSite } from '../support/site.ts'
import { crowd } from './crowd.ts'

type Cohort = ReturnType<TestSite['cohort']>

/** The figures of the page by their words. */
async function figuresOf(site: TestSite, cohort: Cohort): Promise<Record<string, string>> {
  const html = await site.browserOf(cohort.organiser.id).read(`/admin/cohorts/${cohort.slug}`)
  const found = html.matchAll(/<dt>(?:<a[^>]*>)?([^<]*)(?:<\/a>)?<\/dt><dd>([^<]*)<\/dd>/g)
  return Object.fromEntries(Array.from(found, ([, words = '', value = '']) => [words.split(/[,:]/)[0] ?? '', value]))
}

function answer(site: TestSite, reflection_id: number, who: Actor): void {
  site.services.comments.write(reflection_id, who.id, 'An answer.')
}

test('learners are counted, and guides and organisers beside them', async () => {
  using site = await testSite()
  const { cohort, peer } = site.cast()
  await peer.post(cohort.at('/leave'), { posts: 'stay' })
  const html = await cohort.organiser.read(`/admin/cohorts/${cohort.slug}`)
  expect(html).toContain('learner, with 1 guide and 1 organiser')
  expect((await figuresOf(site, cohort))['learner']).toBe('1')
})

test('who posted or answered in the last seven days has written, and nobody but learners', async () => {
  using site = await testSite({ now: '2026-04-20T07:00:00Z' })
  const { cohort, learner, peer, guide } = site.cast()
  const before = site.reflection(guide, cohort)
  site.reflection(learner, cohort)
  site.clock.advance({ days: 7, seconds: 1 })
  expect((await figuresOf(site, cohort))['wrote or answered in the last seven days']).toBe('0')
  answer(site, before, peer)
  answer(site, before, guide)
  expect((await figuresOf(site, cohort))['wrote or answered in the last seven days']).toBe('1')
})

test('a post is one whoever may read it, a post elsewhere is not', async () => {
  using site = await testSite()
  const { cohort, other, learner, peer } = site.cast()
  other.enrol(peer)
  site.reflection(learner, cohort, { audience: 'me' })
  const elsewhere = site.reflection(peer, other)
  answer(site, elsewhere, peer)
  expect((await figuresOf(site, cohort))['wrote or answered in the last seven days']).toBe('1')
})

test('quiet is who neither posted nor answered for two weeks, once there was time for it', async () => {
  using site = await testSite({ now: '2026-03-02T07:00:00Z' })
  const { cohort, learner, guide } = site.cast()
  const quiet = async () => {
    const figures = await figuresOf(site, cohort)
    return Object.entries(figures).find(([words]) => words.includes('quiet'))?.[1]
  }
  expect(await quiet()).toBeUndefined()
  site.clock.advance({ days: 10 })
  answer(site, site.reflection(guide, cohort), learner)
  cohort.enrol(site.person())
  site.clock.advance({ days: 4, seconds: 1 })
  expect(await quiet()).toBe('1')
  site.clock.advance({ days: 10 })
  expect(await quiet()).toBe('3')
})

test('the unanswered are as many as the filter shows, whatever the audiences and whoever answered', async () => {
  using site = await testSite({ now: '2026-04-20T07:00:00Z' })
  const { cohort, organiser, learner, peer, guide } = site.cast()
  const audiences = ['me', 'guides', 'cohort', 'world'] as const
  const written = [learner, peer].flatMap((who, row) =>
    audiences.map((audience, column) => ({
      who,
      id: site.reflection(who, cohort, { number: 1 + row + column, audience }),
    })),
  )
  answer(site, written[2]?.id ?? 0, guide)
  answer(site, written[3]?.id ?? 0, learner)
  const html = await organiser.read(cohort.at('/reflections?unanswered=1'))
  const listed = new Set(Array.from(html.matchAll(/href="\/reflections\/(\d+)"/g), ([, id]) => id))
  expect(listed.size).toBe(5)
  expect((await figuresOf(site, cohort))['reflections still without an answer']).toBe('5')
})

test('the number of the unanswered leads to them', async () => {
  using site = await testSite()
  const { cohort, organiser, learner } = site.cast()
  site.reflection(learner, cohort)
  const html = await organiser.read(`/admin/cohorts/${cohort.slug}`)
  expect(html).toContain('href="/cohorts/spring/reflections?unanswered=1"')
  expect(html).toContain('reflection still without an answer')
})

test('before anybody has joined the page says what will be here, and how people come', async () => {
  using site = await testSite()
  const cohort = site.cohort()
  const html = await cohort.organiser.read(`/admin/cohorts/${cohort.slug}`)
  expect(html).toContain('Numbers will stand here')
  expect(html).not.toContain('<dl class="numbers">')
  expect(html).toContain('Bring people in')
})

test('the picture of how far people are has its caption in words and the same numbers as a table', async () => {
  using site = await testSite({ now: '2026-03-10T07:00:00Z' })
  const { cohort, organiser, learner, peer } = site.cast()
  site.reflection(learner, cohort, { number: 1, audience: 'me' })
  site.reflection(peer, cohort, { number: 1 })
  site.reflection(learner, cohort, { number: 3 })
  const html = await organiser.read(`/admin/cohorts/${cohort.slug}`)
  const caption = 'Reflections on each thing, of 2 learners. 2 wrote about Thing 1; 0 so far about Thing 4'
  expect(html).toContain(caption)
  expect(html).toContain('<svg viewBox="0 0 640 260" role="img" aria-labelledby="far-caption">')
  const table = Array.from(html.matchAll(/<th scope="row">(\d+) [^<]*<\/th><td>(\d+)<\/td><\/tr>/g), ([, n, done]) => [
    n,
    done,
  ])
  expect(table).toEqual([
    ['1', '2'],
    ['2', '0'],
    ['3', '1'],
    ['4', '0'],
  ])
})

test('the pulse says how many were asked and how many answered, and what they said without a name', async () => {
  using site = await testSite()
  const { cohort, organiser, learner, peer } = site.cast()
  for (const who of [learner, peer]) site.reflection(who, cohort)
  const without = await organiser.read(`/admin/cohorts/${cohort.slug}`)
  expect(without).not.toContain('Was it worth it?')
  await learner.post(cohort.at('/things/1/pulse'), { useful: 'yes', will_use: 'perhaps', line: 'A line of mine' })
  const html = await organiser.read(`/admin/cohorts/${cohort.slug}`)
  expect(html).toContain('2 times somebody was asked after doing a thing; one answered.')
  expect(html).toContain('0 of 1')
  expect(html).toContain('</th><td>2</td><td>1</td><td>1</td><td>0</td></tr>')
  expect(html).toContain('A line of mine')
  expect(html).not.toContain(learner.name)
})

test('names that are markup do not break out of the pictures', async () => {
  using site = await testSite()
  const { cohort, organiser, learner } = site.cast()
  site.db.prepare('UPDATE thing SET title = ?, short = ?').run('</svg><script>', '"><script>')
  site.db.prepare('UPDATE course SET revision = revision + 1').run()
  site.reflection(learner, cohort)
  await learner.post(cohort.at('/things/1/pulse'), { useful: 'yes', will_use: 'yes' })
  const html = await organiser.read(`/admin/cohorts/${cohort.slug}`)
  expect(html).toContain('1 &quot;&gt;&lt;script&gt;')
  expect(html).not.toContain('<script>')
})

test.each([1, 2, 9, 10, 43, 999, 1200])('the picture stays within its frame with %d learners', async (learners) => {
  using site = await testSite({ now: '2026-06-10T07:00:00Z' })
  const cohort = site.cohort()
  crowd(site, cohort.id, learners)
  const html = await cohort.organiser.read(`/admin/cohorts/${cohort.slug}`)
  const [svg = ''] = /<svg viewBox="0 0 640 260".*?<\/svg>/s.exec(html) ?? []
  const numbers = (axis: string) =>
    Array.from(svg.matchAll(new RegExp(` c?${axis}\\d?="(-?[\\d.]+)"`, 'g')), ([, at]) => Number(at))
  expect(svg).not.toMatch(/NaN|Infinity|undefined/)
  expect([Math.min(...numbers('x')) >= 0, Math.max(...numbers('x')) <= 640]).toEqual([true, true])
  expect([Math.min(...numbers('y')) >= 0, Math.max(...numbers('y')) <= 260]).toEqual([true, true])
  expect(html).toContain(`>${new Intl.NumberFormat('en').format(learners)}</dd>`)
})
