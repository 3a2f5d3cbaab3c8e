import { expect, test } from 'vitest'
import type { CourseOutline } from '../../server/courses/format/schema.ts'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

// What people do, and what the rules make of it.

type RuleOutline = CourseOutline['badges'][number]['rule']

/** A site whose course has one badge with this rule. */
async function siteWith(
  rule: RuleOutline,
  { now = '2026-03-02T07:00:00Z', badge = {} as Record<string, string | null> } = {},
) {
  const site = await testSite({ now })
  const cast = site.cast()
  const { counts_from = null, counts_until = null } = badge
  site.db
    .prepare(`
      INSERT INTO badge (course_id, slug, position, title, meaning, shape, hue, rule, counts_from, counts_until)
      SELECT course_id, 'it', 30, 'It', 'It', 'star', 'plain', :rule, :counts_from, :counts_until FROM cohort WHERE id = :of`)
    .run({ rule: JSON.stringify(rule), counts_from, counts_until, of: cast.cohort.id })
  site.db.exec('UPDATE course SET revision = revision + 1')
  const has = (person: { id: number }) =>
    site.db
      .prepare<[number], number>(
        "SELECT count(*) FROM award JOIN badge ON badge.id = badge_id WHERE slug = 'it' AND person_id = ?",
      )
      .pluck()
      .get(person.id) === 1
  return { site, ...cast, has }
}

const answer = (site: TestSite, who: Actor, reflection: number) =>
  site.services.comments.write(reflection, who.id, 'Well seen, thank you.')

function enrolmentOf(site: TestSite, who: Actor, cohort: { slug: string }) {
  const enrolment = site.services.enrolments.find(who.id, cohort.slug)
  if (!enrolment) throw new Error(`${who.name} is not in ${cohort.slug}`)
  return enrolment
}

const LONELY: RuleOutline = { kind: 'answers-given', count: 1, to: 'unanswered', waited_days: 3 }

test('a reflection that waited three days for its first answer is a lonely one, after two it is not', async () => {
  const { site, cohort, learner, peer, has } = await siteWith(LONELY)
  await using _ = site
  const one = site.reflection(peer, cohort, { number: 1 })
  site.clock.advance({ hours: 71 })
  answer(site, learner, one)
  expect(has(learner)).toBe(false)
  const two = site.reflection(peer, cohort, { number: 2 })
  site.clock.advance({ hours: 72 })
  answer(site, learner, two)
  expect(has(learner)).toBe(true)
})

test('the second answer comes to nobody lonely, the author’s own is none', async () => {
  const { site, cohort, learner, peer, guide, has } = await siteWith(LONELY)
  await using _ = site
  const id = site.reflection(peer, cohort)
  answer(site, peer, id)
  site.clock.advance({ days: 4 })
  answer(site, guide, id)
  answer(site, learner, id)
  expect([has(peer), has(guide), has(learner)]).toEqual([false, true, false])
})

test('an answer in another pod is one to somebody who is in a pod, and not in one’s own', async () => {
  const { site, cohort, learner, peer, guide, has } = await siteWith({
    kind: 'answers-given',
    count: 1,
    to: 'another-pod',
  })
  await using _ = site
  const mate = cohort.enrol(site.person())
  const loner = cohort.enrol(site.person())
  site.pod(cohort, [learner, mate], 'Tram 12')
  site.pod(cohort, [peer], 'Tram 17')
  for (const author of [mate, loner]) answer(site, learner, site.reflection(author, cohort))
  answer(site, guide, site.reflection(peer, cohort))
  expect([has(learner), has(guide)]).toEqual([false, false])
  answer(site, learner, site.reflection(peer, cohort, { number: 2 }))
  expect(has(learner)).toBe(true)
})

test('who writes first about a thing goes first; what others keep to themselves is not in the way', async () => {
  const { site, cohort, learner, peer, guide, has } = await siteWith({ kind: 'first-to-write' })
  await using _ = site
  site.reflection(guide, cohort, { number: 1, audience: 'me' })
  site.reflection(learner, cohort, { number: 1 })
  site.reflection(peer, cohort, { number: 1 })
  expect([has(learner), has(peer)]).toEqual([true, false])
})

test('thanks are counted by the people who gave them, and it is the author who has them', async () => {
  const { site, cohort, learner, peer, guide, has } = await siteWith({ kind: 'cheers-received', people: 2 })
  await using _ = site
  const [one, two] = [site.reflection(learner, cohort, { number: 1 }), site.reflection(learner, cohort, { number: 2 })]
  const { cheer } = site.services.reflections
  for (const [id, who] of [
    [one, learner],
    [one, peer],
    [one, peer],
    [two, peer],
  ] as const)
    cheer(id, who.id, true)
  expect(has(learner)).toBe(false)
  cheer(two, guide.id, true)
  expect([has(learner), has(guide), has(peer)]).toEqual([true, false, false])
})

test('a report with an alternative counts, also one that is added later', async () => {
  const { site, cohort, learner, peer, has } = await siteWith({ kind: 'feedback-given', count: 1, alternative: true })
  await using _ = site
  const { reports } = site.services.maintenance
  const thing = site.services.progress.openThing(enrolmentOf(site, learner, cohort), 1)
  if (!thing) throw new Error('thing 1 is open')
  const say = (who: Actor, line: string | null) =>
    reports.report(thing.id, { person_id: who.id, cohort_id: cohort.id }, { kind: 'changed', line, link: null })
  say(learner, null)
  expect(has(learner)).toBe(false)
  say(learner, 'OsmAnd does the same')
  say(peer, 'OsmAnd does the same')
  expect([has(learner), has(peer)]).toEqual([true, true])
})

test('a usefulness rating is feedback', async () => {
  const { site, cohort, learner, has } = await siteWith({ kind: 'feedback-given', count: 1 })
  await using _ = site
  site.reflection(learner, cohort)
  const { id } = enrolmentOf(site, learner, cohort)
  const thing = site.services.progress.openThing(enrolmentOf(site, learner, cohort), 1)
  site.services.progress.pulse(id, thing?.id ?? 0, { useful: 'yes', will_use: 'yes', line: null })
  expect(has(learner)).toBe(true)
})

test('every depth is tried with a step of each', async () => {
  const { site, cohort, learner, has } = await siteWith({ kind: 'all-depths', things: 1 })
  await using _ = site
  const { id } = enrolmentOf(site, learner, cohort)
  const thing = site.services.progress.openThing(enrolmentOf(site, learner, cohort), 1)
  for (const step of ['try', 'look']) site.services.progress.tick(id, thing?.id ?? 0, step, true)
  expect(has(learner)).toBe(false)
  site.services.progress.tick(id, thing?.id ?? 0, 'tell', true)
  expect(has(learner)).toBe(true)
})

test('weeks begin on Monday, as it is in the cohort’s zone', async () => {
  const { site, cohort, learner, has } = await siteWith({ kind: 'weeks-with-post', count: 2 })
  await using _ = site
  site.reflection(learner, cohort, { number: 1 })
  // Sunday, half past eleven at night in Oslo
  site.clock.set('2026-03-08T22:30:00Z')
  site.reflection(learner, cohort, { number: 2 })
  expect(has(learner)).toBe(false)
  // half past midnight in Oslo, still Sunday in London
  site.clock.set('2026-03-08T23:30:00Z')
  site.reflection(learner, cohort, { number: 3 })
  expect(has(learner)).toBe(true)
})

const AWAY: RuleOutline = { kind: 'came-back', weeks: 2 }

test.each<[string, string, string, boolean]>([
  ['two weeks in which something opened', '2026-03-02', '2026-03-23', true],
  ['one week', '2026-03-02', '2026-03-16', false],
  ['two weeks of which one was for catching up', '2026-03-16', '2026-04-06', false],
  ['three of which one was for catching up', '2026-03-16', '2026-04-13', true],
])('coming back after %s', async (_, left, back, expected) => {
  const { site, cohort, learner, has } = await siteWith(AWAY)
  await using __ = site
  site.clock.set(`${left}T09:00:00Z`)
  site.reflection(learner, cohort, { number: 1 })
  site.clock.set(`${back}T09:00:00Z`)
  site.reflection(learner, cohort, { number: 2 })
  expect(has(learner)).toBe(expected)
})

test('paused weeks are not inactive weeks, and a first reflection is no return', async () => {
  const { site, cohort, learner, peer, has } = await siteWith(AWAY)
  await using _ = site
  site.reflection(learner, cohort, { number: 1 })
  site.clock.advance({ days: 8 })
  site.services.pauses.pause(enrolmentOf(site, learner, cohort), true)
  site.clock.advance({ days: 20 })
  site.services.pauses.pause(enrolmentOf(site, learner, cohort), false)
  site.reflection(learner, cohort, { number: 2 })
  site.reflection(peer, cohort, { number: 1 })
  expect([has(learner), has(peer)]).toEqual([false, false])
})

test('coming back and answering first is an answer before any word of one’s own', async () => {
  const { site, cohort, learner, peer, guide, has } = await siteWith({
    kind: 'came-back',
    weeks: 2,
    answered_first: true,
  })
  await using _ = site
  const id = site.reflection(guide, cohort)
  for (const who of [learner, peer]) site.reflection(who, cohort, { number: 1 })
  site.clock.advance({ days: 22 })
  site.reflection(peer, cohort, { number: 2 })
  answer(site, peer, id)
  answer(site, learner, id)
  expect([has(learner), has(peer)]).toEqual([true, false])
})

test('a pod is finished for everybody in it with the last one’s goal', async () => {
  const { site, cohort, learner, peer, guide, has } = await siteWith(
    { kind: 'pod-finished' },
    { now: '2027-01-01T12:00:00Z' },
  )
  await using _ = site
  const stranger = cohort.enrol(site.person())
  site.pod(cohort, [learner, peer])
  site.pod(cohort, [stranger], 'Tram 17')
  site.db.prepare('UPDATE enrolment SET goal = 5').run()
  for (const who of [stranger, learner]) for (const number of [1, 2, 3, 4, 5]) site.reflection(who, cohort, { number })
  for (const number of [1, 2, 3, 4]) site.reflection(peer, cohort, { number })
  expect([has(learner), has(peer), has(stranger)]).toEqual([false, false, false])
  site.reflection(peer, cohort, { number: 5 })
  expect([has(learner), has(peer), has(stranger), has(guide)]).toEqual([true, true, false, false])
})

test('a member who earned the badge in an earlier pod still finishes the pod for the others', async () => {
  const { site, cohort, learner, peer, has } = await siteWith({ kind: 'pod-finished' }, { now: '2027-01-01T12:00:00Z' })
  await using _ = site
  const [mate, late] = [cohort.enrol(site.person()), cohort.enrol(site.person())]
  site.pod(cohort, [learner, mate])
  site.db.prepare('UPDATE enrolment SET goal = 5').run()
  for (const who of [learner, mate, peer, late])
    for (const number of [1, 2, 3, 4, 5]) site.reflection(who, cohort, { number })
  site.pod(cohort, [learner, peer, late], 'Tram 17')
  expect([has(learner), has(peer), has(late)]).toEqual([true, false, false])
  site.reflection(learner, cohort, { number: 6 })
  expect([has(peer), has(late)]).toEqual([true, true])
})

test('only a reflection with a picture counts as pictured', async () => {
  const { site, cohort, learner, has } = await siteWith({ kind: 'pictures', count: 1 })
  await using _ = site
  const id = site.reflection(learner, cohort)
  const badge = site.services.badges.badge(
    site.db.prepare<[], number>("SELECT id FROM badge WHERE slug = 'it'").pluck().get() ?? 0,
  )
  const reach = () => badge && site.services.badges.progress(badge, learner.id, cohort.id)
  expect([has(learner), reach()?.held_at]).toEqual([false, null])
  site.db.exec(`
    INSERT INTO image (id, person_id, hash, width, height, animated, bytes, added_at) VALUES (1, ${learner.id}, 'h', 1, 1, 0, 1, '');
    INSERT INTO image_use (image_id, reflection_id) VALUES (1, ${id})`)
  expect(reach()).toMatchObject({ held_at: '2026-03-02T07:00:00.000Z', ring: { done: 1, of: 1 }, award: null })
})

test('only what happens between its days counts for a badge, as the days are in the cohort’s zone', async () => {
  const badge = { counts_from: '2026-03-09', counts_until: '2026-03-10' }
  const { site, cohort, learner, peer, guide, has } = await siteWith({ kind: 'first-reflection' }, { badge })
  await using _ = site
  site.clock.set('2026-03-08T22:59:59Z')
  site.reflection(learner, cohort)
  site.clock.set('2026-03-08T23:00:00Z')
  site.reflection(peer, cohort)
  site.clock.set('2026-03-10T23:00:00Z')
  site.reflection(guide, cohort)
  expect([has(learner), has(peer), has(guide)]).toEqual([false, true, false])
})

test('of a rule of rules any act that one of them looks at may bring the award', async () => {
  const rule: RuleOutline = {
    kind: 'all-of',
    rules: [{ kind: 'first-reflection' }, { kind: 'cheers-received', people: 1 }],
  }
  const { site, cohort, learner, peer, has } = await siteWith(rule)
  await using _ = site
  const id = site.reflection(learner, cohort)
  expect(has(learner)).toBe(false)
  site.services.reflections.cheer(id, peer.id, true)
  expect([has(learner), has(peer)]).toEqual([true, false])
})
