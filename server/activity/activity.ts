import { type Clock, nowText } from '../db/clock.ts'
import type { Database } from '../db/open.ts'

export type ActivityKind =
  | 'site.set_up'
  | 'course.imported'
  | 'course.changed'
  | 'thing.changed'
  | 'cohort.made'
  | 'calendar.changed'
  | 'person.joined'
  | 'person.left'
  | 'person.removed'
  | 'enrolment.role_changed'
  | 'pod.made'
  | 'pod.renamed'
  | 'pod.deleted'
  | 'pod.people_moved'
  | 'pod.guides_changed'
  | 'pod.chosen'
  | 'pods.settings_changed'
  | 'invitation.made'
  | 'person.role_changed'
  | 'person.deleted'
  | 'reset_link.made'
  | 'password.changed'
  | 'reflection.published'
  | 'reflection.edited'
  | 'reflection.deleted'
  | 'reflection.reported'
  | 'reflection.hidden'
  | 'reflection.restored'
  | 'comment.written'
  | 'comment.edited'
  | 'comment.deleted'
  | 'comment.reported'
  | 'comment.hidden'
  | 'comment.restored'
  | 'report.settled'
  | 'person.blocked'
  | 'person.unblocked'
  | 'award.earned'

export interface Activity {
  id: number
  kind: ActivityKind
  /** Who did it. */
  person_id: number | null
  cohort_id: number | null
  /** The id of what it was done to or with: a reflection, a comment, a person, by the kind. */
  subject_id: number | null
  /** More facts in words and numbers; never a text somebody wrote, a password or a token. */
  detail: Record<string, string | number | null>
  happened_at: string
}

type Subscriber = (activity: Activity) => void

/**
 * What happened. Recording is part of the act's own transaction, and so is what the subscribers do with it.
 * @param subscribers in the order they run; asked for late, since they are made after this
 */
export function createActivity(db: Database, clock: Clock, subscribers: () => Subscriber[]) {
  const insert = db.prepare(`
    INSERT INTO activity (kind, person_id, cohort_id, subject_id, detail, happened_at)
    VALUES (:kind, :person_id, :cohort_id, :subject_id, :detail, :happened_at)`)

  return {
    /** @returns the activity's id, by which awards know the act that earned them */
    record(
      kind: ActivityKind,
      facts: {
        person_id?: number | null
        cohort_id?: number | null
        subject_id?: number | null
        detail?: Activity['detail']
      },
    ): number {
      const { person_id = null, cohort_id = null, subject_id = null, detail = {} } = facts
      const happened_at = nowText(clock)
      const row = { kind, person_id, cohort_id, subject_id, happened_at }
      const id = Number(insert.run({ ...row, detail: JSON.stringify(detail) }).lastInsertRowid)
      for (const tell of subscribers()) tell({ ...row, id, detail })
      return id
    },
  }
}

export type ActivityLog = ReturnType<typeof createActivity>
