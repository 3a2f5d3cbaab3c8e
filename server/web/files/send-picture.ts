import type { Request, Response } from 'express'
import { contentDisposition, fixedName } from './content-disposition.ts'

interface SentPicture {
  type: 'image/webp' | 'image/jpeg'
  /** ASCII file name. */
  name: string
  /** Identifies the bytes, for the ETag. */
  tag: string
  /** Whether guests may see it. */
  open: boolean
  vary: string
}

/** No headers from the file system; the path of a data folder may contain a dot file. */
const SEND_OPTIONS = { etag: false, lastModified: false, cacheControl: false, dotfiles: 'allow' } as const

/**
 * Sends a picture, which the headers keep from being run as a script or read as another type. Public ones are cached for
 * five minutes and may be embedded by other sites; private ones are revalidated each time.
 */
export function sendPicture(req: Request, res: Response, at: { root: string; file: string }, shown: SentPicture): void {
  const { type, name, tag, open, vary } = shown
  const etag = `"${tag}"`
  const headers = {
    'Content-Type': type,
    'Content-Disposition': contentDisposition(fixedName(name), 'inline'),
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'Cache-Control': open ? 'public, max-age=300' : 'private, no-cache',
    'Cross-Origin-Resource-Policy': open ? 'cross-origin' : 'same-origin',
    ETag: etag,
    Vary: vary,
  }
  if (isNotModified(req, etag)) res.status(304).set(headers).end()
  else res.sendFile(at.file, { ...SEND_OPTIONS, root: at.root, headers })
}

/**
 * Whether the browser has these bytes already. Unlike `req.fresh` it ignores `Cache-Control: no-cache` of the request, which
 * some browsers send when they revalidate.
 */
export function isNotModified(req: Request, etag: string): boolean {
  const known = (req.headers['if-none-match'] ?? '').split(',').map((each) => each.trim().replace(/^W\//, ''))
  return known.includes(etag)
}
