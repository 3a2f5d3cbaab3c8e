import type { ActivityLog } from '../../activity/activity.ts'
import { type Clock, nowText } from '../../db/clock.ts'
import { type Database, transaction } from '../../db/open.ts'
import type { Notices } from '../../notifications/notices.ts'
import type { Badges } from '../badges.ts'

/** Somebody has it, or had it and it was taken back: an award comes into being once. */
export class AwardedBefore extends Error {
  readonly award_id: string
  readonly revoked: boolean

  constructor(award_id: string, revoked: boolean) {
    super(`awarded before as ${award_id}`)
    this.award_id = award_id
    this.revoked = revoked
  }
}

/** What a learner shows for a badge that is judged. */
export interface Claim {
  id: number
  evidence: string
  made_at: string
  /** A guide asks for more, and what she wrote. */
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

interface ByHand {
  badge_id: number
  person_id: number
  cohort_id: number
  by: number
  evidence: string
}

/** SQL: may people give the `badge` now? A treasure would be known to whoever gives it or asks for it. */
const IS_GIVEN = "(badge.draft = 0 AND badge.position > 0 AND badge.shape <> 'gem')"

/** SQL: a `claim` that may still be accepted. */
const IS_OPEN = `(
  claim.closed_at IS NULL AND ${IS_GIVEN} AND rule ->> 'kind' = 'judged'
  AND EXISTS (SELECT 1 FROM enrolment WHERE enrolment.cohort_id = claim.cohort_id AND enrolment.person_id = claim.person_id
                                       AND left_at IS NULL))`

/** What people give: by hand, or because somebody shows what it asks for. */
export function createGiving(
  db: Database,
  clock: Clock,
  {
    activity,
    badges,
    notices,
  }: { activity: ActivityLog; badges: Pick<Badges, 'give'>; notices: Pick<Notices, 'notify' | 'forget'> },
) {
  const kindIn = `
    SELECT badge.id, badge.slug, badge.title FROM badge JOIN cohort ON cohort.course_id = badge.course_id
     WHERE cohort.id = :cohort_id AND ${IS_GIVEN} AND (badge.cohort_id IS NULL OR badge.cohort_id = cohort.id)
       AND rule ->> 'kind' = :kind`
  const ofKind = db.prepare<{ cohort_id: number; kind: string }, { id: number; slug: string; title: string }>(
    `${kindIn} ORDER BY position, badge.id`,
  )
  const slugOf = db.prepare<[number], string>('SELECT slug FROM badge WHERE id = ?').pluck()
  const isOfKind = db
    .prepare<{ cohort_id: number; kind: string; badge_id: number }, 1>(
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

  /** @throws AwardedBefore, so that nothing of the act is kept */
  function give(
    kind: 'award.given' | 'claim.accepted',
    { badge_id, person_id, cohort_id, by, evidence }: ByHand,
  ): string {
    const badge = slugOf.get(badge_id) ?? ''
    const activity_id = activity.record(kind, { person_id: by, cohort_id, subject_id: person_id, detail: { badge } })
    const id = badges.give(badge_id, person_id, cohort_id, { activity_id, given_by: by, evidence })
    if (id !== null) return id
    const had = before.get({ badge_id, person_id, cohort_id })
    throw new AwardedBefore(had?.id ?? '', had?.revoked_at != null)
  }

  return {
    /** The badges of a cohort that guides give by hand. */
    byHand: (cohort_id: number) => ofKind.all({ cohort_id, kind: 'by-hand' }),

    /** The learners of a cohort whom a handle or a whole name means: none, one, or more than one. */
    whom: (cohort_id: number, typed: string) => learners.all({ cohort_id, typed }),

    /**
     * @returns the award's id
     * @throws AwardedBefore
     */
    give(given: ByHand): string {
      return transaction(db, () => {
        const { badge_id, cohort_id } = given
        if (!isOfKind.get({ badge_id, cohort_id, kind: 'by-hand' })) throw new Error(`${badge_id} is not given by hand`)
        return give('award.given', given)
      })
    },

    /** What a learner has asked for and waits for. */
    claimOf: (badge_id: number, person_id: number, cohort_id: number): Claim | null =>
      mine.get({ badge_id, person_id, cohort_id }) ?? null,

    /** Asks for a badge, or shows more for one that was asked for. @returns false where it is not to be asked for */
    claim(asking: { badge_id: number; person_id: number; cohort_id: number; evidence: string }): boolean {
      return transaction(db, () => {
        const { badge_id, person_id, cohort_id } = asking
        if (!isOfKind.get({ badge_id, cohort_id, kind: 'judged' })) return false
        if (before.get({ badge_id, person_id, cohort_id })) return false
        put.run({ ...asking, now: nowText(clock) })
        activity.record('claim.made', { person_id, cohort_id })
        const claim = mine.get({ badge_id, person_id, cohort_id })
        if (claim) notices.forget(person_id, keyOf(claim.id))
        return true
      })
    },

    /** Those that wait for a guide first, each group the oldest first. */
    waiting: (cohort_id: number, limit: number): WaitingClaim[] => waiting.all({ cohort_id, limit }),

    /** How many wait for a guide. */
    countWaiting: (cohort_id: number): number => countWaiting.get(cohort_id) ?? 0,

    /**
     * @returns whom it was for; null where somebody else decided before, or it is no longer given
     * @throws AwardedBefore where it was hers and was taken back: the claim stays
     */
    accept(id: number, cohort_id: number, by: number): { person_id: number } | null {
      return transaction(db, () => {
        const claim = one.get({ id, cohort_id })
        if (!claim || close.run({ id, by, now: nowText(clock) }).changes === 0) return null
        const { badge_id, person_id, evidence } = claim
        try {
          transaction(db, () => give('claim.accepted', { badge_id, person_id, cohort_id, by, evidence }))
        } catch (error) {
          // it came to her in another way meanwhile: there is nothing left to ask for
          if (!(error instanceof AwardedBefore) || error.revoked) throw error
        }
        notices.forget(person_id, keyOf(id))
        return { person_id }
      })
    },

    /**
     * Asks the learner to show more; what she wrote stays, and she may write again.
     * @param evidence what the guide read: nothing happens where she has written again meanwhile
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
