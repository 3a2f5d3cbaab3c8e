import type { WorkerPool } from '../../workers/worker-pool.ts'
import type { ThingOutline } from '../format/schema.ts'
import { type PartChange, thingChanges } from '../text-diff.ts'
import type { Comparison, CourseCompared, CourseComparison } from './compare-task.ts'

const TASK = new URL('./compare-task.ts', import.meta.url)
const LIMIT = { ms: 30_000 }
/** Characters that are compared at once: 4,000 take 25 ms at worst, 80,000 a third of a second. */
const SHORT = 4000

/** Compares texts of courses; where they are long, in a thread. All of it throws TaskError. */
export function createComparisons(workers: WorkerPool) {
  async function manyChanges(things: [before: ThingOutline, after: ThingOutline][]): Promise<PartChange[][]> {
    const length = things.flat().reduce((sum, { body }) => sum + body.length, 0)
    if (length <= SHORT) return things.map(([before, after]) => thingChanges(before, after))
    return await workers.run<Comparison, PartChange[][]>(TASK, { things }, LIMIT)
  }

  return {
    /** What is different between two texts of each thing, part by part. */
    manyChanges,

    async thingChanges(before: ThingOutline, after: ThingOutline): Promise<PartChange[]> {
      const [changes = []] = await manyChanges([[before, after]])
      return changes
    },

    courses: (asked: CourseComparison): Promise<CourseCompared> =>
      workers.run<Comparison, CourseCompared>(TASK, asked, LIMIT),
  }
}

export type Comparisons = ReturnType<typeof createComparisons>
