import { expect, test } from 'vitest'
import { courseOutline } from '../support/fixtures/course-outline.ts'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

const LATE = { now: '2027-01-01T12:00:00Z' }

function write(site: TestSite, person: Actor, cohort: { slug: string }, numbers: number[]): void {
  for (const number of numbers) site.reflection(person, cohort, { number })
}

/** The part of a page between one heading's id and the next section. */
function section(page: string, id: string): string {
  return page.split(`<h2 id="${id}">`)[1]?.split('</section>')[0] ?? ''
}

test('the wall shows what is earned with its day, what is close, and what lies ahead by sets and milestones', async () => {
  await using site = await testSite({ now: '2026-03-09T12:00:00Z' })
  const { cohort, learner } = site.cast()
  write(site, learner, cohort, [1, 2, 4])
  const page = await learner.read(cohort.at('/badges'))
  expect(page).toContain('One earned, and nothing here is needed to finish.')
  expect(section(page, 'earned')).toContain('9 March 2026')
  expect(section(page, 'close')).toContain('Safe start, 3 of 5')
  expect(section(page, 'close')).toContain('Two to go: 3 and 5')
  expect(section(page, 'close')).toContain('Five things, 3 of 5')
  expect(section(page, 'sets')).not.toContain('Safe start')
  expect(section(page, 'sets')).toContain('Opens Monday 13 April')
  expect(section(page, 'milestones')).toContain('Nine to go')
})

test('the milestone that is one’s goal is told as such', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  await learner.post(cohort.at('/goal'), { goal: '12' })
  expect(await learner.read(cohort.at('/badges'))).toContain('Your goal. Twelve to go')
})

test('a set that is all open says so', async () => {
  await using site = await testSite(LATE)
  const { cohort, learner } = site.cast()
  expect(section(await learner.read(cohort.at('/badges')), 'sets')).toContain('Three things, all open now')
})

test('an empty wall offers the first step', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const page = await learner.read(cohort.at('/badges'))
  expect(section(page, 'earned')).toContain('href="/write"')
})

test('the map shows three badges: the latest earned, then the closest', async () => {
  await using site = await testSite(LATE)
  const { cohort, learner } = site.cast()
  write(site, learner, cohort, [1, 2, 3, 4])
  site.clock.advance({ minutes: 1 })
  const before = section(await learner.read(cohort.at('')), 'badges')
  expect(before.match(/href="\/badges\/[a-z-]+"/g)).toEqual([
    'href="/badges/first-reflection"',
    'href="/badges/safe-start"',
    'href="/badges/five-things"',
  ])
  expect(before).toContain('Safe start, one to go')
  write(site, learner, cohort, [5])
  const after = section(await learner.read(cohort.at('')), 'badges')
  expect(after.match(/data-state="earned"/g)).toHaveLength(2)
  expect(after).not.toContain('/badges/first-reflection')
})

test('a badge’s page tells a guest of a public course what it means and its rule, and nothing about people', async () => {
  await using site = await testSite()
  const { cohort, learner, guest } = site.cast()
  write(site, learner, cohort, [1])
  const answer = await guest.get('/badges/first-reflection')
  const page = await answer.text()
  expect(answer.status).toBe(200)
  expect(page).toContain('First reflection, done.')
  expect(page).toContain('Earned by publishing your first reflection')
  expect(page).not.toContain('Amara')
  expect(page).not.toContain('Who has it')
})

test('a badge of a course that is not public is there for those enrolled in it only', async () => {
  await using site = await testSite()
  const { learner, guest, author } = site.cast()
  site.db.prepare('UPDATE course SET public = 0').run()
  expect((await guest.get('/badges/safe-start')).status).toBe(404)
  expect((await author.get('/badges/safe-start')).status).toBe(404)
  expect((await learner.get('/badges/safe-start')).status).toBe(200)
})

test('a badge’s page lists what is missing for me, with links to what is open and days for what is not', async () => {
  await using site = await testSite({ now: '2026-03-09T12:00:00Z' })
  const { cohort, learner } = site.cast()
  write(site, learner, cohort, [1, 2, 4])
  const page = await learner.read('/badges/safe-start')
  expect(page).toContain('Two to go for you:')
  expect(page).toContain(`href="${cohort.at('/things/3')}"`)
  expect(page).not.toContain(`href="${cohort.at('/things/5')}"`)
  expect(page).toContain('The 5. thing<span class="small">Opens Monday 16 March')
})

test('a badge’s page tells when I earned it, in the zone of the cohort', async () => {
  await using site = await testSite({ now: '2026-03-02T11:30:00Z' })
  const { cohort, learner } = site.cast({ time_zone: 'Pacific/Auckland' })
  write(site, learner, cohort, [1])
  expect(await learner.read('/badges/first-reflection')).toContain('You earned it on Tuesday 3 March.')
})

test('who has it: learners of the viewer’s own cohorts, no guides, nobody from elsewhere, nobody who left', async () => {
  await using site = await testSite()
  const { cohort, other, learner, peer, guide, stranger } = site.cast()
  const leaver = cohort.enrol(site.person({ name: 'Gone Away' }))
  for (const person of [peer, guide, leaver]) write(site, person, cohort, [1])
  write(site, stranger, other, [1])
  await leaver.post(cohort.at('/leave'), { posts: 'stay' })
  site.db.prepare('UPDATE enrolment SET left_at = ? WHERE person_id = ?').run('2026-03-02T07:00:00.000Z', leaver.id)
  const page = section(await learner.read('/badges/first-reflection'), 'holders')
  expect(page).toContain('One learner you share a course with')
  expect(page).toContain('Kenji Watanabe')
  for (const name of ['Marisol', 'Tunde', 'Gone Away']) expect(page).not.toContain(name)
})

test('a learner whom one meets in two cohorts is counted once', async () => {
  await using site = await testSite()
  const { cohort, other, learner, peer } = site.cast()
  for (const person of [learner, peer]) other.enrol(person)
  write(site, peer, cohort, [1])
  write(site, peer, other, [1])
  expect(await learner.read('/badges/first-reflection')).toContain('One learner you share a course with')
})

test.each(['unknown', '__proto__', 'safe-start%00', '%27', '1'])('there is no badge %s', async (slug) => {
  await using site = await testSite()
  const { learner } = site.cast()
  expect((await learner.get(`/badges/${slug}`)).status).toBe(404)
})

test('a treasure that is not found is 404 as if unknown, and a nameless shape on the wall', async () => {
  await using site = await testSite()
  const outline = courseOutline({ slug: 'course-23' })
  const badges = outline.badges.map((badge) =>
    badge.slug === 'first-reflection' ? { ...badge, shape: 'gem' as const, title: 'Secret courage' } : badge,
  )
  site.services.courseTransfer.importOutline({ ...outline, badges }, null)
  const { cohort, learner, peer, guest } = site.cast()
  write(site, learner, cohort, [1])
  expect((await guest.get('/badges/first-reflection')).status).toBe(404)
  expect((await peer.get('/badges/first-reflection')).status).toBe(404)
  expect((await learner.get('/badges/first-reflection')).status).toBe(200)
  const wall = await peer.read(cohort.at('/badges'))
  expect(wall).toContain('Hidden treasure')
  expect(wall).not.toContain('Secret courage')
  expect(wall).not.toContain('/badges/first-reflection')
  expect(await peer.read(cohort.at(''))).not.toContain('Secret courage')
})

test('a stranger does not see the wall', async () => {
  await using site = await testSite()
  const { cohort, stranger, guest } = site.cast()
  expect((await stranger.get(cohort.at('/badges'))).status).toBe(404)
  expect((await guest.get(cohort.at('/badges'))).status).toBe(303)
})

test('wall and badge page ask at most 8 statements, the same with one holder and with a hundred', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const count = async (path: string) => (await site.statements(() => learner.get(path))).length
  const pages = [cohort.at('/badges'), '/badges/first-reflection']
  write(site, cohort.enrol(site.person()), cohort, [1])
  await learner.get(cohort.at(''))
  const one = [await count(pages[0] ?? ''), await count(pages[1] ?? '')]
  for (let number = 0; number < 99; number++) write(site, cohort.enrol(site.person()), cohort, [1])
  expect([await count(pages[0] ?? ''), await count(pages[1] ?? '')]).toEqual(one)
  expect(Math.max(...one)).toBeLessThanOrEqual(8)
})
