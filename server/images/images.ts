import path from 'node:path'
import type { Readable } from 'node:stream'
import type { Clock } from '../db/clock.ts'
import type { Database } from '../db/open.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { bindViewer, IS_OPEN, MAY_READ } from '../reflections/policy.ts'
import type { Settings } from '../site/settings/settings.ts'
import type { Log } from '../web/operations/request-log.ts'
import { createAddImages } from './add-images.ts'
import { createImageFiles } from './image-files.ts'
import { type ImageRow, type Picture, toPicture } from './picture.ts'
import { createProcessPool } from './process-pool.ts'
import { type ReceivedImage, receive } from './receive-upload.ts'
import { createRemoveUnused } from './remove-unused.ts'
import { createResizeImage } from './resize-upload.ts'
import { type Format, fileName, type Size, sizesOf } from './sizes.ts'

/** A picture that its viewer may see. */
interface StoredImage {
  id: number
  hash: string
  width: number
  height: number
  animated: boolean
  /** Guests may see it too. */
  public: boolean
}

interface ImagesDeps {
  folder: string
  settings: Settings
  jobs: Jobs
  log: Log
}

const MEGABYTE = 1_000_000
const MOST_IN_A_TEXT = 200

/** SQL: is the picture in a reflection that `:viewer` may read in full? */
const SHOWN = `EXISTS (
  SELECT 1 FROM image_use JOIN reflection AS r ON r.id = image_use.reflection_id
   WHERE image_use.image_id = image.id AND ${MAY_READ} AND ${IS_OPEN})`
const SHOWN_TO_GUESTS = bindViewer('0', SHOWN)

export function createImages(db: Database, clock: Clock, { folder, settings, jobs, log }: ImagesDeps) {
  const files = createImageFiles(folder)
  const pool = createProcessPool()

  const find = db.prepare<{ id: number; viewer: number }, ImageRow & { hash: string; public: 0 | 1 }>(`
    SELECT id, hash, width, height, animated, ${SHOWN_TO_GUESTS} AS public
      FROM image WHERE id = :id AND ((person_id = :viewer AND (SELECT is_impersonated()) = 0) OR ${SHOWN})`)
  const ofTheirs = db.prepare<{ person_id: number; ids: string }, ImageRow>(`
    SELECT id, width, height, animated FROM image
     WHERE person_id = :person_id AND id IN (SELECT value FROM json_each(:ids))`)
  const allOf = db.prepare<[number], ImageRow & { hash: string }>(
    'SELECT id, hash, width, height, animated FROM image WHERE person_id = ? ORDER BY id',
  )
  const totals = db.prepare<[], { pictures: number; people: number; bytes: number }>(
    'SELECT count(*) AS pictures, count(DISTINCT person_id) AS people, coalesce(sum(bytes), 0) AS bytes FROM image',
  )
  const dropUses = db.prepare('DELETE FROM image_use WHERE reflection_id = ?')
  const addUses = db.prepare(`
    INSERT INTO image_use (image_id, reflection_id)
    SELECT image.id, r.id FROM image JOIN reflection AS r ON r.person_id = image.person_id
     WHERE r.id = :reflection_id AND image.id IN (SELECT value FROM json_each(:ids))`)
  const takeUp = db.prepare(
    'UPDATE image SET unused_since = NULL WHERE unused_since IS NOT NULL AND id IN (SELECT value FROM json_each(:ids))',
  )
  jobs.handle('images.clean', createRemoveUnused(db, clock, files), { lease: { minutes: 20 } })
  jobs.every('images.clean', { hours: 24 })

  const quotaMegabytes = () => Number(settings.value('upload_quota_mb'))

  return {
    /** One of our own drawings as PNG, made beside the pages. */
    svgToPng: pool.svgToPng,

    /** A picture that was drawn anew here, as PNG. */
    webpToPng: pool.webpToPng,

    /** Takes a file as it arrives; `add` goes on from there. */
    receive: (stream: Readable, called: string): Promise<ReceivedImage> => receive(files, log, stream, called),

    /** Forgets a file that arrived, where its request did not come to an end. */
    discard: async (file: ReceivedImage): Promise<void> => {
      if (file.problem === null) await files.drop(file.at)
    },

    add: createAddImages(db, clock, { files, pool, log, quota: () => quotaMegabytes() * MEGABYTE }),

    /** A picture that is nobody's, such as the site's sign: drawn anew, and handed over instead of kept. */
    resize: createResizeImage({ files, pool, log }),

    /** How much of it each person may have. */
    quotaMegabytes,

    /** What all of them take together. */
    total(): { pictures: number; people: number; megabytes: number } {
      const { pictures, people, bytes } = totals.get() ?? { pictures: 0, people: 0, bytes: 0 }
      return { pictures, people, megabytes: Math.ceil(bytes / MEGABYTE) }
    },

    /** @param viewer 0 for a guest */
    find(id: number, viewer: number): StoredImage | null {
      const row = find.get({ id, viewer })
      return row ? { ...row, animated: row.animated === 1, public: row.public === 1 } : null
    },

    /** The file that holds a size, below the folder of all pictures. */
    fileOf: ({ hash }: StoredImage, size: Size, format: Format) => ({
      root: files.folder,
      file: files.pathOf(hash, fileName(size, format)),
    }),

    /** All pictures of a person at their largest, each with a name to keep it under. */
    filesOf: (person_id: number): { id: number; name: string; file: string }[] =>
      allOf.all(person_id).flatMap(({ id, hash, ...row }) => {
        const animated = row.animated === 1
        const format = animated ? 'webp' : 'jpeg'
        const size = sizesOf({ ...row, animated }).at(-1)
        const file = size && path.join(files.folder, files.pathOf(hash, fileName(size, format)))
        return file ? [{ id, name: `${id}.${format === 'jpeg' ? 'jpg' : format}`, file }] : []
      }),

    /** The person's own pictures that a text names, by number. */
    usedIn(text: string, person_id: number): Map<number, Picture> {
      const ids = numbersIn(text, /\/images\/([1-9]\d{0,14})(?!\d)/g)
      if (ids.length === 0) return new Map()
      const rows = ofTheirs.all({ person_id, ids: JSON.stringify(ids) })
      return new Map(rows.map((row) => [row.id, toPicture(row)]))
    },

    /** Says which pictures a reflection shows from now on, read off its HTML; within the caller's transaction. */
    setUses(reflection_id: number, html: string): void {
      const ids = JSON.stringify(numbersIn(html, /<img src="\/images\/(\d+)\//g))
      dropUses.run(reflection_id)
      if (ids === '[]') return
      addUses.run({ reflection_id, ids })
      takeUp.run({ ids })
    },
  }
}

export type Images = ReturnType<typeof createImages>

function numbersIn(text: string, pattern: RegExp): number[] {
  return [...new Set(Array.from(text.matchAll(pattern), ([, id]) => Number(id)))].slice(0, MOST_IN_A_TEXT)
}
