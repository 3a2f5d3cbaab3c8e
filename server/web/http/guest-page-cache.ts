import type { RequestHandler, Response } from 'express'
import type { Clock } from '../../db/clock.ts'
import type { Database } from '../../db/open.ts'
import { acceptedLanguages } from '../text/languages.ts'
import type { EncodableBody } from './compression.ts'
import { sendEncodedBody } from './send-body.ts'

const MOST = 200

/**
 * Whole pages for guests, kept by address and by the languages a guest reads, for as long as nothing in the database
 * changed and the minute lasts: they hold nothing personal, and a course that is passed around is read by many at once.
 */
export function cacheGuestPages(db: Database, clock: Clock, courseLanguages: () => string[]): RequestHandler {
  const changesHere = db.prepare<[], number>('SELECT total_changes()').pluck()
  const changesElsewhere = db.prepare<[], number>('PRAGMA data_version').pluck()
  let now = ''
  let languages: string[] = []
  const pages = new Map<string, EncodableBody>()

  return (req, res, next) => {
    if ((req.method !== 'GET' && req.method !== 'HEAD') || req.headers.cookie !== undefined) return next()
    const current = `${changesHere.get()} ${changesElsewhere.get()} ${Math.floor(clock.now().epochMilliseconds / 60_000)}`
    if (current !== now || pages.size >= MOST) {
      now = current
      languages = courseLanguages()
      pages.clear()
    }
    const key = `${acceptedLanguages(req, languages)} ${req.originalUrl}`
    const page = pages.get(key)
    if (page !== undefined) {
      res.setHeader('Cache-Control', 'no-cache')
      res.setHeader('Vary', 'Accept-Language, Cookie')
      res.setHeader('Content-Type', 'text/html; charset=utf-8')
      sendEncodedBody(res, page)
      return
    }
    res.setHeader('Vary', 'Accept-Language')
    res.locals['keepPage'] = (body: EncodableBody) => {
      if (current === now) pages.set(key, body)
    }
    next()
  }
}

/** Offers a finished page to the keeper; it takes what is a plain answer to a guest. */
export function cacheIfGuestPage(res: Response, body: EncodableBody): void {
  const keep = res.locals['keepPage'] as ((body: EncodableBody) => void) | undefined
  const plain = res.statusCode === 200 && res.getHeader('Set-Cookie') === undefined
  const secret = String(res.getHeader('Cache-Control')).includes('no-store')
  // another who asks at this address may want no page: the key knows nothing of that
  const negotiated = /(?:^|,\s*)Accept(?:,|$)/i.test(String(res.getHeader('Vary')))
  if (keep && plain && !secret && !negotiated) keep(body)
}
