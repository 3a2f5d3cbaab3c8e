import { createPreparedResults } from '../../workers/prepared.ts'
import type { WorkerPool } from '../../workers/worker-pool.ts'
import { type RenderedText, type RenderOptions, renderMarked, withMentions } from './markdown.ts'
import type { MentionLinks } from './markdown-mentions.ts'

const TASK = new URL('./markdown-task.ts', import.meta.url)
/** Characters rendered in the main thread: the worst known text takes 4 ms of CPU time per thousand. */
const SHORT = 2000
/** One text of 40,000 characters takes 150 ms at worst, a course of a hundred things half a minute. */
const LIMIT = { ms: 40_000 }
/** Renders a text with what was made ready, or at once. */
export type RenderMarkdown = (text: string, options?: RenderOptions & { mentions?: MentionLinks }) => RenderedText

/**
 * Renders Markdown. Verbs render synchronously, before their transaction; a long text would hold the event loop
 * meanwhile. So whoever answers a request has it made ready in a thread first, with the same options, and the verb
 * finds the HTML. Without that the result is the same, only later for everybody else.
 */
export function createMarkdown(workers: WorkerPool) {
  const prepared = createPreparedResults()

  /** Renders long texts in a worker thread. @throws TaskError when all threads are busy or it takes too long */
  async function prepare(texts: readonly string[], options: RenderOptions = {}): Promise<void> {
    if (texts.reduce((sum, { length }) => sum + length, 0) <= SHORT) return
    const unique = [...new Set(texts)]
    const marked = await workers.run<object, string[]>(TASK, { texts: unique, options }, LIMIT)
    prepared.keep(unique.map((text, at) => [keyOf(text, options), marked[at] ?? '']))
  }

  const render: RenderMarkdown = (text, { mentions, ...options } = {}) =>
    withMentions(prepared.take(keyOf(text, options)) ?? renderMarked(text, options), mentions)

  return { prepare, render }
}

export type Markdown = ReturnType<typeof createMarkdown>

function keyOf(text: string, { pictures = new Map(), ofCourse = false }: RenderOptions): string {
  return JSON.stringify([ofCourse, [...pictures], text])
}
