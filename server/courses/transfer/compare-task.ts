import type { CourseOutline, ThingOutline } from '../format/schema.ts'
import { type PartChange, thingChanges } from '../text-diff.ts'
import { type CourseDifferences, type CourseState, compareCourses } from './compare-courses.ts'
import { type UpstreamOffer, upstreamOffers } from './upstream-changes.ts'

/** Two texts of each thing, or two states of a course and the versions needed for upstream changes. */
export type Comparison = { things: [before: ThingOutline, after: ThingOutline][] } | CourseComparison

export interface CourseComparison {
  before: CourseState
  after: CourseState
  offered: { base: CourseOutline; theirs: CourseOutline; ours: CourseOutline } | null
}

export interface CourseCompared {
  differences: CourseDifferences
  offers: UpstreamOffer[] | null
}

/** Compares texts of courses in a thread of the pool. */
export function run(asked: Comparison): PartChange[][] | CourseCompared {
  if ('things' in asked) return asked.things.map(([before, after]) => thingChanges(before, after))
  const { before, after, offered } = asked
  return {
    differences: compareCourses(before, after),
    offers: offered && upstreamOffers(offered.base, offered.theirs, offered.ours),
  }
}
