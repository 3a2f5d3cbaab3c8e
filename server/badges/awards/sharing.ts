import { type Database, transaction } from '../../db/open.ts'

interface Choice {
  award_id: string
  person_id: number
  shared: boolean
  evidence_shared: boolean
}

/** What a person decides about their own awards: whether everybody may see one, and what it was earned with. */
export function createSharing(db: Database) {
  const one = db.prepare<{ award_id: string; person_id: number; shared: 0 | 1; evidence: 0 | 1 }>(`
    UPDATE award SET shared = :shared, evidence_shared = :evidence WHERE id = :award_id AND person_id = :person_id`)
  const all = db.prepare<{ person_id: number; cohort_id: number; shared: 0 | 1 }>(`
    UPDATE award SET shared = :shared
     WHERE person_id = :person_id AND cohort_id = :cohort_id AND revoked_at IS NULL
       AND (:shared = 0 OR (SELECT shape FROM badge WHERE badge.id = award.badge_id) <> 'gem')`)

  return {
    /** @returns false where it is not the person's own */
    choose({ award_id, person_id, shared, evidence_shared }: Choice): boolean {
      const evidence = shared && evidence_shared ? 1 : 0
      return transaction(db, () => one.run({ award_id, person_id, shared: shared ? 1 : 0, evidence }).changes === 1)
    },

    /** All of a person's awards in a cohort but treasures, which are shared one by one. */
    chooseAll(person_id: number, cohort_id: number, shared: boolean): void {
      transaction(db, () => all.run({ person_id, cohort_id, shared: shared ? 1 : 0 }))
    },
  }
}
