import { type Clock, nowText } from '../db/clock.ts'
import { type Database, transaction } from '../db/open.ts'
import { HttpError } from '../web/http/http-error.ts'
import type { Log } from '../web/operations/request-log.ts'
import type { ImageFiles } from './image-files.ts'
import { type ImageRow, type Picture, toPicture } from './picture.ts'
import { PoolBusyError, type ProcessPool } from './process-pool.ts'
import type { ReceivedImage } from './receive-upload.ts'
import type { ImageProblem } from './resize-image.ts'

/** Why a file was not added; the words are images.problem.<why>. */
export interface NotAdded {
  name: string
  why: ImageProblem | 'too_big' | 'not_kept' | 'busy' | 'quota'
}

interface Added extends Picture {
  name: string
  markdown: string
}

interface AddImagesDeps {
  files: ImageFiles
  pool: ProcessPool
  log: Log
  /** Bytes that a person's pictures may take together. */
  quota: () => number
}

/** Makes pictures of what somebody sent: files first, then rows. */
export function createAddImages(db: Database, clock: Clock, { files, pool, log, quota }: AddImagesDeps) {
  const own = db.prepare<[number, string], ImageRow>(
    'SELECT id, width, height, animated FROM image WHERE person_id = ? AND hash = ?',
  )
  const bytesOf = db.prepare<[number], number>('SELECT coalesce(sum(bytes), 0) FROM image WHERE person_id = ?').pluck()
  const insert = db.prepare<object, ImageRow>(`
    INSERT INTO image (person_id, hash, width, height, animated, bytes, added_at, unused_since)
    SELECT :person_id, :hash, :width, :height, :animated, :bytes, :now, :now
     WHERE (SELECT coalesce(sum(bytes), 0) FROM image WHERE person_id = :person_id) + :bytes <= :quota
    ON CONFLICT (person_id, hash) DO UPDATE SET unused_since = iif(unused_since IS NULL, NULL, :now)
    RETURNING id, width, height, animated`)
  const touch = db.prepare('UPDATE image SET unused_since = :now WHERE id = :id AND unused_since IS NOT NULL')
  const leave = db.prepare('INSERT OR IGNORE INTO image_left (hash) VALUES (?)')

  async function addOne(person_id: number, file: ReceivedImage): Promise<Added | NotAdded> {
    if (file.problem !== null) return { name: file.name, why: file.problem }
    const { name, at, hash } = file
    let stage: string | null = null
    try {
      const before = own.get(person_id, hash)
      if (before && files.has(hash)) {
        touch.run({ id: before.id, now: nowText(clock) })
        return toAdded(before, name)
      }
      if ((bytesOf.get(person_id) ?? 0) >= quota()) return { name, why: 'quota' }
      stage = await files.newFolder()
      const drawn = await pool.resize({ from: at, to: stage })
      if (drawn.problem !== null) return { name, why: drawn.problem }
      await files.keep(hash, stage)
      const { width, height, animated, bytes } = drawn
      const facts = { person_id, hash, width, height, animated: animated ? 1 : 0, bytes, quota: quota() }
      const row = transaction(db, () => note(facts))
      return row ? toAdded(row, name) : { name, why: 'quota' }
    } catch (error) {
      if (error instanceof PoolBusyError) return { name, why: 'busy' }
      // whoever sent it may not any more
      if (error instanceof HttpError) throw error
      log.error({ err: error }, 'a picture could not be kept')
      return { name, why: 'not_kept' }
    } finally {
      await files.drop(at)
      if (stage !== null) await files.drop(stage)
    }
  }

  /** The row after its files; cleaning holds the same lock, and so cannot have taken them away in between. */
  function note(facts: { hash: string }): ImageRow | null {
    if (!files.has(facts.hash)) throw new Error('the files of a picture went while it was added')
    const row = insert.get({ ...facts, now: nowText(clock) })
    if (!row) leave.run(facts.hash)
    return row ?? null
  }

  /** As far as they are pictures; the same file again is the same picture. */
  return async (person_id: number, received: ReceivedImage[]): Promise<{ images: Added[]; problems: NotAdded[] }> => {
    const done = await Promise.all(received.map((file) => addOne(person_id, file)))
    return {
      images: done.filter((one) => 'id' in one),
      problems: done.filter((one) => 'why' in one),
    }
  }
}

function toAdded(row: ImageRow, name: string): Added {
  return { ...toPicture(row), name, markdown: `![](/images/${row.id})` }
}
