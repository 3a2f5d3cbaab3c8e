import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Log } from '../web/operations/request-log.ts'
import type { NotAdded } from './add-images.ts'
import type { ImageFiles } from './image-files.ts'
import { PoolBusyError, type ProcessPool } from './process-pool.ts'
import type { ReceivedImage } from './receive-upload.ts'
import { type Format, fileName, sizesOf } from './sizes.ts'

interface Redrawn {
  why: null
  width: number
  height: number
  animated: boolean
  bytes: Buffer
}

/** Draws what somebody sent anew as one picture, in the smallest size it comes in or the largest, and forgets the file. */
export function createResizeImage({ files, pool, log }: { files: ImageFiles; pool: ProcessPool; log: Log }) {
  return async (
    file: ReceivedImage,
    wanted: 'smallest' | 'largest' = 'smallest',
    format: Format = 'webp',
  ): Promise<Redrawn | NotAdded> => {
    if (file.problem !== null) return { name: file.name, why: file.problem }
    let stage: string | null = null
    try {
      stage = await files.newFolder()
      const drawn = await pool.resize({ from: file.at, to: stage })
      if (drawn.problem !== null) return { name: file.name, why: drawn.problem }
      const size = sizesOf(drawn).at(wanted === 'largest' ? -1 : 0)
      if (!size) return { name: file.name, why: 'damaged' }
      const bytes = await readFile(path.join(stage, fileName(size, format)))
      return { why: null, width: size.width, height: size.height, animated: drawn.animated, bytes }
    } catch (error) {
      if (error instanceof PoolBusyError) return { name: file.name, why: 'busy' }
      log.error({ err: error }, 'a picture could not be drawn anew')
      return { name: file.name, why: 'not_kept' }
    } finally {
      await files.drop(file.at)
      if (stage !== null) await files.drop(stage)
    }
  }
}
