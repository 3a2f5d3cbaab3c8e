import type { Request, Response } from 'express'

interface SentPicture {
  type: 'image/webp' | 'image/jpeg'
  /** The file's name, in plain letters. */
  name: string
  /** Names the bytes: another picture never has the same. */
  tag: string
  /** Anybody may see it. */
  open: boolean
  vary: string
}

/** Nothing is said of the file itself; a data folder may well begin with a dot. */
const PLAIN = { etag: false, lastModified: false, cacheControl: false, dotfiles: 'allow' } as const

/**
 * A picture goes to whoever may see it and to nobody's program: no script, no type but its own. What everybody may see
 * is kept by everybody for five minutes, and may be shown by other sites' readers; the rest is asked for again each time.
 */
export function sendPicture(req: Request, res: Response, at: { root: string; file: string }, shown: SentPicture): void {
  const { type, name, tag, open, vary } = shown
  const etag = `"${tag}"`
  const headers = {
    'Content-Type': type,
    'Content-Disposition': `inline; filename="${name}"`,
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'Cache-Control': open ? 'public, max-age=300' : 'private, no-cache',
    'Cross-Origin-Resource-Policy': open ? 'cross-origin' : 'same-origin',
    ETag: etag,
    Vary: vary,
  }
  if (isNotModified(req, etag)) res.status(304).set(headers).end()
  else res.sendFile(at.file, { ...PLAIN, root: at.root, headers })
}

/**
 * Whether the browser has these bytes already. Some say "no-cache" while they ask whether theirs is still good: that is
 * for caches on the way, not for us.
 */
export function isNotModified(req: Request, etag: string): boolean {
  const known = (req.headers['if-none-match'] ?? '').split(',').map((each) => each.trim().replace(/^W\//, ''))
  return known.includes(etag)
}
