import type { ActivityLog } from '../../activity/activity.ts'
import { type Clock, nowText } from '../../db/clock.ts'
import { type Database, transaction } from '../../db/open.ts'
import type { Notices } from '../../notifications/notices.ts'
import { AwardedBefore, IS_GIVEN, type ManualAwards } from './manual-awards.ts'

/** The evidence that a learner shows for a badge that a guide decides about. */
export interface Claim {
  id: number
  evidence: string
  made_at: string
  /** When a guide asked for more, and the guide's note. */
  asked_at: string | null
  note: string | null
}

export interface WaitingClaim extends Claim {
  badge_id: number
  title: string
  ask: string
  person_id: number
  name: string
  handle: string
  asked_by: string | null
}

/** SQL: a `claim` that may still be accepted. */
const IS_OPEN = `(
  claim.closed_at IS NULL AND ${IS_GIVEN} AND rule ->> 'kind' = 'judged'
  AND EXISTS (SELECT 1 FROM enrolment WHERE enrolment.cohort_id = claim.cohort_id AND enrolment.person_id = claim.person_id
                                       AND left_at IS NULL))`

/** Badges that a learner asks for by showing something, and that a guide decides about. */
export function createClaims(
  db: Database,
  clock: Clock,
  {
    activity,
    manualAwards,
    notices,
  }: { activity: ActivityLog; manualAwards: ManualAwards; notices: Pick<Notices, 'notify' | 'forget'> },
) {
  const mine = db.prepare<{ badge_id: number; person_id: number; cohort_id: number }, Claim>(`
    SELECT id, evidence, made_at, asked_at, note FROM claim
     WHERE badge_id = :badge_id AND person_id = :person_id AND cohort_id = :cohort_id AND closed_at IS NULL`)
  const put = db.prepare(`
    INSERT INTO claim (badge_id, person_id, cohort_id, evidence, made_at)
    VALUES (:badge_id, :person_id, :cohort_id, :evidence, :now)
    ON CONFLICT (badge_id, person_id, cohort_id) WHERE closed_at IS NULL
    DO UPDATE SET evidence = excluded.evidence, made_at = excluded.made_at, asked_at = NULL`)
  const waiting = db.prepare<{ cohort_id: number; limit: number }, WaitingClaim>(`
    SELECT claim.id, badge_id, evidence, made_at, asked_at, note, title, rule ->> 'ask' AS ask, person_id, person.name,
           person.handle, (SELECT name FROM person AS asker WHERE asker.id = asked_by) AS asked_by
      FROM claim JOIN badge ON badge.id = badge_id JOIN person ON person.id = person_id
     WHERE claim.cohort_id = :cohort_id AND ${IS_OPEN}
     ORDER BY asked_at IS NOT NULL, made_at, claim.id LIMIT :limit`)
  const countWaiting = db
    .prepare<[number], number>(
      `
      SELECT count(*) FROM claim JOIN badge ON badge.id = badge_id
       WHERE claim.cohort_id = ? AND asked_at IS NULL AND ${IS_OPEN}`,
    )
    .pluck()
  const one = db.prepare<
    { id: number; cohort_id: number },
    { badge_id: number; person_id: number; evidence: string; slug: string; title: string }
  >(`
    SELECT badge_id, person_id, evidence, slug, title FROM claim JOIN badge ON badge.id = badge_id
     WHERE claim.id = :id AND claim.cohort_id = :cohort_id AND ${IS_OPEN}`)
  const close = db.prepare('UPDATE claim SET closed_at = :now, closed_by = :by WHERE id = :id AND closed_at IS NULL')
  const askMore = db.prepare(`
    UPDATE claim SET asked_at = :now, asked_by = :by, note = :note
     WHERE id = :id AND closed_at IS NULL AND evidence = :evidence`)

  const keyOf = (claim_id: number) => `claim_more ${claim_id}`

  return {
    /** The learner's claim that waits for a decision. */
    openClaim: (badge_id: number, person_id: number, cohort_id: number): Claim | null =>
      mine.get({ badge_id, person_id, cohort_id }) ?? null,

    /** Claims a badge, or changes the evidence of an open claim. @returns false where it cannot be claimed */
    submit(asking: { badge_id: number; person_id: number; cohort_id: number; evidence: string }): boolean {
      return transaction(db, () => {
        const { badge_id, person_id, cohort_id } = asking
        if (!manualAwards.isGiven(badge_id, cohort_id, 'judged')) return false
        if (manualAwards.awardBefore(asking)) return false
        put.run({ ...asking, now: nowText(clock) })
        activity.record('claim.made', { person_id, cohort_id })
        const claim = mine.get({ badge_id, person_id, cohort_id })
        if (claim) notices.forget(person_id, keyOf(claim.id))
        return true
      })
    },

    /** Open claims: those that wait for a guide first, then those that wait for the learner; each group oldest first. */
    waiting: (cohort_id: number, limit: number): WaitingClaim[] => waiting.all({ cohort_id, limit }),

    /** How many wait for a guide. */
    countWaiting: (cohort_id: number): number => countWaiting.get(cohort_id) ?? 0,

    /**
     * @returns whom it was for; null where another guide decided before, or the badge is no longer awarded
     * @throws AwardedBefore where the badge was awarded and revoked: the claim stays open
     */
    accept(id: number, cohort_id: number, by: number): { person_id: number } | null {
      return transaction(db, () => {
        const claim = one.get({ id, cohort_id })
        if (!claim || close.run({ id, by, now: nowText(clock) }).changes === 0) return null
        const { badge_id, person_id, evidence } = claim
        try {
          transaction(db, () => manualAwards.award('claim.accepted', { badge_id, person_id, cohort_id, by, evidence }))
        } catch (error) {
          // it was awarded in another way meanwhile: the claim is settled
          if (!(error instanceof AwardedBefore) || error.revoked) throw error
        }
        notices.forget(person_id, keyOf(id))
        return { person_id }
      })
    },

    /**
     * Asks the learner to show more; the evidence stays and can be changed.
     * @param evidence what the guide read: nothing happens where the learner has changed it meanwhile
     */
    askMore(id: number, cohort_id: number, { by, note, evidence }: { by: number; note: string; evidence: string }) {
      return transaction(db, () => {
        const claim = one.get({ id, cohort_id })
        if (!claim || askMore.run({ id, by, note, evidence, now: nowText(clock) }).changes === 0) return false
        const { person_id, slug, title } = claim
        activity.record('claim.answered', { person_id: by, cohort_id, subject_id: person_id, detail: { badge: slug } })
        const detail = { badge: title, href: `/badges/${slug}` }
        notices.notify({ person_id, kind: 'claim_more', key: keyOf(id), cohort_id, actor_id: by, detail, renew: true })
        return true
      })
    },
  }
}
