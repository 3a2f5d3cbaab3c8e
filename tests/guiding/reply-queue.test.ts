import { expect, test } from 'vitest'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

const at = '/admin/cohorts/spring/queue'

/** A cohort in its third week with a second guide. */
async function third() {
  const site = await testSite({ now: '2026-03-20T07:00:00Z' })
  const cast = site.cast()
  const other = cast.cohort.enrol(site.person({ name: 'Leilani Kahale' }), 'guide')
  const all = async (who: Actor) => titlesOf(await who.read(`${at}?whose=all`))
  return { site, ...cast, other, all, [Symbol.dispose]: () => site[Symbol.dispose]() }
}

function titlesOf(html: string): string[] {
  return Array.from(html.matchAll(/<h3 dir="auto"><a href="\/reflections\/\d+">([^<]*)</g), ([, title = '']) => title)
}

function guides(site: TestSite, cohort: { id: number; slug: string }, pod_id: number, who: Actor): void {
  const enrolment = site.services.enrolments.find(who.id, cohort.slug)
  site.services.pods.setGuides(cohort.id, pod_id, [enrolment?.id ?? 0], null)
}

const answered = (site: TestSite, id: number, who: Actor) => site.services.comments.write(id, who.id, 'An answer.')

test('a reflection that is not private waits until somebody else comments', async () => {
  using here = await third()
  const { all, cohort, guide, learner, organiser, peer, site } = here
  site.reflection(learner, cohort, { number: 1, title: 'For me', audience: 'me' })
  const first = site.reflection(learner, cohort, { number: 2, title: 'For guides', audience: 'guides' })
  const second = site.reflection(learner, cohort, { number: 3, title: 'For all', audience: 'cohort' })
  answered(site, second, learner)
  expect(await all(guide)).toEqual(['For guides', 'For all'])
  answered(site, second, peer)
  expect(await all(guide)).toEqual(['For guides'])
  const comment = answered(site, first, organiser)
  expect(await all(guide)).toEqual([])
  site.services.comments.remove(comment?.comment_id ?? 0, organiser.id)
  expect(await all(guide)).toEqual(['For guides'])
})

test('new and returning authors come first and are labelled, then the oldest reflections', async () => {
  using here = await third()
  const { all, cohort, guide, learner, peer, site } = here
  const late = cohort.enrol(site.person({ name: 'Noor de Vries' }))
  answered(site, site.reflection(learner, cohort, { number: 1, title: 'First' }), guide)
  answered(site, site.reflection(peer, cohort, { number: 1, title: 'Peer first' }), guide)
  site.clock.advance({ days: 10 })
  site.reflection(peer, cohort, { number: 2, title: 'Peer goes on' })
  site.clock.advance({ days: 5 })
  site.reflection(peer, cohort, { number: 3, title: 'Peer goes on and on' })
  site.reflection(learner, cohort, { number: 2, title: 'Back again' })
  site.reflection(late, cohort, { number: 1, title: 'Hello all' })
  expect(await all(guide)).toEqual(['Back again', 'Hello all', 'Peer goes on', 'Peer goes on and on'])
  const page = await guide.read(`${at}?whose=all`)
  expect(page).toContain('Amara is back after two quiet weeks or more')
  expect(page).toContain('Noor’s first reflection')
})

test('a learner who commented meanwhile does not count as returning', async () => {
  using here = await third()
  const { cohort, learner, peer, site } = here
  const first = site.reflection(peer, cohort, { title: 'First' })
  site.reflection(learner, cohort, { number: 1 })
  site.clock.advance({ days: 10 })
  answered(site, first, learner)
  site.clock.advance({ days: 10 })
  site.reflection(learner, cohort, { number: 2 })
  expect(site.db.prepare('SELECT arrival FROM first_answer ORDER BY reflection_id').pluck().all()).toEqual([
    'new',
    'new',
    null,
  ])
})

test('guides with pods get these and podless posts; other guides and organisers get all', async () => {
  using here = await third()
  const { all, cohort, guide, learner, organiser, other, peer, site } = here
  const third_guide = cohort.enrol(site.person({ name: 'Priya Raman' }), 'guide')
  const alone = cohort.enrol(site.person({ name: 'Sam Lee' }))
  guides(site, cohort, site.pod(cohort, [learner], 'Tram 12'), guide)
  guides(site, cohort, site.pod(cohort, [peer], 'Window seat'), other)
  site.pod(cohort, [alone], 'Nobody looks after it')
  const none = cohort.enrol(site.person({ name: 'Jo Berg' }))
  for (const [who, title] of [
    [learner, 'Tram'],
    [peer, 'Window'],
    [alone, 'Unguided'],
    [none, 'Podless'],
  ] as const) {
    site.reflection(who, cohort, { title })
  }
  expect(await all(guide)).toEqual(['Tram', 'Unguided', 'Podless'])
  expect(await all(other)).toEqual(['Window', 'Unguided', 'Podless'])
  expect(await all(third_guide)).toEqual(['Tram', 'Window', 'Unguided', 'Podless'])
  expect(await all(organiser)).toEqual(['Tram', 'Window', 'Unguided', 'Podless'])
  expect(titlesOf(await guide.read(at))).toContain('Tram')
  const shares = await Promise.all([guide, other, third_guide].map(async (who) => titlesOf(await who.read(at))))
  expect(shares.flat().toSorted()).toEqual(['Podless', 'Tram', 'Unguided', 'Window'])
})

test('of two guides claiming the same reflection one gets it; the other sees who', async () => {
  using here = await third()
  const { cohort, guide, learner, other, site } = here
  const id = site.reflection(learner, cohort)
  const both = await Promise.all([guide, other].map((who) => who.post(`${at}/${id}/taking`, { done: '1' })))
  expect(both.map((answer) => answer.headers.get('location')).toSorted()).toEqual([at, `/reflections/${id}#answer`])
  expect(site.db.prepare('SELECT count(*) FROM taking').pluck().get()).toBe(1)
  const [winner, loser] = both[0]?.headers.get('location') === at ? [other, guide] : [guide, other]
  expect(await loser.read(`${at}?whose=all`)).toContain(`${winner.name} took this one`)
  expect(await winner.read(at)).toContain('Give it back')
})

test('a claim is released by hand, or after two days', async () => {
  using here = await third()
  const { cohort, guide, learner, other, site } = here
  const id = site.reflection(learner, cohort)
  const take = (who: Actor, done = '1') => who.post(`${at}/${id}/taking`, { done })
  const holder = () =>
    site.db.prepare('SELECT person_id FROM taking JOIN enrolment ON enrolment.id = enrolment_id').pluck().all()
  await take(guide)
  await take(other, '0')
  expect(holder()).toEqual([guide.id])
  await take(guide, '0')
  expect(holder()).toEqual([])
  await take(guide)
  site.clock.advance({ hours: 47 })
  await take(other)
  expect(holder()).toEqual([guide.id])
  site.clock.advance({ hours: 1 })
  expect(await other.read(`${at}?whose=all`)).not.toContain('took this one')
  await take(other)
  expect(holder()).toEqual([other.id])
})

test('a guide who leaves loses their claims', async () => {
  using here = await third()
  const { cohort, guide, learner, site } = here
  const id = site.reflection(learner, cohort)
  await guide.post(`${at}/${id}/taking`, { done: '1' })
  await guide.post(cohort.at('/leave'), { posts: 'stay' })
  expect(site.db.prepare('SELECT count(*) FROM taking').pluck().get()).toBe(0)
})

test('a guide cannot claim their own, an answered, a private or another cohort’s reflection', async () => {
  using here = await third()
  const { cohort, foreignGuide, guide, learner, other: second, stranger, site } = here
  const elsewhere = here.other
  const ids = [
    site.reflection(guide, cohort),
    site.reflection(learner, cohort, { number: 1, audience: 'me' }),
    site.reflection(learner, cohort, { number: 2 }),
    site.reflection(stranger, { slug: 'elsewhere' }),
    4711,
  ]
  answered(site, ids[2] ?? 0, second)
  for (const id of ids) await guide.post(`${at}/${id}/taking`, { done: '1' })
  expect(site.db.prepare('SELECT count(*) FROM taking').pluck().get()).toBe(0)
  expect((await foreignGuide.post(`${at}/${ids[2]}/taking`, { done: '1' })).status).toBe(404)
  expect((await learner.post(`${at}/${ids[2]}/taking`, { done: '1' })).status).toBe(403)
  expect((await guide.post(`${at}/${ids[2]}/taking`, { done: 'perhaps' })).status).toBe(422)
  expect(elsewhere).toBeDefined()
})

test('the cohort figure is the share of posts answered within three days', async () => {
  using here = await third()
  const { cohort, guide, learner, peer, site } = here
  const { replyQueue } = site.services
  expect(replyQueue.pace(cohort.id)).toEqual({ posts: 0, in_time: 0, median_hours: null })
  const ids = [1, 2, 3, 4].map((number) => site.reflection(learner, cohort, { number }))
  site.reflection(learner, cohort, { number: 5, audience: 'me' })
  site.clock.advance({ hours: 5 })
  answered(site, ids[0] ?? 0, peer)
  site.clock.advance({ hours: 60 })
  answered(site, ids[1] ?? 0, guide)
  site.clock.advance({ hours: 20 })
  answered(site, ids[2] ?? 0, guide)
  site.reflection(peer, cohort)
  expect(replyQueue.pace(cohort.id)).toEqual({ posts: 4, in_time: 2, median_hours: 65 })
  expect(await guide.read(at)).toContain(
    'Of 4 that are older, 50% got there. Half of the answers came within 65 hours.',
  )
})

test('the queue total equals that of overview and stream', async () => {
  using here = await third()
  const { all, cohort, guide, learner, organiser, peer, site } = here
  for (const [number, audience] of (['me', 'guides', 'pod', 'cohort', 'world'] as const).entries()) {
    site.reflection(learner, cohort, { number: number + 1, audience, title: audience })
  }
  site.reflection(organiser, cohort, { number: 1, title: 'Mine', audience: 'me' })
  site.reflection(organiser, cohort, { number: 2, title: 'Mine for all' })
  answered(site, site.reflection(peer, cohort), guide)
  const enrolment = site.services.enrolments.find(organiser.id, cohort.slug)
  const total = enrolment && site.services.replyQueue.page(enrolment, { whose: 'all', after: null }).total
  expect(total).toBe(enrolment && site.services.stream.unanswered(enrolment).count)
  expect(await all(organiser)).toHaveLength(total ?? 0)
  expect(await organiser.read('/admin/cohorts/spring')).toContain(`<dd>${total}</dd>`)
})

test('loads count assigned, claimed and this week’s answered reflections', async () => {
  using here = await third()
  const { cohort, guide, learner, other, peer, site } = here
  const ids = [1, 2, 3, 4, 5].map((number) => site.reflection(learner, cohort, { number }))
  answered(site, ids[0] ?? 0, guide)
  site.clock.advance({ days: 8 })
  answered(site, ids[1] ?? 0, guide)
  answered(site, ids[1] ?? 0, guide)
  answered(site, site.reflection(peer, cohort), peer)
  await other.post(`${at}/${ids[2]}/taking`, { done: '1' })
  const enrolment = site.services.enrolments.find(guide.id, cohort.slug)
  const { loads } = site.services.replyQueue.page(enrolment!, { whose: null, after: null })
  expect(loads.map(({ name, waiting, taken, answered }) => ({ name, waiting, taken, answered }))).toEqual([
    { name: 'Leilani Kahale', waiting: 2, taken: 1, answered: 0 },
    { name: 'Marisol Guerrero', waiting: 2, taken: 0, answered: 1 },
  ])
})

test('paging continues after an answered reflection, and ignores an invalid cursor', async () => {
  using here = await third()
  const { cohort, guide, organiser, site } = here
  const ids = Array.from({ length: 50 }, (_, index) => {
    const who = cohort.enrol(site.person())
    const first = site.reflection(who, cohort, { number: 1, title: `New ${index}` })
    if (index < 25) answered(site, first, guide)
    return index < 25 ? site.reflection(who, cohort, { number: 2, title: `Second ${index}` }) : first
  })
  const seen: string[] = []
  let address: string | null = `${at}?whose=all`
  while (address) {
    const html = await organiser.read(address)
    seen.push(...titlesOf(html))
    if (seen.length === 20) answered(site, ids[44] ?? 0, guide)
    address = /rel="next" href="([^"]*)"/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? null
  }
  expect(new Set(seen).size).toBe(50)
  expect(seen).toHaveLength(50)
  expect(seen.slice(0, 25).every((title) => title.startsWith('New'))).toBe(true)
  for (const query of [
    'after=last-1',
    'after=first-',
    'whose=hers',
    'after=then-99999999999999999',
    'after=a&after=b',
  ]) {
    expect((await guide.get(`${at}?${query}`)).status).toBe(200)
  }
})

test('an empty queue shows a thank-you', async () => {
  using here = await third()
  const { cohort, guide, learner, organiser, site } = here
  expect(await organiser.read(at)).toContain('Nobody is waiting. Thank you!')
  guides(site, cohort, site.pod(cohort, [learner]), guide)
  site.reflection(learner, cohort)
  expect(await here.other.read(at)).toContain('Yours are all answered. Thank you!')
})

test('the map links the queue for guides only', async () => {
  using here = await third()
  const { cohort, guide, learner } = here
  expect(await guide.read(cohort.at(''))).toContain(`href="${at}"`)
  expect(await learner.read(cohort.at(''))).not.toContain(at)
  expect(await guide.read(at)).not.toContain('/admin/cohorts/spring/people"')
})
