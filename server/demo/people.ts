import { type BulkMember, createBulkWriter } from './bulk.ts'
import type { Content } from './content.ts'
import { DAY, duringDay, HOUR, WEEK } from './dates.ts'
import type { PlannedPost } from './plan.ts'
import { oneOf, seededRandom } from './seeded-random.ts'
import { type DemoCohort, type DemoContext, idOf, pulseAnswers } from './story.ts'

/** A generated person. Times are in milliseconds since the epoch. */
interface GeneratedPerson {
  seed: string
  role: 'learner' | 'guide'
  joined: number
  seen: number
  /** When they stop writing. */
  silent: number
  /** Set once they have joined. */
  member?: BulkMember
}

const GUIDE_EVERY = 25
const WRITES = { learner: 0.94, guide: 0.15 }
const ANSWERED = 0.5
const CHEERS = 9
/** People whose read marks are written by one scheduled action. */
const AT_ONCE = 200
const AUDIENCES = [
  'world',
  'world',
  'guides',
  'pod',
  'me',
  ...Array.from({ length: 15 }, () => 'cohort' as const),
] as const

/**
 * Schedules any number of generated people of a cohort: they join, write, comment and become inactive, with texts of
 * written people.
 * @param demoCohorts cohorts that the texts are from
 */
export function planGeneratedPeople(
  context: DemoContext,
  demoCohort: DemoCohort,
  demoCohorts: readonly DemoCohort[],
  size: number,
): void {
  const { timeline, content, services, written } = context
  const { cohort_id, latest } = demoCohort
  const bulk = createBulkWriter(services, context.password_hash)
  const sources = sourcesOf(demoCohorts)
  const leading = new Set(
    demoCohorts.flatMap(({ cast }) => cast.filter(({ role }) => role === 'guide')).map(({ key }) => key),
  )
  const reasons = Map.groupBy(
    content.people.spring.flatMap(({ skips }) => skips),
    ({ thing }) => thing,
  )
  const crowd = Array.from({ length: size }, (_, index) => generatePerson(index, demoCohort))
  const guides = crowd.filter(({ role }) => role === 'guide')

  const opened = Array.from({ length: 23 }, (_, at) => at + 1).filter((number) => demoCohort.opens(number) < latest)
  const steps = size * (1 + opened.length)
  let done = 0

  for (const [index, one] of crowd.entries()) {
    const facts = { ...nameOf(index, content.names), workplace: oneOf(demoCohort.cast, one.seed, 'at').workplace }
    const part = { cohort_id, role: one.role, goal: oneOf([5, 12, 12, 23], one.seed, 'goal') }
    timeline.schedule(one.joined, () => {
      one.member = bulk.join(facts, part, one.seen)
      goOn(
        one,
        opened.map((number) => ({ number, at: momentOf(one, number) })).sort((a, b) => b.at - a.at),
      )
    })
  }
  if (size > 0) timeline.schedule(latest, () => readFrom(0))

  /** Schedules only the next thing, so that the timeline holds as many actions as there are people. */
  function goOn(one: GeneratedPerson, things: { number: number; at: number }[]): void {
    context.progress?.(++done / steps)
    const next = things.pop()
    if (!next) return
    timeline.schedule(next.at, () => {
      tellThing(one, next)
      goOn(one, things)
    })
  }

  function readFrom(index: number): void {
    for (const one of crowd.slice(index, index + AT_ONCE)) bulk.read(memberOf(one))
    if (index + AT_ONCE < size) timeline.schedule(latest, () => readFrom(index + AT_ONCE))
  }

  function momentOf(one: GeneratedPerson, number: number): number {
    const seed = `${one.seed} ${number}`
    const day = Math.floor(seededRandom(seed, 'day') ** 2 * 14)
    const planned = demoCohort.opens(number) + day * DAY + (7.5 + seededRandom(seed, 'time') * 14.5) * HOUR
    return Math.max(planned, one.joined + 2 * HOUR)
  }

  function tellThing(one: GeneratedPerson, { number, at }: { number: number; at: number }): void {
    const seed = `${one.seed} ${number}`
    const told = (sources.get(number) ?? []).filter((post) => post.at < at)
    if (told.length === 0 || at >= one.silent) return
    const source = oneOf(told, seed, 'source')
    const thing_id = demoCohort.thing(number).id
    if (seededRandom(seed, 'writes') < WRITES[one.role]) return tellPost(one, source, { seed, at, thing_id })
    const reason = reasons.get(number)?.[0]?.reason
    const puts_aside = reason !== undefined && seededRandom(seed, 'skip') < 0.5
    if (puts_aside) services.progress.skip(memberOf(one).enrolment_id, thing_id, reason)
    else if (seededRandom(seed, 'draft') < 0.4) bulk.draft(memberOf(one), idOf(written.reflections, source))
  }

  function tellPost(
    one: GeneratedPerson,
    source: PlannedPost,
    { seed, at, thing_id }: { seed: string; at: number; thing_id: number },
  ) {
    const audience = oneOf(AUDIENCES, seed, 'audience')
    const cheering = ['me', 'guides', 'pod'].includes(audience)
      ? 0
      : Math.floor(seededRandom(seed, 'cheers') ** 2 * CHEERS)
    const text = { source: idOf(written.reflections, source), audience }
    const id = bulk.post(memberOf(one), { cohort_id, thing_id }, text)
    const pulse = pulseAnswers(one.seed, source.thing)
    if (pulse) services.progress.pulse(memberOf(one).enrolment_id, thing_id, pulse)
    for (let turn = 0; turn < cheering; turn++) {
      const cheered_at = duringDay(at + seededRandom(seed, 'cheer', turn) * 30 * HOUR)
      const by = findPresent(crowd, cheered_at, `${seed} cheer ${turn}`)
      if (by?.member && by !== one) bulk.cheer(by.member, id, cheered_at)
    }
    if (audience === 'me' || seededRandom(seed, 'answered') > ANSWERED) return
    // first comment of the thread here, by the written comment it copies
    const threads = new Map<PlannedPost['answers'][number], number>()
    for (const [index, answer] of source.answers.entries()) {
      const answered_at = at + answer.at - source.at + seededRandom(seed, 'answer', index) * 3 * HOUR
      const helping = audience === 'guides' || audience === 'pod' || leading.has(answer.by)
      const by =
        answer.by === source.by ? one : findPresent(helping ? guides : crowd, answered_at, `${seed} by ${index}`)
      // the copied comment must have been written by then; one that mentions somebody is not copied
      if (!by || answered_at >= by.seen || answered_at <= answer.at || answer.body.includes('@')) continue
      timeline.schedule(answered_at, () => {
        const parent_id = (answer.to && threads.get(answer.to)) ?? null
        const where = { cohort_id, reflection_id: id, parent_id }
        const made = bulk.comment(memberOf(by), where, idOf(written.comments, answer))
        threads.set(answer, parent_id ?? made)
      })
    }
  }
}

/** Most stay active, some stop after a few weeks, a few never write. */
function generatePerson(index: number, { starts_at, latest }: DemoCohort): GeneratedPerson {
  const seed = `crowd ${index}`
  const late = seededRandom(seed, 'late')
  const joined = duringDay(late < 0.85 ? starts_at - late * 11 * DAY : starts_at + (late - 0.85) * 33 * WEEK)
  const habit = seededRandom(seed, 'habit')
  const fades = joined + (1 + Math.floor(seededRandom(seed, 'fades') * 4)) * WEEK
  const last = habit < 0.17 ? Math.min(fades, latest) : latest - seededRandom(seed, 'away') ** 2 * 6 * DAY
  const seen = Math.max(last, joined + HOUR)
  const role = index % GUIDE_EVERY === GUIDE_EVERY - 1 ? 'guide' : 'learner'
  return { seed, role, joined, seen, silent: habit < 0.06 ? joined : seen }
}

/** Each pair of a given and a family name is used once, as long as there are any. */
function nameOf(index: number, { given, family }: Content['names']): { name: string; email: string } {
  const first = index % given.length
  const last = (Math.floor(index / given.length) + first * 7) % family.length
  return { name: `${given[first]} ${family[last]}`, email: `reader${index + 1}@library.example` }
}

/** Reflections of written learners for the cohort or the world, by number of the thing, oldest first. */
function sourcesOf(demoCohorts: readonly DemoCohort[]): Map<number, PlannedPost[]> {
  const posts = demoCohorts
    .flatMap(({ cast, posts }) => {
      const learners = new Set(cast.filter(({ role }) => role === 'learner').map(({ key }) => key))
      return posts.filter(({ by, audience }) => learners.has(by) && (audience === 'cohort' || audience === 'world'))
    })
    .sort((one, other) => one.at - other.at)
  return Map.groupBy(posts, ({ thing }) => thing)
}

/** Somebody who has joined before, and is seen after, a moment. */
function findPresent(among: readonly GeneratedPerson[], at: number, seed: string): GeneratedPerson | undefined {
  if (among.length === 0) return undefined
  return [0, 1, 2, 3, 4]
    .map((turn) => oneOf(among, seed, turn))
    .find(({ joined, seen }) => joined + HOUR < at && at < seen)
}

function memberOf({ seed, member }: GeneratedPerson): BulkMember {
  if (!member) throw new Error(`${seed} of the demo has not joined yet`)
  return member
}
