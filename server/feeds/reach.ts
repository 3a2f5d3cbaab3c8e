import type { ReadFeed } from './parsing/post.ts'

type DatedPosts = Pick<ReadFeed['posts'][number], 'published_at'>[]

/** Posts older than this before the start of the cohort are ignored. */
const BEFORE_START = Temporal.Duration.from({ days: 14 })
/** A feed of fewer posts than platforms list by default is all that there is of a blog. */
const USUAL = 10

/** The first day whose posts may be about things of a cohort. @param starts_on of the cohort */
export function earliestDay(starts_on: string): string {
  return Temporal.PlainDate.from(starts_on).subtract(BEFORE_START).toString()
}

/** When the oldest of the posts was published; null without dates. */
export function oldestOf(posts: DatedPosts): string | null {
  return posts.reduce<string | null>(
    (oldest, { published_at: at }) => (oldest === null || (at !== null && at < oldest) ? at : oldest),
    null,
  )
}

/** True when older posts could not be about things of the cohort. */
export function isEnoughFor(starts_on: string, oldest_at: string | null): boolean {
  return oldest_at !== null && oldest_at < earliestDay(starts_on)
}

/**
 * How far back a feed without older pages reaches, where older posts may be missing; null where it has all that counts.
 */
export function reachOf(starts_on: string, posts: DatedPosts): string | null {
  const oldest_at = oldestOf(posts)
  return posts.length < USUAL || oldest_at === null || oldest_at < starts_on ? null : oldest_at
}
