import type { Character, DemoPost } from './content.ts'
import { between, DAY, duringDay, HOUR, MINUTE, scheduledTime, WEEK } from './dates.ts'
import { seededRandom } from './seeded-random.ts'

interface PlannedAnswer {
  by: string
  body: string
  at: number
  /** The comment it replies to; null for the post. */
  to: PlannedAnswer | null
}

export interface PlannedPost extends Omit<DemoPost, 'answers' | 'cheers'> {
  at: number
  answers: PlannedAnswer[]
  cheers: { by: string; at: number }[]
}

/** A cohort's people and posts with times in milliseconds since the epoch. */
export interface Plan {
  cast: Character[]
  joined: Map<string, number>
  posts: PlannedPost[]
}

export interface CohortPeriod {
  /** When the last week is over. */
  ends_at: number
  /** When the first thing opens. */
  starts_at: number
  /** When the thing with this number opens. */
  opens: (thing: number) => number
  latest: number
}

/**
 * Assigns a time to everything: posts and comments as written, cheers after them, joining before the first of them.
 */
export function planCohort(cast: Character[], posts: DemoPost[], frame: CohortPeriod): Plan {
  const here = new Set(cast.map(({ key }) => key))
  const told = posts
    .filter((post) => here.has(post.by) && frame.opens(post.thing) < frame.latest)
    .map((post) => {
      const at = scheduledTime({ opens_at: frame.opens(post.thing), day: post.day, time: post.time }, frame.latest)
      const answers = post.answers.filter(({ by }) => here.has(by))
      return { ...post, at, answers: answersAt({ ...post, answers }, at, frame.latest) }
    })
  const joined = joinedAt(cast, told, frame)
  return {
    cast,
    joined,
    posts: told.map(({ cheers, ...post }) => {
      const cheering = cheers.filter((by) => here.has(by))
      return { ...post, cheers: cheering.map((by) => ({ by, at: cheeredAt(by, post, joined, frame.latest) })) }
    }),
  }
}

function answersAt({ answers, ...post }: DemoPost, post_at: number, latest: number): PlannedAnswer[] {
  const seed = `${post.cohort} ${post.thing} ${post.by}`
  const planned: PlannedAnswer[] = []
  let before = post_at
  for (const [index, { by, body, after, to }] of answers.entries()) {
    const due = Math.max(
      before + 2 * MINUTE,
      post_at + after * HOUR + seededRandom(seed, 'answer', index) * 40 * MINUTE,
    )
    const at = due < latest ? due : between(before, latest, 1 / (answers.length - index + 1))
    before = at
    const last = planned.findLast((one) => one.by === (to ?? one.by) && one.by !== by)
    planned.push({ by, body, at, to: to !== undefined || by === post.by ? (last ?? null) : null })
  }
  return planned
}

function joinedAt(
  cast: Character[],
  posts: Omit<PlannedPost, 'cheers'>[],
  { starts_at }: CohortPeriod,
): Map<string, number> {
  const first = new Map<string, number>()
  for (const { by, at } of posts.flatMap((post) => [post, ...post.answers])) {
    first.set(by, Math.min(at, first.get(by) ?? at))
  }
  return new Map(
    cast.map(({ key, role, joined_week }) => {
      const some_days = seededRandom(key, 'joins') * (role === 'learner' ? 9 : 3) * DAY
      const before = role === 'learner' ? 9.5 * DAY : 14 * DAY
      const planned =
        joined_week === 1
          ? duringDay(starts_at - before + some_days)
          : duringDay(starts_at + (joined_week - 1) * WEEK + some_days / 4)
      return [key, Math.min(planned, (first.get(key) ?? planned) - 50 * MINUTE)]
    }),
  )
}

function cheeredAt(by: string, post: Omit<PlannedPost, 'cheers'>, joined: Map<string, number>, latest: number): number {
  const share = seededRandom(post.cohort, post.thing, post.by, by, 'cheer')
  const from = Math.max(post.at, (joined.get(by) ?? 0) + 5 * MINUTE)
  const planned = duringDay(from + 10 * MINUTE + share * share * 40 * HOUR)
  return planned < latest ? planned : between(from, latest, share)
}
