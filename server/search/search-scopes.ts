import type { Database } from '../db/open.ts'
import type { EnrolmentRole } from '../enrolments/enrolments.ts'
import { IS_OPEN } from '../reflections/policy.ts'

/** A cohort in which somebody finds what others wrote. */
interface SearchableCohort {
  cohort_id: number
  course_id: number
  role: EnrolmentRole
  /** Ids of things, as JSON: 1 when others' reflections about it are open, 0 when the person has to write first. */
  things: string
}

/**
 * The search scopes that may hold something the person may read. Whether they may read a row is
 * checked for each row; the scopes only skip rows that they certainly may not read.
 */
export function createSearchScopes(db: Database) {
  const places = db.prepare<{ viewer: number }, SearchableCohort>(`
    SELECT e.cohort_id, cohort.course_id, e.role,
           (SELECT json_group_object(r.thing_id, ${IS_OPEN})
              FROM (SELECT cohort_id, thing_id, 0 AS person_id
                      FROM calendar_entry WHERE calendar_entry.cohort_id = e.cohort_id AND kind = 'thing') AS r) AS things
      FROM enrolment AS e JOIN cohort ON cohort.id = e.cohort_id
     WHERE e.person_id = :viewer AND e.left_at IS NULL`)

  function texts(viewer: number, at: readonly SearchableCohort[], elsewhere: string[]): string {
    const shelves = at.map(shelvesIn)
    const readable = shelves.flatMap(({ readable }) => readable)
    const closed = shelves.flatMap(({ closed }) => closed)
    const all = [anyOf([`p${viewer}`, ...elsewhere]), ...readable].join(' OR ')
    return closed.length === 0 ? `shelf : (${all})` : `shelf : ((${all}) NOT ${anyOf(closed)})`
  }

  return {
    /** For things, and for what was written: everywhere, the world's included. */
    everywhere(viewer: number): { things: string | null; texts: string } {
      const at = places.all({ viewer })
      const courses = at.map(({ course_id }) => `k${course_id}`)
      return { things: courses.length === 0 ? null : `shelf : ${anyOf(courses)}`, texts: texts(viewer, at, ['world']) }
    },

    /** For the person's own texts. */
    own: (viewer: number): string => `shelf : ${anyOf([`p${viewer}`])}`,

    /** For what was written in one cohort. */
    inCohort(viewer: number, cohort_id: number): string {
      const at = places.all({ viewer }).filter((place) => place.cohort_id === cohort_id)
      return texts(viewer, at, [])
    },
  }
}

function shelvesIn({ cohort_id, role, things }: SearchableCohort): { readable: string[]; closed: string[] } {
  const audiences = role === 'learner' ? ['cohort', 'world', 'pod'] : ['cohort', 'world', 'pod', 'guides']
  const everything = anyOf(audiences.map((audience) => `c${cohort_id}${audience}`))
  const of = (wanted: 0 | 1) =>
    Object.entries(JSON.parse(things) as Record<string, 0 | 1>)
      .filter(([, is_open]) => is_open === wanted)
      .map(([thing_id]) => `c${cohort_id}t${thing_id}`)
  const [open, closed] = [of(1), of(0)]
  if (closed.length === 0) return { readable: [everything], closed }
  return { readable: open.length === 0 ? [] : [`(${everything} AND ${anyOf(open)})`], closed }
}

function anyOf(shelves: string[]): string {
  return `(${shelves.map((shelf) => `"${shelf}"`).join(' OR ')})`
}
