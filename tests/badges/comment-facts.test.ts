import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Badge, spanOf } from '../../server/badges/badge.ts'
import { within } from '../../server/badges/rules/rule-facts.ts'
import { readFacts, weeksOf } from '../../server/badges/rules/rule-facts-query.ts'
import { heldAt, missing, type Rule } from '../../server/badges/rules/rules.ts'
import { badgeWith } from '../support/fixtures/badge.ts'
import { cost } from '../support/growth.ts'
import { type Actor, type TestSite, testSite } from '../support/site.ts'

// A rule reads as many answers as it counts. What it says must be what it would say of all of them.

const ZONE = 'Europe/Berlin'

/** Each answer that somebody gave in a cohort, with nothing left out and nothing taken from what triggers keep. */
const ALL_ANSWERS = `
  SELECT comment.written_at,
         CASE WHEN NOT EXISTS (SELECT 1 FROM comment AS earlier
                                WHERE earlier.reflection_id = comment.reflection_id AND earlier.id < comment.id
                                  AND earlier.person_id <> theirs.person_id)
              THEN floor(julianday(comment.written_at) - julianday(theirs.published_at)) END AS waited_days,
         coalesce((SELECT pod_id FROM enrolment AS author WHERE author.id = theirs.enrolment_id) <> mine.pod_id, 0) AS another_pod
    FROM enrolment AS mine JOIN comment ON comment.person_id = mine.person_id
    JOIN reflection AS theirs ON theirs.id = comment.reflection_id
   WHERE mine.person_id = :person_id AND mine.cohort_id = :cohort_id AND theirs.person_id <> mine.person_id
     AND theirs.cohort_id = mine.cohort_id
   ORDER BY comment.id`
const REFLECTIONS = 'SELECT published_at, 0, 0 FROM reflection WHERE person_id = :person_id AND cohort_id = :cohort_id'

const answers = fc
  .record({
    count: fc.integer({ min: 1, max: 4 }),
    to: fc.constantFrom(undefined, 'unanswered' as const, 'another-pod' as const),
    waited_days: fc.constantFrom(undefined, 1, 3),
  })
  .map(
    ({ count, to, waited_days }): Rule => ({
      kind: 'answers-given',
      count,
      ...(to ? { to } : {}),
      ...(waited_days ? { waited_days } : {}),
    }),
  )
const back = fc.record({ weeks: fc.constantFrom(1, 2), answered_first: fc.boolean() }).map(
  ({ weeks, answered_first }): Rule => ({
    kind: 'came-back',
    weeks,
    ...(answered_first ? { answered_first: true } : {}),
  }),
)
const simple = fc.oneof({ weight: 3, arbitrary: answers }, back)
const rule = fc.oneof(
  simple,
  fc
    .record({
      kind: fc.constantFrom('any-of' as const, 'all-of' as const),
      rules: fc.array(simple, { minLength: 2, maxLength: 4 }),
    })
    .map((nested) => nested as Rule),
)
const badge = fc.record({
  rule,
  counts_from: fc.constantFrom(null, null, '2026-03-04', '2026-03-20'),
  counts_until: fc.constantFrom(null, null, '2026-03-29', '2026-04-20'),
})

const act = fc.record({
  what: fc.constantFrom('comment', 'comment', 'comment', 'comment', 'reply', 'delete', 'publish', 'pod', 'unpublish'),
  who: fc.nat(3),
  which: fc.nat(20),
  hours: fc.constantFrom(0, 0, 1, 5, 30, 80, 24 * 8, 24 * 16),
})
type Act = typeof act extends fc.Arbitrary<infer One> ? One : never

/** One thing that happens; where it cannot, nothing does. */
function happens(
  site: TestSite,
  people: Actor[],
  cohort: { id: number; slug: string },
  { what, who, which, hours }: Act,
) {
  const { comments, reflections } = site.services
  site.clock.advance({ hours })
  const person = people[who] ?? people[0]
  const ids = (table: string) => site.db.prepare<[], number>(`SELECT id FROM ${table} ORDER BY id`).pluck().all()
  const [reflection_ids, comment_ids] = [ids('reflection'), ids('comment WHERE person_id IS NOT NULL')]
  const reflection = reflection_ids[which % reflection_ids.length] ?? 0
  const comment = comment_ids[which % comment_ids.length] ?? 0
  if (!person) return
  if (what === 'comment') comments.write(reflection, person.id, 'Well seen.')
  if (what === 'reply') {
    const about = comments.readable(comment, person.id)
    if (about) comments.write(about.reflection_id, person.id, 'Yes.', comment)
  }
  if (what === 'delete') comments.remove(comment, person.id)
  if (what === 'pod')
    site.db
      .prepare(
        'UPDATE enrolment SET pod_id = (SELECT id FROM pod WHERE id % 3 = ?) WHERE person_id = ? AND cohort_id = ?',
      )
      .run(which % 3, person.id, cohort.id)
  const enrolment = site.services.enrolments.find(person.id, cohort.slug)
  const number = 1 + (which % 3)
  if (what === 'publish' && enrolment && site.services.progress.openThing(enrolment, number))
    site.reflection(person, cohort, { number })
  if (what === 'unpublish') reflections.remove(reflection, person.id)
}

test('a rule says the same of the comments it reads as it would of all of them', async () => {
  await using site = await testSite({ now: '2026-03-02T07:00:00Z' })
  const { cohort, learner, peer, guide } = site.cast({ time_zone: ZONE })
  const loner = cohort.enrol(site.person())
  const people = [learner, peer, guide, loner]
  site.pod(cohort, [learner], 'Tram 12')
  site.pod(cohort, [peer], 'Tram 17')
  for (const author of [peer, guide]) site.reflection(author, cohort, { number: 1 })
  const made = site.services.badges.badge(badgeWith(site, { kind: 'answers-given', count: 1000 }).id)
  if (!made) throw new Error('it was made')
  const dates = site.db
    .prepare<[number], { starts_on: string; ends_on: string; time_zone: string; calendar_version: number }>(
      'SELECT starts_on, ends_on, time_zone, calendar_version FROM cohort WHERE id = ?',
    )
    .get(cohort.id)
  if (!dates) throw new Error('there is a cohort')
  const calendar = site.db
    .prepare<[number], { kind: 'thing'; number: number; thing_id: number; opens_on: string; opens_at: string }>(
      'SELECT kind, number, thing_id, opens_on, opens_at FROM calendar_entry WHERE cohort_id = ? ORDER BY position',
    )
    .all(cohort.id)
  const weeks = weeksOf(dates, calendar, '2028-12-31')
  const content = site.services.courses.content(made.position && 1, 1, null)

  function expectSame(person: Actor, one: Badge) {
    const of = { person_id: person.id, cohort_id: cohort.id }
    const all = site.db.prepare<object, [string, number | null, number]>(ALL_ANSWERS).raw().all(of)
    const row = {
      answers: JSON.stringify(all),
      weeks: JSON.stringify(all.map(([at]) => at)),
      reflections: JSON.stringify(site.db.prepare(REFLECTIONS).raw().all(of)),
      pauses: '[]',
      done: '[]',
    }
    const facts = within(
      readFacts({ ...row, pod: '[]', cheers: '[]', feedback: '[]' }, { content, calendar, weeks }),
      spanOf(one, ZONE),
    )
    const reach = site.services.badges.progress(one, person.id, cohort.id)
    expect({ held_at: reach?.held_at, missing: reach?.missing }).toEqual({
      held_at: heldAt(one.rule, facts),
      missing: missing(one.rule, facts),
    })
  }

  let held = 0
  fc.assert(
    fc.property(
      fc.array(act, { minLength: 5, maxLength: 40 }),
      fc.array(badge, { minLength: 6, maxLength: 6 }),
      (acts, badges) => {
        const before = site.clock.now()
        site.db.exec('SAVEPOINT history')
        try {
          for (const one of acts) happens(site, people, cohort, one)
          for (const words of badges) {
            for (const person of people) {
              expectSame(person, { ...made, ...words })
              if (site.services.badges.progress({ ...made, ...words }, person.id, cohort.id)?.held_at) held += 1
            }
          }
        } finally {
          site.db.exec('ROLLBACK TO history; RELEASE history')
          site.clock.set(before.toString())
        }
      },
    ),
    { numRuns: 40 },
  )
  // some rules held, or little would have been compared
  expect(held).toBeGreaterThan(20)
})

/** Rules of the starter course that a person who answers a lot in the own pod does not meet, so that each act asks them. */
const UNMET: Rule[] = [
  { kind: 'answers-given', count: 1, to: 'unanswered', waited_days: 3 },
  { kind: 'answers-given', count: 1, to: 'another-pod' },
  { kind: 'came-back', weeks: 2 },
  { kind: 'came-back', weeks: 2, answered_first: true },
]

/** A site where somebody has written so many comments, half of them under a reflection of the own pod. */
async function siteWith(comments: number) {
  const site = await testSite({ now: '2026-03-02T07:00:00Z' })
  const { cohort, learner, peer } = site.cast()
  for (const one of UNMET) badgeWith(site, one as Parameters<typeof badgeWith>[1])
  site.pod(cohort, [learner, peer])
  const [theirs, own] = [site.reflection(peer, cohort), site.reflection(learner, cohort)]
  const write = (number: number) =>
    site.services.comments.write(number % 2 === 0 ? theirs : own, learner.id, 'Well seen.')
  for (let number = 0; number < comments; number++) {
    site.clock.advance({ minutes: 5 })
    write(number)
  }
  return { site, cohort, learner, write }
}

/** Works in two sites by turns. @returns how many times as much processor time the second one takes, undisturbed */
async function growth(few: () => unknown, many: () => unknown): Promise<number> {
  const least = { few: Infinity, many: Infinity }
  for (let round = 0; round < 5; round++) {
    least.few = Math.min(least.few, await cost(few))
    least.many = Math.min(least.many, await cost(many))
  }
  return least.many / least.few
}

test('a comment, a badge page and a publication cost the same after 10 and after 1,500 own comments', async () => {
  const [few, many] = [await siteWith(10), await siteWith(1500)]
  await using _ = few.site
  await using __ = many.site
  const acts: Record<string, (one: typeof few) => unknown> = {
    comment: ({ write }) => write(0),
    publication: ({ site, learner, cohort }) =>
      site.services.reflections.remove(site.reflection(learner, cohort, { number: 2 }), learner.id),
    wall: ({ learner, cohort }) => learner.read(`/cohorts/${cohort.slug}/badges`),
  }
  const grown: Record<string, number> = {}
  for (const [name, act] of Object.entries(acts)) {
    const often = (one: typeof few) => async () => {
      for (let time = 0; time < 15; time++) await act(one)
    }
    grown[name] = await growth(often(few), often(many))
  }
  expect(Object.entries(grown).filter(([, times]) => times > 2.5)).toEqual([])
})
