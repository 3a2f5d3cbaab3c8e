import { afterAll, beforeAll, expect, test } from 'vitest'
import { wordsOfThing } from '../../../server/courses/format/translatable-words.ts'
import { badgeWith } from '../../support/fixtures/badge.ts'
import { certificateOf } from '../../support/fixtures/certificate.ts'
import { followedBlog } from '../../support/fixtures/followed-blog.ts'
import { type TestSite, testSite } from '../../support/site.ts'

/** A site with so many learners, reflections, answers and earlier texts that a loop over them would show. */
async function siteWith(count: number) {
  const site = await testSite({ now: '2026-06-30T07:00:00Z' })
  const cast = site.cast()
  const { author, cohort, learner, peer } = cast
  const first = site.reflection(learner, cohort, { audience: 'world' })
  const tried_id = site.services.courses.bySlug('course-23')?.things[0]?.id ?? 0
  // two make news for whoever keeps the course
  for (const { id } of [learner, peer]) {
    const saying = { kind: 'phone', line: null, link: null } as const
    site.services.maintenance.reports.report(tried_id, { person_id: id, cohort_id: cohort.id }, saying)
  }
  certificateOf(site, cast.author.id)
  const asking: { id: number }[] = []
  for (let number = 0; number < count; number++) {
    const person = cohort.enrol(site.person())
    asking.push(person)
    site.pod(cohort, [person], `Pod ${number}`)
    site.reflection(person, cohort, { number: (number % 23) + 1, audience: 'world' })
    await person.post(`/reflections/${first}/comments`, { body: `Answer ${number}` })
    await person.post(`/reflections/${first}/cheer`, { done: '1' })
    await person.post('/cohorts/spring/later', { title: `Thing ${number}`, body: 'Worth it.' })
    await person.post('/cohorts/spring/guide-again', { done: '1' })
    site.services.moderation.report({ kind: 'reflection', id: first }, person.id, 'Please look')
    const saying = { kind: 'closed', line: `Something ${number}`, link: null } as const
    const thing_id = site.services.courses.bySlug('course-23')?.things[number % 23]?.id ?? 0
    site.services.maintenance.reports.report(thing_id, { person_id: person.id, cohort_id: cohort.id }, saying)
    site.services.savedReplies.add(cast.guide.id, { title: `Answer ${number}`, body: 'Words' })
    site.services.announcements.write({
      cohort_id: cohort.id,
      by: cast.organiser.id,
      title: `News ${number}`,
      body: 'Words',
      pinned: true,
    })
  }
  const { id: badge_id } = badgeWith(site, { kind: 'judged', ask: 'Show it.' }, { title: 'Shown' })
  for (const person of [learner, ...asking]) {
    const enrolment = site.services.enrolments.find(person.id, 'spring')
    if (enrolment) site.services.hours.state(enrolment, new Map([[tried_id, 500]]))
  }
  for (const person of asking)
    site.services.claims.submit({ badge_id, person_id: person.id, cohort_id: cohort.id, evidence: 'Look.' })
  site.services.cohortSettings.change(cohort.id, { capacity: 1, welcome: 'Welcome.' }, cast.organiser.id)
  const lines = ['email,pod', 'nobody', 'twice@library.example,Pod x', 'twice@library.example,']
  for (let number = 0; number < count; number++) {
    site.services.waitingList.joinOrWait({ cohort_id: cohort.id, person_id: site.person().id, wait: true })
    lines.push(`c${number}@library.example,New pod ${number}`, `broken ${number},`)
  }
  await cast.organiser.post('/admin/cohorts/spring/import', { list: lines.join('\n') })
  site.services.settings.set('imprint', 'Harbour Libraries')
  followedBlog(site, learner, cohort, { posts: count })
  site.services.search.indexAll()
  // news that no page here shows: pages that look for what they show find some, however little there is
  const detail = { title: 'A blog', href: '/' }
  site.services.notices.notify({ person_id: learner.id, kind: 'feed_trouble', key: 'a blog', detail })
  for (let number = 2; number < Math.min(count, 20); number++) site.reflection(peer, cohort, { number })
  const { courses, courseAuthoring, courseTranslations } = site.services
  const thing_id = courses.bySlug('course-23')?.things[0]?.id ?? 0
  for (let seen = 1; seen <= count; seen++) {
    const { outline } = courseAuthoring.thingText(thing_id)!
    courseAuthoring.changeThing(thing_id, { ...outline, body: `Text ${seen}.` }, { seen, by: author.id })
  }
  for (let seen = 0; seen < count; seen++) {
    const words = { ...wordsOfThing(courseAuthoring.thingText(thing_id)!.outline), title: `Ting ${seen}` }
    const saving = { language: 'da', seen, from: '0123456789ab', from_revision: 1, by: author.id }
    courseTranslations.translateThing(thing_id, words, saving)
  }
  for (const { id, revision } of courses.bySlug('course-23')?.things.slice(1, count + 1) ?? []) {
    const { outline } = courseAuthoring.thingText(id)!
    courseAuthoring.saveDraft(id, { ...outline, body: 'Waits.' }, { seen: revision, draft: 0, by: author.id })
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
  ['organiser', '/admin/cohorts/spring/awards'],
  ['organiser', '/admin/cohorts/spring/awards?badge=safe-start'],
  ['organiser', '/admin/cohorts/spring/claims'],
  ['organiser', '/admin/cohorts/spring/certificates'],
  ['learner', '/me/certificates'],
  ['learner', '/cohorts/spring/hours'],
  ['learner', '/cohorts/spring/hours/statement'],
  ['guide', '/admin/cohorts/spring/hours'],
  ['guide', '/admin/cohorts/spring/hours/amara-okonkwo'],
  ['organiser', '/admin/cohorts/spring/give-badge'],
  ['learner', '/cohorts/spring/badges/shown/ask'],
  ['learner', '/badges/shown'],
  ['organiser', '/admin/cohorts/spring/people?q=person'],
  ['organiser', '/admin/cohorts/spring/pods'],
  ['organiser', '/admin/cohorts/spring/pods/1'],
  ['organiser', '/admin/cohorts/spring/pods/make?by=size&size=6&with_guides=1'],
  ['organiser', '/admin/cohorts/spring/grid'],
  ['organiser', '/admin/cohorts/spring/grid?sort=seen&q=person'],
  ['organiser', '/admin/cohorts/spring/grid?sort=done&pod=1&state=silent'],
  ['organiser', '/admin/cohorts/spring/grid.csv'],
  ['organiser', '/admin/cohorts/spring/things.csv'],
  ['organiser', '/admin/cohorts/spring/invitations'],
  ['organiser', '/admin/cohorts/spring/settings'],
  ['learner', '/cohorts/spring/announcements'],
  ['organiser', '/admin/cohorts/spring/announcements'],
  ['organiser', '/admin/cohorts/spring/announcements/1'],
  ['organiser', '/admin/cohorts/spring/import'],
  ['organiser', '/admin/cohorts/spring/import/1'],
  ['admin', '/admin/people/import'],
  ['organiser', '/admin/cohorts/spring/poster'],
  ['organiser', '/admin/cohorts/spring/calendar'],
  ['organiser', '/admin/cohorts/spring/calendar?view=month'],
  ['organiser', '/admin/cohorts/spring/close'],
  ['learner', '/cohorts/spring/later'],
  ['author', '/admin'],
  ['author', '/admin/courses'],
  ['author', '/admin/courses/course-23'],
  ['author', '/admin/courses/new'],
  ['author', '/admin/courses/import'],
  ['author', '/admin/courses/course-23/pictures'],
  ['author', '/admin/courses/course-23/order'],
  ['author', '/admin/courses/course-23/sets'],
  ['author', '/admin/courses/course-23/badges'],
  ['author', '/admin/courses/course-23/certificates'],
  ['author', '/admin/courses/course-23/certificates/1'],
  ['author', '/admin/courses/course-23/new-certificate'],
  ['author', '/admin/courses/course-23/new-badge'],
  ['author', '/admin/courses/course-23/badges/safe-start'],
  ['author', '/admin/courses/course-23/badges/safe-start/versions'],
  ['author', '/admin/courses/course-23/badges/safe-start/replay'],
  ['author', '/admin/courses/course-23/badges/ten-answers/delete'],
  ['author', '/admin/courses/course-23/changes'],
  ['author', '/admin/courses/course-23/about'],
  ['author', '/admin/courses/course-23/copy'],
  ['author', '/admin/courses/course-23/languages'],
  ['author', '/admin/courses/course-23/languages/da'],
  ['author', '/admin/courses/course-23/languages/da/remove'],
  ['author', '/admin/courses/course-23/things/thing-1/in/da'],
  ['author', '/admin/courses/course-23/archive'],
  ['author', '/admin/courses/course-23/add'],
  ['author', '/admin/courses/course-23/completion'],
  ['author', '/admin/upkeep'],
  ['author', '/admin/upkeep?course=course-23'],
  ['author', '/admin/upkeep/links'],
  ['guide', '/admin/cohorts/spring/confirmations'],
  ['author', '/admin/courses/course-23/things/thing-1'],
  ['author', '/admin/courses/course-23/things/thing-1/revisions'],
  ['author', '/admin/courses/course-23/things/thing-1/revisions/1'],
  ['admin', '/admin'],
  ['admin', '/admin/people'],
  ['admin', '/admin/people?role=member&state=never&cohort=spring&q=person'],
  ['admin', '/admin/people/amara-okonkwo'],
  ['admin', '/admin/people/amara-okonkwo/delete'],
  ['admin', '/admin/log'],
  ['admin', '/admin/log?group=cohorts&person=ingrid-solberg&cohort=spring'],
  ['organiser', '/admin/cohorts/spring/log'],
  ['admin', '/admin/outbox'],
  ['admin', '/admin/pictures'],
  ['admin', '/admin/settings'],
  ['admin', '/admin/settings/pages'],
  ['admin', '/admin/settings/mail'],
  ['admin', '/admin/settings/people'],
  ['admin', '/admin/settings/backups'],
  ['guest', '/imprint'],
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
