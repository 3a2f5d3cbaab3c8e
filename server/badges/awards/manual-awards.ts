import type { ActivityLog } from '../../activity/activity.ts'
import { type Database, transaction } from '../../db/open.ts'
import type { Badges } from '../badges.ts'

/** The person has the award, or had it and it was revoked: an award is made once. */
export class AwardedBefore extends Error {
  readonly award_id: string
  readonly revoked: boolean

  constructor(award_id: string, revoked: boolean) {
    super(`awarded before as ${award_id}`)
    this.award_id = award_id
    this.revoked = revoked
  }
}

type ManualKind = 'by-hand' | 'judged'

interface ManualAward {
  badge_id: number
  person_id: number
  cohort_id: number
  by: number
  evidence: string
}

/** SQL: may people award the `badge` now? Not a treasure, which would be known to who awards or claims it. */
export const IS_GIVEN = "(badge.draft = 0 AND badge.position > 0 AND badge.shape <> 'gem')"

/** Badges that people award: by hand, or by accepting a claim. */
export function createManualAwards(
  db: Database,
  { activity, badges }: { activity: ActivityLog; badges: Pick<Badges, 'give'> },
) {
  const kindIn = `
    SELECT badge.id, badge.slug, badge.title FROM badge JOIN cohort ON cohort.course_id = badge.course_id
     WHERE cohort.id = :cohort_id AND ${IS_GIVEN} AND (badge.cohort_id IS NULL OR badge.cohort_id = cohort.id)
       AND rule ->> 'kind' = :kind`
  const ofKind = db.prepare<{ cohort_id: number; kind: ManualKind }, { id: number; slug: string; title: string }>(
    `${kindIn} ORDER BY position, badge.id`,
  )
  const slugOf = db.prepare<[number], string>('SELECT slug FROM badge WHERE id = ?').pluck()
  const isOfKind = db
    .prepare<{ cohort_id: number; kind: ManualKind; badge_id: number }, 1>(
      `SELECT 1 FROM (${kindIn} AND badge.id = :badge_id)`,
    )
    .pluck()
  const learners = db.prepare<{ cohort_id: number; typed: string }, { id: number; name: string }>(`
    SELECT person.id, person.name FROM person
      JOIN enrolment ON enrolment.person_id = person.id AND enrolment.cohort_id = :cohort_id
     WHERE left_at IS NULL AND enrolment.role = 'learner' AND (handle = :typed OR name = :typed COLLATE NOCASE) LIMIT 2`)
  const before = db.prepare<
    { badge_id: number; person_id: number; cohort_id: number },
    { id: string; revoked_at: string | null }
  >('SELECT id, revoked_at FROM award WHERE badge_id = :badge_id AND person_id = :person_id AND cohort_id = :cohort_id')

  const awardBefore = ({ badge_id, person_id, cohort_id }: Omit<ManualAward, 'by' | 'evidence'>) =>
    before.get({ badge_id, person_id, cohort_id }) ?? null
  const isGiven = (badge_id: number, cohort_id: number, kind: ManualKind) =>
    isOfKind.get({ badge_id, cohort_id, kind }) === 1

  /**
   * In the caller's transaction.
   * @returns the award's id
   * @throws AwardedBefore, so that nothing of the act is kept
   */
  function award(kind: 'award.given' | 'claim.accepted', given: ManualAward): string {
    const { badge_id, person_id, cohort_id, by, evidence } = given
    const badge = slugOf.get(badge_id) ?? ''
    const activity_id = activity.record(kind, { person_id: by, cohort_id, subject_id: person_id, detail: { badge } })
    const id = badges.give(badge_id, person_id, cohort_id, { activity_id, given_by: by, evidence })
    if (id !== null) return id
    const had = awardBefore(given)
    throw new AwardedBefore(had?.id ?? '', had?.revoked_at != null)
  }

  return {
    award,

    awardBefore,

    isGiven,

    /** The badges of a cohort that guides award by hand. */
    badges: (cohort_id: number) => ofKind.all({ cohort_id, kind: 'by-hand' }),

    /** The learners of a cohort with this handle or whole name: none, one, or two where more than one has it. */
    learnersNamed: (cohort_id: number, typed: string) => learners.all({ cohort_id, typed }),

    /**
     * Awards a badge that is given by hand.
     * @returns the award's id
     * @throws AwardedBefore
     */
    give(given: ManualAward): string {
      return transaction(db, () => {
        const { badge_id, cohort_id } = given
        if (!isGiven(badge_id, cohort_id, 'by-hand')) throw new Error(`${badge_id} is not given by hand`)
        return award('award.given', given)
      })
    },
  }
}

export type ManualAwards = ReturnType<typeof createManualAwards>
