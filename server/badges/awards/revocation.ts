import type { ActivityLog } from '../../activity/activity.ts'
import { type Clock, nowText } from '../../db/clock.ts'
import { type Database, transaction } from '../../db/open.ts'
import { timeZoneAtSql } from '../../enrolments/time-zone-sql.ts'
import type { Notices } from '../../notifications/notices.ts'
import { HIDES_TREASURE } from '../policy.ts'

/** An award as the staff of its cohort see it. */
export interface GivenAward {
  id: string
  title: string
  badge_slug: string
  person_id: number
  name: string
  handle: string
  awarded_at: string
  /** Of its date. */
  time_zone: string
  given_by: string | null
  evidence: string | null
  revoked_at: string | null
  revoked_why: string | null
  treasure: 0 | 1
}

interface AwardListQuery {
  cohort_id: number
  /** Id of the viewer: a treasure that they have not found is left out. */
  viewer: number
  /** Only of this badge. */
  badge: string | null
  limit: number
  /** Only what comes after this one. */
  after: AwardCursor | null
}

/** The position of an award in the list. */
type AwardCursor = Pick<GivenAward, 'awarded_at' | 'id'>
type AwardListValues = Omit<AwardListQuery, 'after'> & AwardCursor

/** After every instant. */
const THE_LATEST: AwardCursor = { awarded_at: '9', id: '' }

interface RevocationInput {
  by: number
  /** In words to the learner. */
  why: string
  /** Whether the learner gets a notice. */
  tell: boolean
}

/** The awards of a cohort, and revoking and reinstating them. */
export function createRevocation(
  db: Database,
  clock: Clock,
  { activity, notices }: { activity: ActivityLog; notices: Pick<Notices, 'notify' | 'forget'> },
) {
  // The trigger award_taken_back revokes or reinstates the credential of an award with it.
  const columns = `
    SELECT award.id, was.title, badge.slug AS badge_slug, person.id AS person_id, person.name, person.handle, award.awarded_at,
           ${timeZoneAtSql('award.awarded_at')} AS time_zone,
           (SELECT name FROM person AS giver WHERE giver.id = award.given_by) AS given_by, award.evidence,
           award.revoked_at, award.revoked_why, badge.shape = 'gem' AS treasure
      FROM award
      JOIN badge ON badge.id = award.badge_id
      JOIN badge_version AS was ON was.badge_id = award.badge_id AND was.version = award.badge_version
      JOIN person ON person.id = award.person_id
      JOIN cohort ON cohort.id = award.cohort_id
     WHERE award.cohort_id = :cohort_id AND NOT ${HIDES_TREASURE}`
  const inOrder = `
       AND (award.awarded_at, award.id) < (:awarded_at, :id)
     ORDER BY award.awarded_at DESC, award.id DESC LIMIT :limit`
  const page = db.prepare<AwardListValues, GivenAward>(columns + inOrder)
  const pageOfBadge = db.prepare<AwardListValues, GivenAward>(
    `${columns} AND award.badge_id = (SELECT id FROM badge WHERE slug = :badge) ${inOrder}`,
  )
  const one = db.prepare<{ cohort_id: number; viewer: number; id: string }, GivenAward>(`${columns} AND award.id = :id`)
  const badges = db.prepare<{ cohort_id: number; viewer: number }, { slug: string; title: string }>(`
    SELECT slug, title FROM badge
     WHERE draft = 0 AND course_id = (SELECT course_id FROM cohort WHERE id = :cohort_id)
       AND (cohort_id IS NULL OR cohort_id = :cohort_id) AND NOT ${HIDES_TREASURE}
     ORDER BY position = 0, position, id`)
  const revoke = db.prepare(`
    UPDATE award SET revoked_at = :now, revoked_by = :by, revoked_why = :why
     WHERE id = :id AND revoked_at IS NULL`)
  const restore = db.prepare(
    'UPDATE award SET revoked_at = NULL, revoked_by = NULL, revoked_why = NULL WHERE id = ? AND revoked_at IS NOT NULL',
  )

  const keyOf = (award_id: string) => `award_revoked ${award_id}`
  // others who read the log may not have found it
  const detailOf = ({ treasure, badge_slug }: GivenAward) => (treasure ? {} : { badge: badge_slug })

  return {
    /** Newest first, revoked awards included. */
    page({ after, ...asked }: AwardListQuery): GivenAward[] {
      const { awarded_at, id } = after ?? THE_LATEST
      return (asked.badge === null ? page : pageOfBadge).all({ ...asked, awarded_at, id })
    },

    /** The badges that a list may be narrowed to. */
    badges: (cohort_id: number, viewer: number) => badges.all({ cohort_id, viewer }),

    find: (cohort_id: number, viewer: number, id: string): GivenAward | null =>
      one.get({ cohort_id, viewer, id }) ?? null,

    /** @returns false where it was revoked before */
    revoke(cohort_id: number, award: GivenAward, { by, why, tell }: RevocationInput): boolean {
      return transaction(db, () => {
        if (revoke.run({ id: award.id, by, why, now: nowText(clock) }).changes === 0) return false
        activity.record('award.revoked', {
          person_id: by,
          cohort_id,
          subject_id: award.person_id,
          detail: detailOf(award),
        })
        if (tell) {
          const detail = { badge: award.title, href: `/awards/${award.id}` }
          const key = keyOf(award.id)
          notices.notify({ person_id: award.person_id, kind: 'award_revoked', key, cohort_id, detail, renew: true })
        }
        return true
      })
    },

    /** @returns false where it counts already */
    restore(cohort_id: number, award: GivenAward, by: number): boolean {
      return transaction(db, () => {
        if (restore.run(award.id).changes === 0) return false
        activity.record('award.restored', {
          person_id: by,
          cohort_id,
          subject_id: award.person_id,
          detail: detailOf(award),
        })
        notices.forget(award.person_id, keyOf(award.id))
        return true
      })
    },
  }
}
