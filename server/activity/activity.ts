import { type Clock, nowText } from '../db/clock.ts'
import type { Database } from '../db/open.ts'
import { logCategoryOf } from './categories.ts'

/** Kinds of activity. The translation `activity.kind.<kind with _ for the dot>` follows a person's name in the log. */
export const ACTIVITY_KINDS = [
  'site.set_up',
  'course.imported',
  'course.changed',
  'course.made',
  'course.copied',
  'course.picture_added',
  'course.picture_removed',
  'course.exported',
  'course.forked',
  'course.taken',
  'course.archived',
  'course.taken_out_again',
  'course.deleted',
  'sets.changed',
  'badge.made',
  'badge.changed',
  'badge.put',
  'badge.deleted',
  'badge.replayed',
  'thing.changed',
  'thing.translated',
  'course.translated',
  'course.language_removed',
  'thing.added',
  'thing.hidden',
  'thing.put_back',
  'things.ordered',
  'thing_change.kept',
  'thing_change.dropped',
  'thing_changes.published',
  'cohort.made',
  'cohort.settings_changed',
  'announcement.written',
  'announcement.edited',
  'announcement.deleted',
  'people.imported',
  'cohort.closed',
  'cohort.reopened',
  'calendar.changed',
  'person.joined',
  'person.left',
  'person.paused',
  'person.came_back',
  'person.removed',
  'person.later_thing_deleted',
  'enrolment.role_changed',
  'pod.made',
  'pod.renamed',
  'pod.deleted',
  'pod.people_moved',
  'pod.guides_changed',
  'pod.chosen',
  'pods.settings_changed',
  'invitation.made',
  'person.role_changed',
  'person.deleted',
  'person.deactivated',
  'person.activated',
  'person.signed_out',
  'person.seen_as',
  'person.seen_as_over',
  'people.exported',
  'log.exported',
  'keys.rotated',
  'reset_link.made',
  'password.changed',
  'reflection.published',
  'reflection.edited',
  'reflection.deleted',
  'reflection.reported',
  'reflection.hidden',
  'reflection.restored',
  'comment.written',
  'comment.edited',
  'comment.deleted',
  'comment.reported',
  'comment.hidden',
  'comment.restored',
  'report.settled',
  'thing.completed',
  'step.ticked',
  'pulse.given',
  'cheer.given',
  'thing.confirmed',
  'thing.unconfirmed',
  'completions.counted',
  'thing.reported',
  'thing_report.settled',
  'thing_report.folded_in',
  'links.check_asked',
  'person.blocked',
  'person.unblocked',
  'award.earned',
  'award.given',
  'award.revoked',
  'award.restored',
  'claim.made',
  'claim.accepted',
  'claim.answered',
  'certificate.designed',
  'certificate.switched',
  'certificate.granted',
  'certificate.reissued',
  'hours.confirmed',
  'hours.asked',
  'setting.changed',
  'backup.made',
  'backup.downloaded',
] as const

export type ActivityKind = (typeof ACTIVITY_KINDS)[number]

export interface Activity {
  id: number
  kind: ActivityKind
  /** Who did it. */
  person_id: number | null
  cohort_id: number | null
  /** The id of its object (a reflection, a comment, a person), depending on the kind. */
  subject_id: number | null
  /** Further facts; never a text that somebody wrote, a password or a token. */
  detail: Record<string, string | number | null>
  happened_at: string
}

type Subscriber = (activity: Activity) => void

/** Records activities within the caller's transaction, in which the subscribers run too. */
export function createActivity(db: Database, clock: Clock) {
  let subscribers: readonly Subscriber[] = []
  // Triggers keep the log append only: activity_is_new, activity_is_kept, activity_stays.
  const insert = db.prepare(`
    INSERT INTO activity (kind, person_id, cohort_id, subject_id, detail, happened_at, logged)
    VALUES (:kind, :person_id, :cohort_id, :subject_id, :detail, :happened_at, :logged)`)

  return {
    /** @returns the activity's id, to which awards refer */
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
      const id = Number(
        insert.run({ ...row, detail: JSON.stringify(detail), logged: logCategoryOf(kind) }).lastInsertRowid,
      )
      for (const tell of subscribers) tell({ ...row, id, detail })
      return id
    },

    /** @param all in the order they run */
    subscribe(all: readonly Subscriber[]): void {
      subscribers = all
    },
  }
}

export type ActivityLog = ReturnType<typeof createActivity>
