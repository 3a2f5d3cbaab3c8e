import type { Thing } from '../courses/course-content.ts'
import type { Services } from '../services.ts'
import type { Stage } from './actors.ts'
import type { Character, CohortKey, Content } from './content.ts'
import { awake, between, DAY, HOUR, MINUTE, momentOf, WEEK } from './dates.ts'
import type { Frame, Plan, PlannedPost } from './plan.ts'
import { chance, oneOf } from './seeded-random.ts'
import type { Agenda } from './timeline.ts'

/** A cohort that was made, with what is going to happen in it. */
export interface Scene extends Frame, Plan {
  key: CohortKey
  slug: string
  cohort_id: number
  thing: (number: number) => Thing
}

/** What has been written so far, by its plan: the ids that later acts need. */
interface WrittenPosts {
  reflections: Map<PlannedPost, number>
  comments: Map<PlannedPost['answers'][number], number>
}

/** @throws where it is not written yet */
export function idOf<Planned>(ids: ReadonlyMap<Planned, number>, planned: Planned): number {
  const id = ids.get(planned)
  if (id === undefined) throw new Error('An act of the demo comes before the one it stands on')
  return id
}

/** Whoever tells a story: where, with whom, in which words. */
export interface Teller {
  services: Services
  agenda: Agenda
  stage: Stage
  content: Content
  written: WrittenPosts
  /** Of the password that everybody has. */
  password_hash: string
  /** Who is going to find answers that are new to them. */
  learner: string
  /** Told how much of the generated people's part is done, from 0 to 1. */
  progress?: ((share: number) => void) | undefined
}

/** How many of the steps of each depth somebody does who writes about the thing afterwards. */
const DONE = { start: 0.94, more: 0.45, challenge: 0.12 }

/** Puts all that the people of one cohort do into the agenda. */
export function tellCohort(teller: Teller, scene: Scene): void {
  const { agenda, stage } = teller
  const unread_from = unreadFrom(scene.posts, teller.learner)
  const act: Act = (at, key, what) =>
    agenda.put(at, () => {
      stage.visit(stage.inCohort(scene.slug, key), key !== teller.learner || at < unread_from)
      what()
    })
  for (const character of scene.cast) {
    agenda.put(joinedAt(scene, character.key), () => stage.join(character, scene.slug, scene.cohort_id))
    for (const at of visitsOf(character, scene)) act(at, character.key, () => {})
    tellSkips(teller, scene, act, character)
    if (character.role === 'learner') tellTries(teller, scene, act, character)
  }
  for (const post of scene.posts) tellPost(teller, scene, act, post)
  tellDrafts(teller, scene, act)
}

/** Somebody does something at a moment; it makes her seen, and she may read what is new. */
type Act = (at: number, key: string, what: () => void) => void

function joinedAt({ joined, latest }: Scene, key: string): number {
  return joined.get(key) ?? latest
}

function tellPost({ services, agenda, stage, content, written }: Teller, scene: Scene, act: Act, post: PlannedPost) {
  const { by, at } = post
  const about = scene.thing(post.thing)
  const me = (key = by) => stage.inCohort(scene.slug, key)
  const reflection_id = () => idOf(written.reflections, post)

  const soonest = Math.max(scene.opens(post.thing), joinedAt(scene, by) + MINUTE)
  const begun = Math.max(soonest, at - (8 + chance(by, about.slug, 'begun') * 50) * MINUTE)
  const steps = about.steps.filter(({ slug, depth }) => chance(by, about.slug, slug) < DONE[depth])
  for (const [index, { slug }] of steps.entries()) {
    const done_at = between(begun, at, index / steps.length)
    agenda.put(done_at, () => services.progress.tick(me().id, about.id, slug, true))
  }
  act(at, by, () => written.reflections.set(post, stage.publish(by, me(), about.id, post)))
  for (const cheer of post.cheers) {
    act(cheer.at, cheer.by, () => services.reflections.cheer(reflection_id(), me(cheer.by).person_id, true))
  }
  for (const answer of post.answers) {
    act(answer.at, answer.by, () =>
      written.comments.set(
        answer,
        stage.answer(me(answer.by), reflection_id(), answer.body, answer.to && idOf(written.comments, answer.to)),
      ),
    )
  }
  const learns = scene.cast.some(({ key, role }) => key === by && role === 'learner')
  const pulse = learns ? pulseOf(content, post) : null
  if (pulse) agenda.put(at + MINUTE, () => services.progress.pulse(me().id, about.id, pulse))
}

/** The two taps after a thing, which not everybody gives. */
function pulseOf({ pulses }: Content, { by, cohort, thing }: PlannedPost) {
  const own = pulses.find((pulse) => pulse.by === by && pulse.thing === thing && pulse.cohort === cohort)
  return own ?? taps(by, thing)
}

/** The two taps of somebody who added no line. */
export function taps(by: string, thing: number) {
  if (chance(by, thing, 'taps') > 0.6) return null
  return {
    useful: oneOf(['yes', 'yes', 'yes', 'some', 'some', 'no'] as const, by, thing, 'useful'),
    will_use: oneOf(['yes', 'yes', 'perhaps', 'perhaps', 'no'] as const, by, thing, 'will use'),
    line: null,
  }
}

function tellSkips({ services, stage }: Teller, scene: Scene, act: Act, { key, skips }: Character): void {
  for (const { thing: number, reason } of skips) {
    const opens_at = scene.opens(number)
    if (opens_at >= scene.latest) continue
    const when = { opens_at, day: Math.floor(chance(key, number, 'skip') * 4), time: '16:20' }
    const at = Math.max(momentOf(when, scene.latest), joinedAt(scene, key) + HOUR)
    act(at, key, () => services.progress.skip(stage.inCohort(scene.slug, key).id, scene.thing(number).id, reason))
  }
}

/** Many try a step or two of a thing that they do not write about. */
function tellTries({ services, stage }: Teller, scene: Scene, act: Act, character: Character): void {
  const { key, skips, silent_after } = character
  const gone = silent_after ? scene.starts_at + silent_after * WEEK : scene.latest
  const dealt_with = new Set([
    ...skips.map(({ thing }) => thing),
    ...scene.posts.filter(({ by }) => by === key).map(({ thing }) => thing),
  ])
  for (let number = 1; number <= 23 && scene.opens(number) < scene.latest; number++) {
    if (dealt_with.has(number) || chance(key, number, 'tries') > 0.45) continue
    const planned = awake(scene.opens(number) + chance(key, number, 'tried') * 5 * DAY)
    const at = Math.max(planned, joinedAt(scene, key) + HOUR)
    const about = scene.thing(number)
    const steps = about.steps.filter(({ depth }) => depth === 'start').slice(0, 1 + (number % 2))
    const tick = () => {
      for (const { slug } of steps) services.progress.tick(stage.inCohort(scene.slug, key).id, about.id, slug, true)
    }
    if (at < gone) act(at, key, tick)
  }
}

function tellDrafts({ services, stage, content }: Teller, scene: Scene, act: Act): void {
  const drafts = content.drafts.filter(({ cohort, by }) => cohort === scene.key && scene.joined.has(by))
  for (const { by, thing: number, day, time, title, audience, body } of drafts) {
    const opens_at = scene.opens(number)
    if (opens_at >= scene.latest) continue
    const at = Math.max(momentOf({ opens_at, day, time }, scene.latest), joinedAt(scene, by) + HOUR)
    act(at, by, () => {
      services.drafts.save(stage.inCohort(scene.slug, by).id, scene.thing(number).id, { title, body, audience }, 0)
    })
  }
}

/** From when on the learner has not looked: her last two answered posts hold something new. */
function unreadFrom(posts: PlannedPost[], learner: string): number {
  const answered = posts
    .filter(({ by }) => by === learner)
    .map(({ answers }) => answers.filter(({ by }) => by !== learner).at(-1)?.at ?? 0)
    .sort((one, other) => other - one)
  return answered[1] ?? answered[0] ?? Number.POSITIVE_INFINITY
}

/** When somebody only looked in: now and then while the cohort runs, hardly any more afterwards. */
function visitsOf({ key, role, silent_after }: Character, scene: Scene): number[] {
  const { starts_at, ends_at, latest, slug } = scene
  const from = joinedAt(scene, key) + HOUR
  const over = Math.min(latest, ends_at + chance(slug, key, 'afterwards') * 40 * DAY)
  const away = role === 'learner' ? chance(slug, key, 'away') ** 2 * 5 * DAY : chance(slug, key, 'away') * 9 * HOUR
  const last = silent_after ? starts_at + (silent_after + chance(slug, key, 'gone')) * WEEK : over - away
  return [between(from, last, 0.6), last].map(awake).filter((at) => from < at && at < latest)
}
