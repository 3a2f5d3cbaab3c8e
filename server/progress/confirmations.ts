import { type Database, transaction } from '../db/open.ts'
import type { Notices } from '../notifications/notices.ts'
import type { Completion } from './completion.ts'

/** Something that a guide may confirm: what somebody wrote about a thing, or its ticked steps. */
export interface PendingConfirmation {
  enrolment_id: number
  thing_id: number
  number: number
  title: string
  name: string
  handle: string
  workplace: string | null
  person_id: number
  reflection_id: number | null
  reflection_title: string | null
  asked_at: string
}

interface LearnerThing {
  person_id: number
  name: string
  number: number
  title: string
  slug: string
}

interface ConfirmationsDeps {
  completion: Pick<Completion, 'confirm' | 'unconfirm'>
  notices: Pick<Notices, 'notify'>
}

const SHOWN = 50

/** Lets guides confirm that a thing is done. A reflection that only its author may read asks for no confirmation. */
export function createConfirmations(db: Database, { completion, notices }: ConfirmationsDeps) {
  const READABLE = `
    SELECT max(id) FROM reflection
     WHERE reflection.enrolment_id = c.enrolment_id AND reflection.thing_id = c.thing_id AND audience <> 'me'`
  // finds the pending ones among thousands first, and joins names only for the few that are shown
  const waiting = db.prepare<{ cohort_id: number; viewer: number }, PendingConfirmation & { total: number }>(`
    WITH c AS (
      SELECT c.enrolment_id, c.thing_id, c.asked_at, enrolment.cohort_id, enrolment.person_id, count(*) OVER () AS total
        FROM enrolment
        JOIN confirmation AS c ON c.enrolment_id = enrolment.id AND c.confirmed_at IS NULL
       WHERE enrolment.cohort_id = :cohort_id AND enrolment.left_at IS NULL AND enrolment.person_id <> :viewer
         AND NOT EXISTS (SELECT 1 FROM completion WHERE completion.enrolment_id = c.enrolment_id AND completion.thing_id = c.thing_id)
         AND ((${READABLE}) IS NOT NULL
              OR NOT EXISTS (
                SELECT 1 FROM step
                 WHERE step.thing_id = c.thing_id AND depth = 'start'
                   AND NOT EXISTS (SELECT 1 FROM tick
                                    WHERE tick.enrolment_id = c.enrolment_id AND tick.thing_id = c.thing_id AND tick.step = step.slug)))
       ORDER BY c.asked_at, c.enrolment_id LIMIT ${SHOWN})
    SELECT c.enrolment_id, c.thing_id, c.asked_at, c.total, entry.number, thing.title, person.id AS person_id, person.name,
           person.handle, person.workplace, r.id AS reflection_id, r.title AS reflection_title
      FROM c
      JOIN calendar_entry AS entry ON entry.cohort_id = c.cohort_id AND entry.thing_id = c.thing_id
      JOIN thing ON thing.id = c.thing_id
      JOIN person ON person.id = c.person_id
      LEFT JOIN reflection AS r ON r.id = (${READABLE})
     ORDER BY c.asked_at, c.enrolment_id`)
  const place = db.prepare<{ cohort_id: number; enrolment_id: number; thing_id: number }, LearnerThing>(`
    SELECT person.id AS person_id, person.name, entry.number, thing.title, cohort.slug
      FROM enrolment
      JOIN cohort ON cohort.id = enrolment.cohort_id
      JOIN calendar_entry AS entry ON entry.cohort_id = cohort.id AND entry.thing_id = :thing_id
      JOIN thing ON thing.id = entry.thing_id
      JOIN person ON person.id = enrolment.person_id
     WHERE enrolment.id = :enrolment_id AND enrolment.cohort_id = :cohort_id AND enrolment.left_at IS NULL`)

  return {
    /** Pending confirmations of a cohort but for the viewer's own, oldest first: the first fifty, and the total. */
    pending(cohort_id: number, viewer: number): { shown: PendingConfirmation[]; total: number } {
      const rows = waiting.all({ cohort_id, viewer })
      return { shown: rows.map(({ total, ...row }) => row), total: rows[0]?.total ?? 0 }
    },

    /** The learner and thing to confirm; null where the cohort has none such, or it is the viewer's own. */
    find(where: { cohort_id: number; enrolment_id: number; thing_id: number }, viewer: number): LearnerThing | null {
      const found = place.get(where)
      return found && found.person_id !== viewer ? found : null
    },

    /** Confirms and notifies the learner, or withdraws the confirmation. @returns false where nothing changes */
    set(
      { enrolment_id, thing_id, cohort_id }: { enrolment_id: number; thing_id: number; cohort_id: number },
      { person_id, number, title, slug }: LearnerThing,
      { done, by }: { done: boolean; by: number },
    ): boolean {
      if (!done) return completion.unconfirm(enrolment_id, thing_id, by)
      return transaction(db, () => {
        if (!completion.confirm(enrolment_id, thing_id, by)) return false
        const detail = { title, href: `/cohorts/${slug}/things/${number}` }
        const key = `confirmed ${enrolment_id} ${thing_id}`
        notices.notify({ person_id, kind: 'confirmed', key, cohort_id, actor_id: by, detail })
        return true
      })
    },
  }
}
