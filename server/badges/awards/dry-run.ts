import { setImmediate } from 'node:timers/promises'
import type { Database } from '../../db/open.ts'
import type { Badge } from '../badge.ts'
import type { Badges } from '../badges.ts'

/** Who would have earned a badge in a cohort, had it been there from the beginning. */
export interface DryRun {
  learners: number
  /** Who would have it, and when they would have earned it; earliest first. */
  people: { name: string; handle: string; held_at: string }[]
}

const AT_ONCE = 50

/** Judges a badge with the facts of a cohort and awards nothing. */
export function createDryRun(db: Database, { badges }: { badges: Pick<Badges, 'progress'> }) {
  const learners = db.prepare<[number], { person_id: number; name: string; handle: string }>(`
    SELECT person_id, name, handle FROM enrolment JOIN person ON person.id = person_id
     WHERE cohort_id = ? AND left_at IS NULL AND enrolment.role = 'learner' ORDER BY enrolment.id`)

  /** Yields to the event loop after every 50 people. */
  return async function dryRun(badge: Badge, cohort_id: number): Promise<DryRun> {
    const all = learners.all(cohort_id)
    const people: DryRun['people'] = []
    for (const [index, { person_id, name, handle }] of all.entries()) {
      const held_at = badges.progress({ ...badge, draft: 0 }, person_id, cohort_id)?.held_at
      if (held_at) people.push({ name, handle, held_at })
      if (index % AT_ONCE === AT_ONCE - 1) await setImmediate()
    }
    people.sort((one, other) => (one.held_at < other.held_at ? -1 : 1))
    return { learners: all.length, people }
  }
}
