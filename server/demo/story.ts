import type { Thing } from '../courses/course-content.ts'
import type { Services } from '../services.ts'
import type { Actors } from './actors.ts'
import type { Character, CohortKey, Content } from './content.ts'
import { between, DAY, duringDay, HOUR, MINUTE, scheduledTime, WEEK } from './dates.ts'
import type { CohortPeriod, Plan, PlannedPost } from './plan.ts'
import { oneOf, seededRandom } from './seeded-random.ts'
import type { Timeline } from './timeline.ts'

/** A cohort of the demo with its planned activity. */
export interface DemoCohort extends CohortPeriod, Plan {
  key: CohortKey
  slug: string
  cohort_id: number
  thing: (number: number) => Thing
}

/** Ids of what has been written so far, by its plan. */
interface WrittenPosts {
  reflections: Map<PlannedPost, number>
  comments: Map<PlannedPost['answers'][number], number>
}

/** @throws Error where it is not written yet */
export function idOf<Planned>(ids: ReadonlyMap<Planned, number>, planned: Planned): number {
  const id = ids.get(planned)
  if (id === undefined) throw new Error('An action of the demo runs before the one it depends on')
  return id
}

/** What planning functions need. */
export interface DemoContext {
  services: Services
  timeline: Timeline
  actors: Actors
  content: Content
  written: WrittenPosts
  /** Hash of the password that all accounts share. */
  password_hash: string
  /** Key of the learner for whom new comments are left unread. */
  learner: string
  /** Receives the share of generated activity that is done, from 0 to 1. */
  progress?: ((share: number) => void) | undefined
}

/** Share of the steps of each level that authors of a reflection have ticked. */
const DONE = { start: 0.94, more: 0.45, challenge: 0.12 }

/** Schedules all activity of the written people of one cohort. */
export function planActivity(context: DemoContext, demoCohort: DemoCohort): void {
  const { timeline, actors } = context
  const unread_from = unreadFrom(demoCohort.posts, context.learner)
  const visit: ScheduleVisit = (at, key, what) =>
    timeline.schedule(at, () => {
      actors.visit(actors.enrolmentOf(demoCohort.slug, key), key !== context.learner || at < unread_from)
      what()
    })
  for (const character of demoCohort.cast) {
    timeline.schedule(joinedAt(demoCohort, character.key), () =>
      actors.join(character, demoCohort.slug, demoCohort.cohort_id),
    )
    for (const at of visitsOf(character, demoCohort)) visit(at, character.key, () => {})
    planSkips(context, demoCohort, visit, character)
    if (character.role === 'learner') planAttempts(context, demoCohort, visit, character)
  }
  for (const post of demoCohort.posts) planPost(context, demoCohort, visit, post)
  planDrafts(context, demoCohort, visit)
}

/** Schedules an action of a person, who is seen at that time and may read new comments. */
type ScheduleVisit = (at: number, key: string, what: () => void) => void

function joinedAt({ joined, latest }: DemoCohort, key: string): number {
  return joined.get(key) ?? latest
}

function planPost(
  { services, timeline, actors, content, written }: DemoContext,
  demoCohort: DemoCohort,
  visit: ScheduleVisit,
  post: PlannedPost,
) {
  const { by, at } = post
  const about = demoCohort.thing(post.thing)
  const me = (key = by) => actors.enrolmentOf(demoCohort.slug, key)
  const reflection_id = () => idOf(written.reflections, post)

  const soonest = Math.max(demoCohort.opens(post.thing), joinedAt(demoCohort, by) + MINUTE)
  const begun = Math.max(soonest, at - (8 + seededRandom(by, about.slug, 'begun') * 50) * MINUTE)
  const steps = about.steps.filter(({ slug, depth }) => seededRandom(by, about.slug, slug) < DONE[depth])
  for (const [index, { slug }] of steps.entries()) {
    const done_at = between(begun, at, index / steps.length)
    timeline.schedule(done_at, () => services.progress.tick(me().id, about.id, slug, true))
  }
  const publish = (body: string) =>
    void written.reflections.set(post, actors.publish(by, me(), about.id, { ...post, body }))
  const { picture } = post
  if (picture) {
    visit(at, by, () => {})
    const withPicture = async () => publish(`${await actors.upload(me(), picture)}\n\n${post.body}`)
    timeline.schedule(at, withPicture, { alone: true })
  } else visit(at, by, () => publish(post.body))
  for (const cheer of post.cheers) {
    visit(cheer.at, cheer.by, () => services.reflections.cheer(reflection_id(), me(cheer.by).person_id, true))
  }
  for (const answer of post.answers) {
    visit(answer.at, answer.by, () =>
      written.comments.set(
        answer,
        actors.comment(me(answer.by), reflection_id(), answer.body, answer.to && idOf(written.comments, answer.to)),
      ),
    )
  }
  const learns = demoCohort.cast.some(({ key, role }) => key === by && role === 'learner')
  const pulse = learns ? pulseOf(content, post) : null
  if (pulse) timeline.schedule(at + MINUTE, () => services.progress.pulse(me().id, about.id, pulse))
}

/** The answers to the two questions after a thing; null where the author gave none. */
function pulseOf({ pulses }: Content, { by, cohort, thing }: PlannedPost) {
  const own = pulses.find((pulse) => pulse.by === by && pulse.thing === thing && pulse.cohort === cohort)
  return own ?? pulseAnswers(by, thing)
}

/** Generated answers to the two questions; null where there are none. */
export function pulseAnswers(by: string, thing: number) {
  if (seededRandom(by, thing, 'taps') > 0.6) return null
  return {
    useful: oneOf(['yes', 'yes', 'yes', 'some', 'some', 'no'] as const, by, thing, 'useful'),
    will_use: oneOf(['yes', 'yes', 'perhaps', 'perhaps', 'no'] as const, by, thing, 'will use'),
    line: null,
  }
}

function planSkips(
  { services, actors }: DemoContext,
  demoCohort: DemoCohort,
  visit: ScheduleVisit,
  { key, skips }: Character,
): void {
  for (const { thing: number, reason } of skips) {
    const opens_at = demoCohort.opens(number)
    if (opens_at >= demoCohort.latest) continue
    const when = { opens_at, day: Math.floor(seededRandom(key, number, 'skip') * 4), time: '16:20' }
    const at = Math.max(scheduledTime(when, demoCohort.latest), joinedAt(demoCohort, key) + HOUR)
    visit(at, key, () =>
      services.progress.skip(actors.enrolmentOf(demoCohort.slug, key).id, demoCohort.thing(number).id, reason),
    )
  }
}

/** Schedules a few ticked steps of things without a reflection. */
function planAttempts(
  { services, actors }: DemoContext,
  demoCohort: DemoCohort,
  visit: ScheduleVisit,
  character: Character,
): void {
  const { key, skips, silent_after } = character
  const gone = silent_after ? demoCohort.starts_at + silent_after * WEEK : demoCohort.latest
  const dealt_with = new Set([
    ...skips.map(({ thing }) => thing),
    ...demoCohort.posts.filter(({ by }) => by === key).map(({ thing }) => thing),
  ])
  for (let number = 1; number <= 23 && demoCohort.opens(number) < demoCohort.latest; number++) {
    if (dealt_with.has(number) || seededRandom(key, number, 'tries') > 0.45) continue
    const planned = duringDay(demoCohort.opens(number) + seededRandom(key, number, 'tried') * 5 * DAY)
    const at = Math.max(planned, joinedAt(demoCohort, key) + HOUR)
    const about = demoCohort.thing(number)
    const steps = about.steps.filter(({ depth }) => depth === 'start').slice(0, 1 + (number % 2))
    const tick = () => {
      for (const { slug } of steps)
        services.progress.tick(actors.enrolmentOf(demoCohort.slug, key).id, about.id, slug, true)
    }
    if (at < gone) visit(at, key, tick)
  }
}

function planDrafts({ services, actors, content }: DemoContext, demoCohort: DemoCohort, visit: ScheduleVisit): void {
  const drafts = content.drafts.filter(({ cohort, by }) => cohort === demoCohort.key && demoCohort.joined.has(by))
  for (const { by, thing: number, day, time, title, audience, body } of drafts) {
    const opens_at = demoCohort.opens(number)
    if (opens_at >= demoCohort.latest) continue
    const at = Math.max(scheduledTime({ opens_at, day, time }, demoCohort.latest), joinedAt(demoCohort, by) + HOUR)
    visit(at, by, () => {
      services.drafts.save(
        actors.enrolmentOf(demoCohort.slug, by).id,
        demoCohort.thing(number).id,
        { title, body, audience },
        0,
      )
    })
  }
}

/** From when on the learner reads no comments, so that their last two reflections with comments hold something new. */
function unreadFrom(posts: PlannedPost[], learner: string): number {
  const answered = posts
    .filter(({ by }) => by === learner)
    .map(({ answers }) => answers.filter(({ by }) => by !== learner).at(-1)?.at ?? 0)
    .sort((one, other) => other - one)
  return answered[1] ?? answered[0] ?? Number.POSITIVE_INFINITY
}

/** Visits without an action, in milliseconds since the epoch. */
function visitsOf({ key, role, silent_after }: Character, demoCohort: DemoCohort): number[] {
  const { starts_at, ends_at, latest, slug } = demoCohort
  const from = joinedAt(demoCohort, key) + HOUR
  const over = Math.min(latest, ends_at + seededRandom(slug, key, 'afterwards') * 40 * DAY)
  const away =
    role === 'learner' ? seededRandom(slug, key, 'away') ** 2 * 5 * DAY : seededRandom(slug, key, 'away') * 9 * HOUR
  const last = silent_after ? starts_at + (silent_after + seededRandom(slug, key, 'gone')) * WEEK : over - away
  return [between(from, last, 0.6), last].map(duringDay).filter((at) => from < at && at < latest)
}
