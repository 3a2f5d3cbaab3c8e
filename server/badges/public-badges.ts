import type { Database } from '../db/open.ts'
import { timeZoneAtSql } from '../enrolments/time-zone-sql.ts'
import type { LocaleContext } from '../web/render/page-context.ts'
import { type BadgeLook, lookColumns } from './badge.ts'
import { HIDES_TREASURE } from './policy.ts'
import { type BadgeItem, drawPlain } from './presenter.ts'
import { NO_FACTS } from './rules/rule-facts.ts'
import { parseRule, progressOf } from './rules/rules.ts'

interface PublicAwardRow extends BadgeLook {
  id: string
  awarded_at: string
  time_zone: string
  rule: string
}

const MOST = 24

/** The badges that a person shows to everybody on their page; a treasure only to those who found it too. */
export function createPublicBadges(db: Database) {
  const shown = db.prepare<{ person_id: number; viewer: number; limit: number }, PublicAwardRow>(`
    SELECT award.id, awarded_at, ${timeZoneAtSql('awarded_at')} AS time_zone, ${lookColumns('was')}, was.rule
      FROM award
      JOIN badge ON badge.id = award.badge_id
      JOIN badge_version AS was ON was.badge_id = award.badge_id AND was.version = award.badge_version
      JOIN cohort ON cohort.id = award.cohort_id AND cohort.calm = 0
     WHERE award.person_id = :person_id AND shared = 1 AND revoked_at IS NULL AND NOT ${HIDES_TREASURE}
     ORDER BY awarded_at DESC, award.id LIMIT :limit`)

  /** @param viewer 0 for a guest */
  return function publicBadges(person_id: number, viewer: number, voice: LocaleContext): BadgeItem[] {
    return shown.all({ person_id, viewer, limit: MOST }).map(({ id, awarded_at, time_zone, rule, ...look }) => {
      const { of } = progressOf(
        parseRule(rule, () => []),
        NO_FACTS,
      )
      const words = voice.dates.full(voice.dates.dateOf(awarded_at, time_zone))
      return { href: `/awards/${id}`, title: look.title, words, drawing_html: drawPlain(voice, look, of) }
    })
  }
}
