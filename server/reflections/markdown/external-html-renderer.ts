import { createPreparedResults } from '../../workers/prepared.ts'
import type { WorkerPool } from '../../workers/worker-pool.ts'
import { type ExternalHtml, excerptOf, RENDERER, sanitiseExternalHtml } from './sanitise-external-html.ts'

const TASK = new URL('./external-html-task.ts', import.meta.url)
/** Characters rendered in the main thread: the worst known post takes 2 ms of CPU time per thousand. */
const SHORT = 2000
/** Timeout: a feed of 2 MB takes four seconds at worst. */
const LIMIT = { ms: 30_000 }

/** Renders posts from elsewhere, as `createMarkdown` does texts from here. */
export function createExternalHtmlRenderer(workers: WorkerPool) {
  const prepared = createPreparedResults()

  return {
    excerptOf,

    /** Renders long posts in a worker thread. @throws TaskError */
    async prepare(posts: readonly ExternalHtml[]): Promise<void> {
      if (posts.reduce((sum, { html }) => sum + html.length, 0) <= SHORT) return
      const made = await workers.run<readonly ExternalHtml[], string[]>(TASK, posts, LIMIT)
      prepared.keep(posts.map((post, at) => [keyOf(post), made[at] ?? '']))
    },

    render(post: ExternalHtml): { html: string; renderer: string } {
      return { html: prepared.take(keyOf(post)) ?? sanitiseExternalHtml(post), renderer: RENDERER }
    },
  }
}

export type ExternalHtmlRenderer = ReturnType<typeof createExternalHtmlRenderer>

function keyOf({ html, base }: ExternalHtml): string {
  return `${base}\n${html}`
}
