import type { Request } from 'express'
import { notFound } from '../web/http/http-error.ts'
import type { AwardDetails } from './awards/award-details.ts'

/** The one place that says who may see an award: everybody where its holder shares it, else she alone. */
export function mayReadAward(award: { shared: boolean; person: { id: number } }, viewer: number | null): boolean {
  return award.shared || award.person.id === viewer
}

/** Who looks at awards: what an admin sees with somebody else's eyes is only what everybody sees. */
export function viewerOf(req: Request): number | null {
  return req.impersonation ? null : (req.user?.id ?? null)
}

/** The award of an address, loaded through who looks; for everybody else there is none. */
export function awardOf(req: Request, awardDetails: { find(id: string): AwardDetails | null }): AwardDetails {
  const award = awardDetails.find(String(req.params['award'])) ?? notFound()
  return mayReadAward(award, viewerOf(req)) ? award : notFound()
}

/** SQL: is the `badge` a treasure that `:viewer` has not found? Also those who run a cohort find them by themselves. */
export const HIDES_TREASURE = `(
  badge.shape = 'gem'
  AND NOT EXISTS (SELECT 1 FROM award AS found
                   WHERE found.badge_id = badge.id AND found.person_id = :viewer AND found.revoked_at IS NULL))`
