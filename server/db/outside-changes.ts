import type { Database } from './open.ts'

/**
 * Runs `reload` whenever another process has committed to the database since the last look; a look costs a microsecond.
 * For what is kept in memory and changes rarely, such as settings.
 */
export function watchOutsideChanges(db: Database, reload: () => void): () => void {
  const version = db.prepare<[], number>('PRAGMA data_version').pluck()
  let seen = version.get()
  return () => {
    const now = version.get()
    if (now === seen) return
    seen = now
    reload()
  }
}
