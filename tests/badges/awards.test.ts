import { expect, test } from 'vitest'
import type { CourseOutline } from '../../server/courses/format/schema.ts'
import { datesFor } from '../../server/web/text/dates.ts'
import { courseOutline } from '../support/fixtures/course-outline.ts'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

/** Slugs of what a person holds, in the order in which they were earned. */
function awardsOf(site: TestSite, person: { id: number }, cohort?: { id: number }): string[] {
  const sql = `
    SELECT badge.slug FROM award JOIN badge ON badge.id = badge_id
     WHERE person_id = ? AND (? IS NULL OR award.cohort_id = ?) ORDER BY activity_id, badge.position`
  const id = cohort?.id ?? null
  return site.db.prepare<unknown[], string>(sql).pluck().all(person.id, id, id)
}

function write(site: TestSite, person: Actor, cohort: { slug: string }, numbers: number[]): void {
  for (const number of numbers) site.reflection(person, cohort, { number })
}

const upTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1)

/** Everything is open. */
const LATE = { now: '2027-01-01T12:00:00Z' }

test('the first reflection earns its badge in the same transaction, and the act is known', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const enrolment = site.services.enrolments.find(learner.id, cohort.slug)
  const thing = enrolment && site.services.progress.openThing(enrolment, 1)
  if (!enrolment || !thing) throw new Error('thing 1 is not open')
  const { activity_id } = site.services.reflections.publish(enrolment, thing.id, {
    title: '',
    body: 'Tried.',
    audience: 'me',
  })
  expect(awardsOf(site, learner)).toEqual(['first-reflection'])
  expect(site.services.badges.earnedBy(activity_id)).toHaveLength(1)
})

test('an award that is rolled back with its act was never given', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const act = site.db.transaction(() => {
    site.reflection(learner, cohort)
    throw new Error('the disk is gone')
  })
  expect(act).toThrow('the disk is gone')
  expect(awardsOf(site, learner)).toEqual([])
})

test('an award is on record as something that happened, once, and earns nothing itself', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  write(site, learner, cohort, [1])
  const happened = site.db.prepare("SELECT person_id, detail FROM activity WHERE kind = 'award.earned'").all()
  expect(happened).toEqual([{ person_id: learner.id, detail: '{"badge":"first-reflection"}' }])
})

test('five, twelve and all 23 things earn their milestones', async () => {
  await using site = await testSite(LATE)
  const { cohort, learner } = site.cast()
  const milestones = () => awardsOf(site, learner).filter((slug) => slug.endsWith('-things'))
  const counts = upTo(23).map((number) => {
    write(site, learner, cohort, [number])
    return milestones()
  })
  expect(counts[3]).toEqual([])
  expect(counts[4]).toEqual(['five-things'])
  expect(counts[10]).toEqual(['five-things'])
  expect(counts[11]).toEqual(['five-things', 'twelve-things'])
  expect(counts[21]).toEqual(['five-things', 'twelve-things'])
  expect(counts[22]).toEqual(['five-things', 'twelve-things', 'all-things'])
})

test('a set is earned with its last thing, in whatever order', async () => {
  await using site = await testSite(LATE)
  const { cohort, learner } = site.cast()
  write(site, learner, cohort, [3, 1, 5, 2, 6, 7])
  expect(awardsOf(site, learner)).not.toContain('safe-start')
  write(site, learner, cohort, [4])
  expect(awardsOf(site, learner)).toContain('safe-start')
})

test('a reflection for one’s own eyes counts like any other', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  site.reflection(learner, cohort, { audience: 'me' })
  expect(awardsOf(site, learner)).toEqual(['first-reflection'])
})

test('changing a reflection earns nothing', async () => {
  await using site = await testSite(LATE)
  const { cohort, learner } = site.cast()
  write(site, learner, cohort, [1, 2, 3, 4])
  const before = awardsOf(site, learner)
  write(site, learner, cohort, [4, 4, 4])
  expect(awardsOf(site, learner)).toEqual(before)
})

test('the first answer and ten answers to others earn their badges', async () => {
  await using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  const id = site.reflection(peer, cohort)
  const answer = () => site.services.comments.write(id, learner.id, 'Well seen.')
  answer()
  expect(awardsOf(site, learner)).toEqual(['first-answer'])
  for (let count = 2; count < 10; count++) answer()
  expect(awardsOf(site, learner)).toEqual(['first-answer'])
  answer()
  expect(awardsOf(site, learner)).toEqual(['first-answer', 'ten-answers'])
})

test('answering oneself is no answer given', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const id = site.reflection(learner, cohort)
  site.services.comments.write(id, learner.id, 'What I forgot to say')
  expect(awardsOf(site, learner)).toEqual(['first-reflection'])
})

test('guides earn badges as learners do', async () => {
  await using site = await testSite()
  const { cohort, guide } = site.cast()
  write(site, guide, cohort, [1])
  expect(awardsOf(site, guide)).toEqual(['first-reflection'])
})

test('what was done in one cohort does not count in another, where it may be earned again', async () => {
  await using site = await testSite(LATE)
  const { cohort, other, learner } = site.cast()
  other.enrol(learner)
  write(site, learner, cohort, [1, 2, 3, 4])
  write(site, learner, other, [5])
  expect(awardsOf(site, learner, cohort)).toEqual(['first-reflection'])
  expect(awardsOf(site, learner, other)).toEqual(['first-reflection'])
})

test('deleting a reflection keeps the awards, and doing it again gives no second one', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const id = site.reflection(learner, cohort)
  await learner.post(`/reflections/${id}/delete`)
  expect(awardsOf(site, learner)).toEqual(['first-reflection'])
  write(site, learner, cohort, [1])
  expect(awardsOf(site, learner)).toEqual(['first-reflection'])
})

test('fifty completions at once earn each badge once', async () => {
  await using site = await testSite(LATE)
  const { cohort, learner, peer } = site.cast()
  const theirs = site.reflection(peer, cohort)
  const publish = (number: number) =>
    learner.post(cohort.at(`/things/${number}/reflection`), { body: `About ${number}`, intent: 'publish' })
  const acts = [
    ...upTo(23).map(publish),
    ...upTo(20).map(() => learner.post(`/reflections/${theirs}/comments`, { body: 'Yes.' })),
    ...upTo(7).map(publish),
  ]
  await Promise.all(acts)
  const held = awardsOf(site, learner)
  expect(new Set(held).size).toBe(held.length)
  expect(held.toSorted()).toEqual(
    [
      ...['safe-start', 'finder', 'reader-and-player', 'maker', 'team', 'giver'],
      ...['first-reflection', 'five-things', 'twelve-things', 'all-things', 'first-answer', 'ten-answers'],
    ].toSorted(),
  )
  const happened = site.db
    .prepare("SELECT count(*) FROM activity WHERE kind = 'award.earned' AND person_id = ?")
    .pluck()
  expect(happened.get(learner.id)).toBe(held.length)
})

test('a rule that asks for less gives the badge with the next act, not before', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  write(site, learner, cohort, [1])
  changeRule(site, 'five-things', { kind: 'things-done', count: 2 })
  expect(awardsOf(site, learner)).toEqual(['first-reflection'])
  write(site, learner, cohort, [2])
  expect(awardsOf(site, learner)).toEqual(['first-reflection', 'five-things'])
})

test('a rule that asks for more takes nothing away', async () => {
  await using site = await testSite(LATE)
  const { cohort, learner } = site.cast()
  write(site, learner, cohort, upTo(5))
  changeRule(site, 'five-things', { kind: 'things-done', count: 7 })
  write(site, learner, cohort, [6])
  expect(awardsOf(site, learner)).toContain('five-things')
})

test('a rule of another kind asks for other acts', async () => {
  await using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  changeRule(site, 'five-things', { kind: 'answers-given', count: 1 })
  write(site, learner, cohort, [1, 2])
  expect(awardsOf(site, learner)).toEqual(['first-reflection'])
  site.services.comments.write(site.reflection(peer, cohort), learner.id, 'Yes.')
  expect(awardsOf(site, learner)).toEqual(['first-reflection', 'five-things', 'first-answer'])
})

test('a badge that the course no longer has is kept by those who hold it and given to nobody', async () => {
  await using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  write(site, learner, cohort, [1])
  const outline = courseOutline({ slug: 'course-23' })
  const badges = outline.badges.filter(({ slug }) => slug !== 'first-reflection')
  site.services.courseTransfer.importOutline({ ...outline, badges }, null)
  write(site, peer, cohort, [1])
  expect(awardsOf(site, learner)).toEqual(['first-reflection'])
  expect(awardsOf(site, peer)).toEqual([])
  expect(await learner.read(cohort.at('/badges'))).toContain('First reflection, earned')
  expect(await peer.read(cohort.at('/badges'))).not.toContain('First reflection')
})

test('acts that no rule looks at ask no statement of the badges', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const id = site.reflection(learner, cohort)
  const statements = await site.statements(() => learner.post(`/reflections/${id}/delete`))
  expect(statements.filter((sql) => /\bFROM (award|badge)\b/.test(sql) && !/\bFROM notice\b/.test(sql))).toEqual([])
})

test('an act asks what it may still earn and then for the facts, however much was done before', async () => {
  await using site = await testSite(LATE)
  const { cohort, learner } = site.cast()
  const reading = async (number: number) => {
    const all = await site.statements(async () => site.reflection(learner, cohort, { number }))
    return all.filter((sql) => /^\s*SELECT/.test(sql) && /\baward\b/.test(sql)).length
  }
  const first = await reading(1)
  write(site, learner, cohort, upTo(20))
  expect([first, await reading(22)]).toEqual([2, 2])
})

test('an act that can earn nothing any more does not ask for the facts', async () => {
  await using site = await testSite(LATE)
  const { cohort, learner, peer } = site.cast()
  const id = site.reflection(peer, cohort)
  const answer = () => site.services.comments.write(id, learner.id, 'Well seen.')
  for (let answers = 0; answers < 10; answers++) answer()
  const all = await site.statements(() => Promise.resolve(answer()))
  expect(all.filter((sql) => /SELECT/.test(sql) && /\baward\b/.test(sql))).toHaveLength(1)
})

test('the moment comes once, after the act that earned it, with a way on', async () => {
  await using site = await testSite()
  const { cohort, learner } = site.cast()
  const published = await learner.post(cohort.at('/things/1/reflection'), { body: 'Tried it.', intent: 'publish' })
  const page = await (await learner.follow(published)).text()
  expect(page).toContain('<section class="moment"')
  expect(page).toContain('First reflection, done.')
  expect(page).toContain(`href="${cohort.at('/things/2')}"`)
  expect(await learner.read(published.headers.get('location') ?? '')).not.toContain('<section class="moment"')
})

test('after an answer the moment leads to somebody who waits for one', async () => {
  await using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  const id = site.reflection(peer, cohort)
  const answered = await learner.post(`/reflections/${id}/comments`, { body: 'Which app was it?' })
  const page = await (await learner.follow(answered)).text()
  expect(page).toContain('<section class="moment"')
  expect(page).toContain(`href="${cohort.at('/reflections?unanswered=1')}"`)
})

test('an award’s moment is nobody else’s', async () => {
  await using site = await testSite()
  const { cohort, learner, peer } = site.cast()
  write(site, learner, cohort, [1])
  const id = site.db.prepare<[], string>('SELECT id FROM award').pluck().get() ?? ''
  const { clock, words, badges } = site.services
  const t = words('en')
  const voice = { t, locale: 'en', dates: datesFor('en', 'UTC', clock.now(), t) }
  expect(badges.moment(id, learner.id, voice)?.title).toBe('First reflection')
  expect(badges.moment(id, peer.id, voice)).toBeNull()
  expect(badges.moment('unknown', learner.id, voice)).toBeNull()
})

function changeRule(site: TestSite, slug: string, rule: CourseOutline['badges'][number]['rule']): void {
  const outline = courseOutline({ slug: 'course-23' })
  const badges = outline.badges.map((badge) => (badge.slug === slug ? { ...badge, rule } : badge))
  site.services.courseTransfer.importOutline({ ...outline, badges }, null)
}
