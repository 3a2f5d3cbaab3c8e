// node tools/run.mjs tests/bench/replay.ts: a new badge for everybody who has earned it, over 100,000 enrolments, and how
// long a page waits meanwhile.
import { parseArgs } from 'node:util'
import { library } from '../search/library.ts'
import { badgeWith } from '../support/fixtures/badge.ts'
import { testSite } from '../support/site.ts'

const { values } = parseArgs({
  options: { people: { type: 'string', default: '100000' }, reflections: { type: 'string', default: '200000' } },
})
await using site = await testSite({ now: '2026-09-10T07:00:00Z' })
const { admin, cohort, learner } = site.cast()
library(site, cohort.id, { people: Number(values.people), reflections: Number(values.reflections), comments: 0 })
const { id } = badgeWith(site, { kind: 'first-reflection' })
await learner.get(cohort.at(''))

site.services.retroactiveAwards.start(id, admin.id)
const began = performance.now()
let over = false
const run = site.services.jobs.runDue().then(() => {
  over = true
})
const waits: number[] = []
while (!over) {
  const asked = performance.now()
  await learner.get(cohort.at('/things/1'))
  waits.push(performance.now() - asked)
}
await run
const seconds = (performance.now() - began) / 1000
const { seen, given } = site.services.retroactiveAwards.latest(id) ?? {}
const sorted = waits.toSorted((one, other) => one - other)
const at = (part: number) => sorted[Math.ceil(sorted.length * part) - 1]?.toFixed(0)
console.log(`${seen} enrolments looked at, ${given} awards given and told, in ${seconds.toFixed(1)} s`)
console.log(`a page meanwhile, ms: median ${at(0.5)}, 95 of 100 ${at(0.95)}, slowest ${at(1)} (of ${waits.length})`)
