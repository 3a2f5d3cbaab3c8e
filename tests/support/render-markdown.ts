import { createMarkdown } from '../../server/reflections/markdown/markdown-renderer.ts'
import { createWorkerPool } from '../../server/workers/worker-pool.ts'

/** Rendered here and at once. */
export const renderMarkdown = createMarkdown(createWorkerPool()).render
