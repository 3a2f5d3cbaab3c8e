import type { ActivityLog } from '../activity/activity.ts'
import { type Clock, instantText, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import type { Notices } from '../notifications/notices.ts'
import { IS_ADMIN, IS_OPEN, MAY_READ, MAY_READ_COMMENT } from '../reflections/policy.ts'
import { createReportList } from './report-list.ts'

/** What can be reported and hidden. */
export interface ReportablePost {
  kind: 'reflection' | 'comment'
  id: number
}

/** A reflection or comment, for a person who may hide it. */
export interface ModeratedPost extends ReportablePost {
  reflection_id: number
  cohort_id: number
  slug: string
  /** Its author. */
  person_id: number
  name: string
  is_hidden: 0 | 1
  hidden_note: string | null
  /** True when the viewer guides or organises the cohort; otherwise they are a site admin. */
  leads: 0 | 1
}

/** A person's reports of a reflection and its comments. */
interface OwnReport {
  comment_id: number | null
  reason: string
  is_settled: 0 | 1
}

type ReportOutcome = 'told' | 'changed' | 'too_many' | null

/** Maximum number of reports per person and day, against floods. */
const PER_DAY = 20
const A_DAY = Temporal.Duration.from({ hours: 24 })

const LEADS = `EXISTS (
  SELECT 1 FROM enrolment AS l
   WHERE l.cohort_id = r.cohort_id AND l.person_id = :viewer AND l.left_at IS NULL AND l.role IN ('guide', 'organiser'))`

/** Reports, hiding and restoring. Each act is in the activity log, without the text concerned. */
export function createModeration(
  db: Database,
  clock: Clock,
  { activity, notices }: { activity: ActivityLog; notices: Notices },
) {
  // The trigger comment_is_reported_no_more closes the reports of a comment that its author deletes.
  const since = db
    .prepare<[number, string], number>('SELECT count(*) FROM report WHERE person_id = ? AND made_at > ?')
    .pluck()
  const put = (from: string, comment_id: string) =>
    db.prepare<object, { cohort_id: number; reflection_id: number }>(`
      INSERT INTO report (cohort_id, reflection_id, comment_id, person_id, reason, made_at)
      SELECT r.cohort_id, r.id, ${comment_id}, :viewer, :reason, :now FROM ${from}
      ON CONFLICT (person_id, reflection_id, ifnull(comment_id, 0)) DO UPDATE
        SET reason = excluded.reason, made_at = CASE WHEN settled_at IS NULL THEN made_at ELSE excluded.made_at END,
            settled_at = NULL, settled_by = NULL
      RETURNING cohort_id, reflection_id`)
  const known = db
    .prepare<object, 0 | 1>(`
      SELECT settled_at IS NULL FROM report
       WHERE person_id = :viewer AND CASE :kind WHEN 'comment' THEN comment_id = :id
                                     ELSE reflection_id = :id AND comment_id IS NULL END`)
    .pluck()
  const report = {
    reflection: put(
      `reflection AS r WHERE r.id = :id AND r.person_id <> :viewer AND ${MAY_READ} AND ${IS_OPEN}`,
      'NULL',
    ),
    comment: put(
      `comment AS k JOIN reflection AS r ON r.id = k.reflection_id
        WHERE k.id = :id AND k.person_id <> :viewer AND ${MAY_READ} AND ${IS_OPEN} AND ${MAY_READ_COMMENT}`,
      'k.id',
    ),
  }
  const leading = db.prepare<object, { person_id: number; slug: string }>(`
    SELECT person_id, slug FROM enrolment JOIN cohort ON cohort.id = cohort_id
     WHERE cohort_id = :cohort_id AND role IN ('guide', 'organiser') AND left_at IS NULL
       AND person_id <> (SELECT coalesce((SELECT person_id FROM comment WHERE id = :comment_id),
                                         (SELECT person_id FROM reflection WHERE id = :reflection_id)))`)
  const ownReports = db.prepare<object, OwnReport>(`
    SELECT comment_id, reason, settled_at IS NOT NULL AS is_settled FROM report
     WHERE reflection_id = :reflection_id AND person_id = :viewer`)

  const reflection = db.prepare<object, Omit<ModeratedPost, keyof ReportablePost>>(`
    SELECT r.id AS reflection_id, r.cohort_id, cohort.slug, r.person_id, person.name, r.state = 'hidden' AS is_hidden,
           r.hidden_note, ${LEADS} AS leads
      FROM reflection AS r JOIN cohort ON cohort.id = r.cohort_id JOIN person ON person.id = r.person_id
     WHERE r.id = :id AND r.person_id <> :viewer
       AND ((${LEADS} AND ${MAY_READ})
            OR (${IS_ADMIN} AND EXISTS (SELECT 1 FROM report WHERE reflection_id = r.id AND comment_id IS NULL)))`)
  const comment = db.prepare<object, Omit<ModeratedPost, keyof ReportablePost>>(`
    SELECT r.id AS reflection_id, r.cohort_id, cohort.slug, k.person_id, person.name,
           k.hidden_at IS NOT NULL AS is_hidden, k.hidden_note, ${LEADS} AS leads
      FROM comment AS k JOIN reflection AS r ON r.id = k.reflection_id
      JOIN cohort ON cohort.id = r.cohort_id JOIN person ON person.id = k.person_id
     WHERE k.id = :id AND k.person_id <> :viewer
       AND ((${LEADS} AND ${MAY_READ} AND ${MAY_READ_COMMENT})
            OR (${IS_ADMIN} AND EXISTS (SELECT 1 FROM report WHERE comment_id = k.id)))`)
  const hide = {
    reflection: db.prepare(`
      UPDATE reflection SET state = 'hidden', hidden_at = :now, hidden_by = :by, hidden_note = :note
       WHERE id = :id AND state = 'published'`),
    comment: db.prepare(`
      UPDATE comment SET hidden_at = :now, hidden_by = :by, hidden_note = :note
       WHERE id = :id AND hidden_at IS NULL AND deleted_at IS NULL`),
  }
  const restore = {
    reflection: db.prepare(`
      UPDATE reflection SET state = 'published', hidden_at = NULL, hidden_by = NULL, hidden_note = NULL
       WHERE id = :id AND state = 'hidden'`),
    comment: db.prepare(`
      UPDATE comment SET hidden_at = NULL, hidden_by = NULL, hidden_note = NULL WHERE id = :id AND hidden_at IS NOT NULL`),
  }
  const settle = db.prepare(`
    UPDATE report SET settled_at = :now, settled_by = :by
     WHERE settled_at IS NULL
       AND reflection_id = :reflection_id AND comment_id IS CASE :kind WHEN 'comment' THEN :id END`)

  function settleAll({ kind, id, reflection_id }: ModeratedPost, by: number): number {
    return settle.run({ kind, id, reflection_id, by, now: nowText(clock) }).changes
  }

  function tell(what: 'hidden' | 'restored', post: ModeratedPost, by: number): void {
    const { kind, id, cohort_id, reflection_id, person_id } = post
    const activity_id = activity.record(`${kind}.${what}`, { person_id: by, cohort_id, subject_id: id })
    const about = { cohort_id, reflection_id, ...(kind === 'comment' ? { comment_id: id } : {}) }
    notices.notify({ person_id, kind: what, key: `${what} ${activity_id}`, ...about })
  }

  return {
    ...createReportList(db),

    /**
     * Reports a text of somebody else that the person may read to guides, organisers and admins. Reporting again
     * changes the reason and reopens a settled report.
     */
    report({ kind, id }: ReportablePost, viewer: number, reason: string): ReportOutcome {
      return transaction(db, () => {
        const was_open = known.get({ kind, id, viewer })
        const day = instantText(clock.now().subtract(A_DAY))
        if (was_open !== 1 && (since.get(viewer, day) ?? 0) >= PER_DAY) return 'too_many'
        const row = report[kind].get({ id, viewer, reason, now: nowText(clock) })
        if (!row) return null
        if (was_open === 1) return 'changed'
        const { cohort_id, reflection_id } = row
        const activity_id = activity.record(`${kind}.reported`, { person_id: viewer, cohort_id, subject_id: id })
        const about = { cohort_id, reflection_id, comment_id: kind === 'comment' ? id : null }
        const key = `reported ${kind} ${activity_id}`
        for (const { person_id, slug } of leading.all(about)) {
          const detail = { href: `/admin/cohorts/${slug}/reports` }
          if (person_id !== viewer) notices.notify({ person_id, kind: 'reported', key, cohort_id, detail })
        }
        return 'told'
      })
    },

    /** The person's own reports of a reflection and its comments. */
    ownReports: (reflection_id: number, viewer: number): OwnReport[] => ownReports.all({ reflection_id, viewer }),

    /** A post that the viewer may hide or restore: guides and organisers of its cohort; admins once it is reported. */
    find({ kind, id }: ReportablePost, viewer: number): ModeratedPost | null {
      const row = (kind === 'reflection' ? reflection : comment).get({ id, viewer })
      return row ? { kind, id, ...row } : null
    },

    /** Hides a post, with a note for its author; guides and organisers read on. @returns false if hidden already */
    hide(post: ModeratedPost, by: number, note: string): boolean {
      return transaction(db, () => {
        settleAll(post, by)
        if (hide[post.kind].run({ id: post.id, by, note, now: nowText(clock) }).changes === 0) return false
        tell('hidden', post, by)
        return true
      })
    },

    /** @returns false when it was not hidden */
    restore(post: ModeratedPost, by: number): boolean {
      return transaction(db, () => {
        if (restore[post.kind].run({ id: post.id }).changes === 0) return false
        tell('restored', post, by)
        return true
      })
    },

    /** Settles the reports of a post without hiding it. @returns false when none was open */
    settle(post: ModeratedPost, by: number): boolean {
      return transaction(db, () => {
        if (settleAll(post, by) === 0) return false
        const { cohort_id, id } = post
        activity.record('report.settled', { person_id: by, cohort_id, subject_id: id, detail: { of: post.kind } })
        return true
      })
    },
  }
}
