import type { Request } from 'express'

/** A message that the next page shows once. */
interface Flash {
  kind: 'said'
  key: string
  values?: Record<string, string | number>
}

declare global {
  namespace Express {
    interface Session {
      flash?: Flash[]
      /** Ids of awards that the next page celebrates. */
      awards?: string[]
    }
  }
}

export function addFlash(req: Request, ...flash: Flash[]): void {
  if (flash.length > 0) req.session.flash = [...(req.session.flash ?? []), ...flash]
}

/** The pending messages, which are removed from the session. */
export function takeFlash(req: Request): Flash[] {
  const flash = req.session?.flash ?? []
  if (flash.length > 0) delete req.session.flash
  return flash
}

export function addAwards(req: Request, award_ids: string[]): void {
  if (award_ids.length > 0) req.session.awards = [...(req.session.awards ?? []), ...award_ids]
}

/** Ids of the awards to celebrate, which are removed from the session; none in calm mode. */
export function takeAwards(req: Request, { calm }: { calm: boolean }): string[] {
  const awards = req.session.awards ?? []
  if (awards.length > 0) delete req.session.awards
  return calm ? [] : awards
}
