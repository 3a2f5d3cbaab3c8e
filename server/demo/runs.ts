import type { Character, CohortKey, DemoPost } from './content.ts'
import { DAY, millisecondsOf, TIME_ZONE } from './dates.ts'
import { type CohortPeriod, planCohort } from './plan.ts'
import type { DemoCohort, DemoContext } from './story.ts'

/** Slug of the course of all cohorts of the demo. */
const COURSE = '23-mobile-things'

/** How to create a cohort of the demo. */
export interface CohortPlan {
  key: CohortKey
  title: string
  slug: string
  organiser: string
  joining: 'code' | 'invitation'
  per_week: number
  starts_on: string
  /** Days from creating the cohort to its first thing. */
  ahead: number
}

export function cohortPlans({ spring, autumn, harbour }: Record<CohortKey, string>): CohortPlan[] {
  const { year } = Temporal.PlainDate.from(autumn)
  const usual = { organiser: 'ingrid', joining: 'code' as const, per_week: 2 }
  const own = { organiser: 'halvard', joining: 'invitation' as const, per_week: 1 }
  return [
    { ...usual, key: 'autumn', title: `Autumn ${year}`, slug: `autumn-${year}`, starts_on: autumn, ahead: 30 },
    { ...usual, key: 'spring', title: 'Spring cohort', slug: 'spring', starts_on: spring, ahead: 21 },
    { ...own, key: 'harbour', title: 'Harbour night shift', slug: 'harbour', starts_on: harbour, ahead: 16 },
  ]
}

/** Creates the cohort, and plans the activity of its people up to the latest moment. */
export function createDemoCohort(
  { services, actors, content }: DemoContext,
  run: CohortPlan,
  cast: Character[],
  latest: number,
): DemoCohort {
  const { calendar, cohorts, courses } = services
  const { key, title, slug, organiser, joining, per_week, starts_on } = run
  const maker = cast.find((character) => character.key === organiser)
  const course = courses.bySlug(COURSE)
  if (!maker || !course) throw new Error(`${title} of the demo has no organiser or no course`)
  const rhythm = { ...course.rhythm, per_week }
  const plan = { title, slug, course_id: course.id, starts_on, time_zone: TIME_ZONE, rhythm, holidays: [], joining }
  cohorts.make({ ...plan, by: actors.ensureAccount(maker) })
  const { cohort } = actors.enrolmentOf(slug, organiser)

  const stops = new Map(calendar.entries(cohort.id).map((entry) => [entry.number, entry]))
  const opens = (number: number) => Temporal.Instant.from(stops.get(number)?.opens_at ?? '').epochMilliseconds
  const thing = (number: number) => {
    const found = course.thing(stops.get(number)?.thing_id ?? 0)
    if (!found) throw new RangeError(`There is no thing ${number} in ${title}`)
    return found
  }
  const frame: CohortPeriod = { starts_at: opens(1), ends_at: millisecondsOf(cohort.ends_on) + DAY, latest, opens }
  const posts: DemoPost[] = content.posts.filter((post) => post.cohort === key)
  return { ...frame, ...planCohort(cast, posts, frame), key, slug, cohort_id: cohort.id, thing }
}
