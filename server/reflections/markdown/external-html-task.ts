import { type OutsideSource, renderOutside } from './sanitise-external-html.ts'

/** Renders posts from elsewhere in a thread of the pool. */
export function run(posts: OutsideSource[]): string[] {
  return posts.map(renderOutside)
}
