import type { ActivityLog } from '../activity/activity.ts'
import { type Clock, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import type { Enrolment } from '../enrolments/enrolments.ts'
import type { Hours } from './grouping.ts'
import { createPodPlans } from './plan.ts'
import { createPodQueries, type Pod } from './queries.ts'

/** Small groups of a cohort: who is in them, who looks after them. */
export function createPods(db: Database, clock: Clock, { activity }: { activity: ActivityLog }) {
  // Triggers end a place in a pod: enrolment_leaves_pod, and enrolment_guides_no_more for guides.
  const insert = db.prepare(`
    INSERT INTO pod (cohort_id, name, made_at) VALUES (?, ?, ?) ON CONFLICT (cohort_id, name) DO NOTHING`)
  const rename = db.prepare('UPDATE OR IGNORE pod SET name = ? WHERE id = ? AND cohort_id = ?')
  const drop = db.prepare('DELETE FROM pod WHERE id = ? AND cohort_id = ?')
  // Both belong to the cohort, whatever numbers came; a `+` keeps SQLite from reading the whole cohort for them. Guides come along only where they were in a pod as learners
  const put = db.prepare(`
    UPDATE enrolment SET pod_id = :pod_id
     WHERE +cohort_id = :cohort_id AND left_at IS NULL AND id IN (SELECT value FROM json_each(:enrolment_ids))
       AND pod_id IS NOT :pod_id AND (role = 'learner' OR pod_id IS NOT NULL)
       AND (:pod_id IS NULL OR EXISTS (SELECT 1 FROM pod WHERE pod.id = :pod_id AND pod.cohort_id = :cohort_id))`)
  const choose = db.prepare(`
    UPDATE enrolment SET pod_id = :pod_id
     WHERE id = :id AND left_at IS NULL AND role = 'learner'
       AND EXISTS (SELECT 1 FROM cohort WHERE cohort.id = enrolment.cohort_id AND pods_open = 1)
       AND (:pod_id IS NULL
            OR EXISTS (SELECT 1 FROM pod WHERE pod.id = :pod_id AND pod.cohort_id = enrolment.cohort_id))`)
  const clearGuides = db.prepare('DELETE FROM pod_guide WHERE pod_id = ?')
  const addGuides = db.prepare(`
    INSERT INTO pod_guide (pod_id, enrolment_id)
    SELECT :pod_id, id FROM enrolment
     WHERE +cohort_id = :cohort_id AND role <> 'learner' AND left_at IS NULL
       AND id IN (SELECT value FROM json_each(:enrolment_ids))
    ON CONFLICT DO NOTHING`)
  const tell = db.prepare('UPDATE enrolment SET interest = :interest, hours = :hours WHERE id = :id')
  const setSwitches = db.prepare('UPDATE cohort SET pods_open = :open, pods_ask = :ask WHERE id = :cohort_id')

  function make(cohort_id: number, name: string, by: number | null): number | null {
    return transaction(db, () => {
      const made = insert.run(cohort_id, name, nowText(clock))
      if (made.changes === 0) return null
      const pod_id = Number(made.lastInsertRowid)
      activity.record('pod.made', { person_id: by, cohort_id, subject_id: pod_id })
      return pod_id
    })
  }

  /** @returns how many came into another pod, or out of one */
  function move(cohort_id: number, enrolment_ids: number[], pod_id: number | null, by: number | null): number {
    return transaction(db, () => {
      const moved = put.run({ cohort_id, pod_id, enrolment_ids: JSON.stringify(enrolment_ids) }).changes
      if (moved > 0) {
        activity.record('pod.people_moved', { person_id: by, cohort_id, subject_id: pod_id, detail: { people: moved } })
      }
      return moved
    })
  }

  function setGuides(cohort_id: number, pod_id: number, enrolment_ids: number[], by: number | null): void {
    transaction(db, () => {
      clearGuides.run(pod_id)
      addGuides.run({ cohort_id, pod_id, enrolment_ids: JSON.stringify(enrolment_ids) })
      activity.record('pod.guides_changed', { person_id: by, cohort_id, subject_id: pod_id })
    })
  }

  return {
    ...createPodQueries(db),
    ...createPodPlans(db, { make, move, setGuides }),

    /** @returns its id; null where there is one of that name */
    make,

    /** @returns false where another has that name */
    rename(cohort_id: number, pod: Pod, name: string, by: number): boolean {
      if (name === pod.name) return true
      return transaction(db, () => {
        if (rename.run(name, pod.id, cohort_id).changes === 0) return false
        activity.record('pod.renamed', { person_id: by, cohort_id, subject_id: pod.id })
        return true
      })
    },

    /** The pod goes; its people are in none then, and what they wrote for it stays with them and the guides. */
    remove(cohort_id: number, pod_id: number, by: number): void {
      transaction(db, () => {
        if (drop.run(pod_id, cohort_id).changes > 0) {
          activity.record('pod.deleted', { person_id: by, cohort_id, subject_id: pod_id })
        }
      })
    },

    move,
    setGuides,

    /** A learner's own choice. @returns false where learners do not choose, or there is no such pod */
    choose(enrolment: Enrolment, pod_id: number | null): boolean {
      return transaction(db, () => {
        if (choose.run({ id: enrolment.id, pod_id }).changes === 0) return false
        const { person_id, cohort } = enrolment
        activity.record('pod.chosen', { person_id, cohort_id: cohort.id, subject_id: pod_id })
        return true
      })
    },

    /** Saves a learner's interest and hours; empty values delete them. */
    savePreferences(enrolment_id: number, { interest, hours }: { interest: string; hours: Hours | '' }): void {
      tell.run({ id: enrolment_id, interest: interest || null, hours: hours || null })
    },

    /** May learners choose, and are they asked what would suit them? */
    setSettings(cohort_id: number, { open, ask }: { open: boolean; ask: boolean }, by: number): void {
      transaction(db, () => {
        setSwitches.run({ cohort_id, open: open ? 1 : 0, ask: ask ? 1 : 0 })
        activity.record('pods.settings_changed', { person_id: by, cohort_id, detail: { open: +open, ask: +ask } })
      })
    },
  }
}

export type Pods = ReturnType<typeof createPods>
