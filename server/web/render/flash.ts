import type { Request } from 'express'

/** Something to say once, on the next page, by the key of its words. */
interface Flash {
  kind: 'said'
  key: string
  values?: Record<string, string | number>
}

declare global {
  namespace Express {
    interface Session {
      flash?: Flash[]
      /** Awards just earned, whose moment is still to come. */
      awards?: string[]
    }
  }
}

export function addFlash(req: Request, ...flash: Flash[]): void {
  if (flash.length > 0) req.session.flash = [...(req.session.flash ?? []), ...flash]
}

/** What is to be said on this page; asking takes it away. */
export function takeFlash(req: Request): Flash[] {
  const flash = req.session?.flash ?? []
  if (flash.length > 0) delete req.session.flash
  return flash
}

export function addAwards(req: Request, award_ids: string[]): void {
  if (award_ids.length > 0) req.session.awards = [...(req.session.awards ?? []), ...award_ids]
}

/** The awards whose moment is now, none where it is calm; asking takes them away. */
export function takeAwards(req: Request, { calm }: { calm: boolean }): string[] {
  const awards = req.session.awards ?? []
  if (awards.length > 0) delete req.session.awards
  return calm ? [] : awards
}
