import type { WorkerPool } from '../../workers/worker-pool.ts'
import type { ThingOutline } from '../format/schema.ts'
import { type PartChange, thingChanges } from '../text-diff.ts'
import type { Comparison, CourseCompared, CourseComparison } from './compare-task.ts'

const TASK = new URL('./compare-task.ts', import.meta.url)
const LIMIT = { ms: 30_000 }
/** Characters that are compared in this thread: 4,000 take 25 ms at worst, 80,000 a third of a second. */
const SHORT = 4000

/** What differs between texts of things and courses; long ones are compared in a thread. All of it throws TaskError. */
export function createCourseDiff(workers: WorkerPool) {
  /** Between two texts of each thing, part by part. */
  async function things(pairs: [before: ThingOutline, after: ThingOutline][]): Promise<PartChange[][]> {
    const length = pairs.flat().reduce((sum, { body }) => sum + body.length, 0)
    if (length <= SHORT) return pairs.map(([before, after]) => thingChanges(before, after))
    return await workers.run<Comparison, PartChange[][]>(TASK, { things: pairs }, LIMIT)
  }

  return {
    things,

    async thing(before: ThingOutline, after: ThingOutline): Promise<PartChange[]> {
      const [changes = []] = await things([[before, after]])
      return changes
    },

    courses: (asked: CourseComparison): Promise<CourseCompared> =>
      workers.run<Comparison, CourseCompared>(TASK, asked, LIMIT),
  }
}

export type CourseDiff = ReturnType<typeof createCourseDiff>
