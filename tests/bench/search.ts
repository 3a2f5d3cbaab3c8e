// node tools/run.mjs tests/bench/search.ts: how long searches and the stream's filters take where much is written.
import { parseArgs } from 'node:util'
import type { StreamFilters } from '../../server/reflections/stream.ts'
import { library, wordOf } from '../search/library.ts'
import { testSite } from '../support/site.ts'

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '4400' },
    reflections: { type: 'string', default: '60000' },
    comments: { type: 'string', default: '222000' },
  },
})
await using site = await testSite({ now: '2026-06-10T07:00:00Z' })
const { cohort, learner, stranger } = site.cast()
const began = performance.now()
library(site, cohort.id, {
  people: Number(values.people),
  reflections: Number(values.reflections),
  comments: Number(values.comments),
})
const count = (table: string) => site.db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()
const filled = Math.round((performance.now() - began) / 1000)
console.log(`${count('reflection')} reflections and ${count('comment')} answers, indexed, in ${filled} s\n`)

const ROUNDS = 15

/** Milliseconds at the clock (median) and of the processor (mean). */
function measured(work: () => unknown): string {
  work()
  const before = process.cpuUsage()
  const clock = Array.from({ length: ROUNDS }, () => {
    const at = performance.now()
    work()
    return performance.now() - at
  })
  const { user, system } = process.cpuUsage(before)
  const middle = clock.toSorted((one, other) => one - other)[ROUNDS >> 1] ?? 0
  return `${middle.toFixed(1)} | ${((user + system) / 1000 / ROUNDS).toFixed(1)}`
}

const searches: [string, string][] = [
  ['the rarest word', 'rarest'],
  ['the most common word', 'everywhere'],
  ['its first two letters', 'ev'],
  ['its first four letters', 'ever'],
  ['the same, quoted, so whole', '"everywhere"'],
  ['a phrase of the two most common', `"${wordOf(0)} ${wordOf(1)}"`],
  ['a common and a rare word', `everywhere ${wordOf(20_000)}`],
  ['a word nobody wrote', 'nosuchword'],
]
console.log('| search for | ms | CPU ms |\n|---|---|---|')
for (const [name, q] of searches)
  console.log(`| ${name} | ${measured(() => site.services.search.find(learner.id, q))} |`)
const often = (name: string, viewer: number) =>
  console.log(`| the most common word, ${name} | ${measured(() => site.services.search.find(viewer, 'everywhere'))} |`)
often('by somebody of another cohort', stranger.id)
site.db.exec('UPDATE course SET write_first = 1')
often('by somebody who is to write first', learner.id)
site.db.exec('UPDATE course SET write_first = 0')

const enrolment = site.services.enrolments.find(learner.id, cohort.slug)
if (!enrolment) throw new Error('Nobody to look with')
const pod = Number(site.db.prepare('SELECT min(id) FROM pod').pluck().get())
const filters: Partial<StreamFilters>[] = [
  {},
  { thing: 5 },
  { pod },
  { person: 'reader-77' },
  { unanswered: true },
  { mine: true },
  { following: true },
  { thing: 5, unanswered: true },
  { thing: 5, pod },
  { q: 'everywhere' },
  { q: 'rarest' },
  { q: 'everywhere', thing: 5 },
  { q: 'everywhere', pod },
  { q: 'everywhere', person: 'reader-77' },
  { q: 'everywhere', mine: true },
  { q: 'everywhere', following: true },
]
console.log('\n| stream with | ms | CPU ms |\n|---|---|---|')
for (const filter of filters) {
  const name = Object.keys(filter).join(' + ') + (filter.q ? ` (${filter.q})` : '')
  console.log(`| ${name || 'no filter'} | ${measured(() => site.services.stream.page(enrolment, filter))} |`)
}
