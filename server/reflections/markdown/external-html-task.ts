import { type ExternalHtml, sanitiseExternalHtml } from './sanitise-external-html.ts'

/** Worker task: sanitises external posts. */
export function run(posts: ExternalHtml[]): string[] {
  return posts.map(sanitiseExternalHtml)
}
