import { createHash } from 'node:crypto'
import { type Clock, nowText } from '../../db/clock.ts'
import type { Database } from '../../db/open.ts'

/** The pictures of badges, in the database, so that a copy of the database file has them too. */
export function createBadgePictures(db: Database, clock: Clock) {
  const put = db.prepare(
    'INSERT INTO badge_picture (hash, bytes, added_at) VALUES (:hash, :bytes, :now) ON CONFLICT DO NOTHING',
  )
  const find = db.prepare<[string], Buffer>('SELECT bytes FROM badge_picture WHERE hash = ?').pluck()
  const tidy = db.prepare(
    'DELETE FROM badge_picture WHERE hash NOT IN (SELECT picture FROM badge_version WHERE picture IS NOT NULL)',
  )

  return {
    /** @param bytes a JPEG that was drawn here. @returns its name */
    keep(bytes: Buffer): string {
      const hash = createHash('sha256').update(bytes).digest('hex')
      put.run({ hash, bytes, now: nowText(clock) })
      return hash
    },

    bytes: (hash: string): Buffer | null => find.get(hash) ?? null,

    /** Lets go of what no version of any badge shows. */
    tidy: (): void => void tidy.run(),
  }
}

export type BadgePictures = ReturnType<typeof createBadgePictures>

/** Where a page finds one: nobody guesses it, and it never shows another. */
export function badgePictureAddress(hash: string): string {
  return `/badge-pictures/${hash}.jpg`
}

/** For a file that stands alone. */
export function pictureData(bytes: Buffer): string {
  return `data:image/jpeg;base64,${bytes.toString('base64')}`
}
