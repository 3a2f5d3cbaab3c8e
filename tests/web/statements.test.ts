import { afterAll, beforeAll, expect, test } from 'vitest'
import { followedBlog } from '../support/feeds.ts'
import { type TestSite, testSite } from '../support/site.ts'

/** A site with so many learners, reflections, answers and earlier texts that a loop over them would show. */
async function siteWith(count: number) {
  const site = await testSite({ now: '2026-06-30T07:00:00Z' })
  const cast = site.cast()
  const { author, cohort, learner, peer } = cast
  const first = site.reflection(learner, cohort, { audience: 'world' })
  for (let number = 0; number < count; number++) {
    const person = cohort.enrol(site.person())
    site.pod(cohort, [person], `Pod ${number}`)
    site.reflection(person, cohort, { number: (number % 23) + 1, audience: 'world' })
    await person.post(`/reflections/${first}/comments`, { body: `Answer ${number}` })
    await person.post(`/reflections/${first}/cheer`, { done: '1' })
    site.services.moderation.report({ kind: 'reflection', id: first }, person.id, 'Please look')
    site.services.savedAnswers.make(cast.guide.id, { title: `Answer ${number}`, body: 'Words' })
  }
  followedBlog(site, learner, cohort, { posts: count })
  // news that no page here shows: pages that look for what they show find some, however little there is
  const detail = { title: 'A blog', href: '/' }
  site.services.notices.tell({ person_id: learner.id, kind: 'feed_trouble', key: 'a blog', detail })
  for (let number = 2; number < Math.min(count, 20); number++) site.reflection(peer, cohort, { number })
  const { courses } = site.services
  const thing_id = courses.bySlug('course-23')?.things[0]?.id ?? 0
  for (let seen = 1; seen <= count; seen++) {
    const { outline } = courses.thingText(thing_id)!
    courses.changeThing(thing_id, { ...outline, body: `Text ${seen}.` }, { seen, by: author.id })
  }
  return { site, cast, first }
}

type Kind = 'guest' | 'learner' | 'guide' | 'organiser' | 'author' | 'admin'
const PAGES: [Kind, string][] = [
  ['guest', '/'],
  ['guest', '/login'],
  ['guest', '/join/spring'],
  ['guest', '/courses/course-23'],
  ['guest', '/courses/course-23/things/3'],
  ['guest', '/badges/first-reflection'],
  ['guest', '/reflections/1'],
  ['guest', '/people/amara-okonkwo'],
  ['learner', '/home'],
  ['learner', '/cohorts/spring'],
  ['learner', '/cohorts/spring/things/1'],
  ['learner', '/cohorts/spring/things/5'],
  ['learner', '/cohorts/spring/things/5/reflection'],
  ['learner', '/cohorts/spring/reflections'],
  ['learner', '/cohorts/spring/reflections?thing=1&unanswered=1'],
  ['learner', '/cohorts/spring/reflections?q=what&pod=1&person=kenji-watanabe&following=1'],
  ['learner', '/search?q=what'],
  ['guide', '/search?q=answer&kind=answers'],
  ['learner', '/cohorts/spring/badges'],
  ['learner', '/badges/first-reflection'],
  ['learner', '/reflections/1'],
  ['learner', '/reflections/1/people?q=p'],
  ['learner', '/cohorts/spring/people.json?q=p'],
  ['guide', '/people/amara-okonkwo'],
  ['learner', '/cohorts/spring/pods'],
  ['learner', '/cohorts/spring/pods/1'],
  ['learner', '/me'],
  ['learner', '/notices'],
  ['guide', '/cohorts/spring/things/9'],
  ['learner', '/cohorts/spring/blog'],
  ['organiser', '/admin/cohorts/spring'],
  ['organiser', '/admin/cohorts/spring/blogs'],
  ['guide', '/reflections/1'],
  ['guide', '/admin/cohorts/spring/queue'],
  ['organiser', '/admin/cohorts/spring/queue?whose=all'],
  ['guide', '/admin/cohorts/spring/queue/answers'],
  ['guide', '/admin/cohorts/spring/reports'],
  ['organiser', '/admin/cohorts/spring/reports?settled=1'],
  ['guide', '/reflections/1/hide'],
  ['admin', '/admin/reports'],
  ['organiser', '/admin/cohorts/spring/people'],
  ['organiser', '/admin/cohorts/spring/people?q=person'],
  ['organiser', '/admin/cohorts/spring/pods'],
  ['organiser', '/admin/cohorts/spring/pods/1'],
  ['organiser', '/admin/cohorts/spring/pods/make?by=size&size=6&with_guides=1'],
  ['organiser', '/admin/cohorts/spring/grid'],
  ['organiser', '/admin/cohorts/spring/grid?sort=seen&q=person'],
  ['organiser', '/admin/cohorts/spring/grid.csv'],
  ['organiser', '/admin/cohorts/spring/things.csv'],
  ['organiser', '/admin/cohorts/spring/invitations'],
  ['organiser', '/admin/cohorts/spring/poster'],
  ['organiser', '/admin/cohorts/spring/calendar'],
  ['author', '/admin'],
  ['author', '/admin/courses'],
  ['author', '/admin/courses/course-23'],
  ['author', '/admin/courses/course-23/things/thing-1'],
  ['author', '/admin/courses/course-23/things/thing-1/revisions'],
  ['author', '/admin/courses/course-23/things/thing-1/revisions/1'],
  ['admin', '/admin'],
  ['admin', '/admin/people'],
  ['admin', '/admin/outbox'],
  ['admin', '/admin/pictures'],
  ['admin', '/admin/cohorts/new'],
]

let few: Awaited<ReturnType<typeof siteWith>>
let many: Awaited<ReturnType<typeof siteWith>>
beforeAll(async () => {
  few = await siteWith(1)
  many = await siteWith(100)
}, 60_000)
afterAll(async () => {
  await few.site[Symbol.asyncDispose]()
  await many.site[Symbol.asyncDispose]()
})

async function statementsOf(
  site: TestSite,
  browser: { get(path: string): Promise<Response> },
  address: string,
): Promise<string[]> {
  await browser.get(address)
  return site.statements(async () => expect((await browser.get(address)).status).toBeLessThan(400))
}

test.each(PAGES)(
  'a %s gets %s with at most 8 statements, as many with one row as with a hundred',
  async (who, address) => {
    const one = await statementsOf(few.site, few.cast[who], address)
    const hundred = await statementsOf(many.site, many.cast[who], address)
    expect(hundred.length, hundred.join('\n')).toBe(one.length)
    expect(one.length, one.join('\n')).toBeLessThanOrEqual(8)
  },
)
