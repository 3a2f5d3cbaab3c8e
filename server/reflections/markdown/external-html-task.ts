import { type ExternalHtml, sanitiseExternalHtml } from './sanitise-external-html.ts'

/** Renders posts from elsewhere in a thread of the pool. */
export function run(posts: ExternalHtml[]): string[] {
  return posts.map(sanitiseExternalHtml)
}
