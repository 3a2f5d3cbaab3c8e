import type { Request } from 'express'
import { notFound } from '../web/http/http-error.ts'
import type { AwardDetails } from './awards/award-details.ts'

/** The one place that says who may see an award: everybody where its holder shares it, else the holder alone. */
export function mayReadAward(award: { shared: boolean; person: { id: number } }, viewer: number | null): boolean {
  return award.shared || award.person.id === viewer
}

/** The viewer of an award, null for a guest; an admin who views the site as another person sees what a guest sees. */
export function viewerOf(req: Request): number | null {
  return req.impersonation ? null : (req.user?.id ?? null)
}

/** The award of an address. Throws 404 for a viewer who may not read it. */
export function awardOf(req: Request, awardDetails: { find(id: string): AwardDetails | null }): AwardDetails {
  const award = awardDetails.find(String(req.params['award'])) ?? notFound()
  return mayReadAward(award, viewerOf(req)) ? award : notFound()
}

/** SQL: is the `badge` a treasure that `:viewer` has not found? Also those who run a cohort find them by themselves. */
export const HIDES_TREASURE = `(
  badge.shape = 'gem'
  AND NOT EXISTS (SELECT 1 FROM award AS found
                   WHERE found.badge_id = badge.id AND found.person_id = :viewer AND found.revoked_at IS NULL))`
