// node tools/run.mjs tests/bench/rules.ts: what 60 active rules cost whoever publishes in a large cohort, and a replay.
import { parseArgs } from 'node:util'
import type { CourseOutline } from '../../server/courses/format/schema.ts'
import { library } from '../search/library.ts'
import { testSite } from '../support/site.ts'

type RuleOutline = CourseOutline['badges'][number]['rule']

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '4400' },
    reflections: { type: 'string', default: '13200' },
    comments: { type: 'string', default: '44000' },
  },
})
await using site = await testSite({ now: '2026-09-10T07:00:00Z' })
const { cohort } = site.cast()
library(site, cohort.id, {
  people: Number(values.people),
  reflections: Number(values.reflections),
  comments: Number(values.comments),
})
const people = site.db
  .prepare<[number], number>(
    "SELECT person_id FROM enrolment WHERE cohort_id = ? AND role = 'learner' ORDER BY person_id",
  )
  .pluck()
  .all(cohort.id)
// thanks for every second reflection
site.db.exec(`
  INSERT INTO cheer (reflection_id, person_id, cheered_at)
  SELECT r.id, (SELECT min(person_id) FROM enrolment WHERE cohort_id = ${cohort.id}), r.published_at FROM reflection AS r WHERE r.id % 2 = 0
  ON CONFLICT DO NOTHING`)

const kinds: ((count: number) => RuleOutline)[] = [
  (count) => ({ kind: 'things-done', count: 10 + count }),
  (count) => ({ kind: 'things-named', things: [`thing-${count}`, `thing-${count + 10}`] }),
  (count) => ({ kind: 'pictures', count }),
  (count) => ({ kind: 'answers-given', count: 50 * count, to: 'unanswered' }),
  (count) => ({ kind: 'answers-given', count: 50 * count, to: 'another-pod' }),
  (count) => ({ kind: 'cheers-received', people: 20 * count }),
  (count) => ({ kind: 'weeks-with-post', count: 10 + count }),
  (count) => ({ kind: 'came-back', weeks: 10 + count }),
  (count) => ({ kind: 'all-depths', things: count }),
  (count) => ({ kind: 'feedback-given', count }),
  () => ({ kind: 'pod-finished' }),
  (count) => ({
    kind: 'all-of',
    rules: [
      { kind: 'things-done', count },
      { kind: 'cheers-received', people: 30 + count },
    ],
  }),
]
const put = site.db.prepare(`
  INSERT INTO badge (course_id, slug, position, title, meaning, shape, hue, rule)
  SELECT course_id, :slug, :position, :slug, 'B', 'star', 'plain', :rule FROM cohort WHERE id = :cohort_id`)
for (const [index, ruleOf] of [...kinds, ...kinds, ...kinds, ...kinds].entries()) {
  const rule = JSON.stringify(ruleOf(1 + Math.floor(index / kinds.length)))
  put.run({ slug: `bench-${index}`, position: 100 + index, rule, cohort_id: cohort.id })
}
site.db.exec('UPDATE course SET revision = revision + 1')
const active = site.db.prepare('SELECT count(*) FROM badge WHERE position > 0').pluck().get()
const badge_ids = site.db.prepare<[], number>('SELECT id FROM badge WHERE position >= 100').pluck().all()
console.log(
  `${active} active rules, ${people.length} learners, ${values.reflections} reflections, ${values.comments} answers\n`,
)

const { badges } = site.services
const { onActivity } = badges
const times: number[] = []
badges.onActivity = (activity) => {
  const began = performance.now()
  onActivity(activity)
  if (activity.kind === 'reflection.published') times.push(performance.now() - began)
}

function told(name: string, all: number[]): void {
  const sorted = all.toSorted((one, other) => one - other)
  const [middle, slow, worst] = [0.5, 0.99, 1].map((part) => sorted[Math.ceil(sorted.length * part) - 1] ?? 0)
  console.log(`| ${name} | ${middle?.toFixed(2)} | ${slow?.toFixed(2)} | ${worst?.toFixed(2)} |`)
}

console.log('| what | median ms | 99 of 100 | slowest |\n|---|---|---|---|')
const writers = people.filter((_, index) => index % 11 === 0)
for (const person_id of [...writers.slice(0, 5), ...writers]) {
  const enrolment = site.services.enrolments.find(person_id, cohort.slug)
  const written = site.db
    .prepare<[number, number], number>('SELECT thing_id FROM reflection WHERE person_id = ? AND cohort_id = ?')
    .pluck()
    .all(person_id, cohort.id)
  const thing =
    enrolment && site.services.progress.openThings(enrolment).find((open) => !written.includes(open.thing.id))
  if (enrolment && thing)
    site.services.reflections.publish(enrolment, thing.thing.id, { title: '', body: 'Tried.', audience: 'cohort' })
}
told('rules, of one publication', times.slice(5))

const drafts = badge_ids.slice(0, kinds.length).flatMap((id) => badges.badge(id) ?? [])
for (const badge of drafts) {
  const each = people.map((person_id) => {
    const began = performance.now()
    badges.progress(badge, person_id, cohort.id)
    return performance.now() - began
  })
  told(`replay of ${badge.rule.kind}, one enrolment`, each)
}
