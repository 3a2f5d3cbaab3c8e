import { randomUUID } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { removeTempFiles } from '../db/temp-files.ts'

/** More than any upload takes. */
const TEMP_FILE_AGE = Temporal.Duration.from({ hours: 24 })

/**
 * Where pictures lie: `<two letters>/<hash>/<step>.<format>`. Names are made here; nothing of what a sender calls a
 * file becomes part of a path. What is on its way stands in `incoming/`, and moves in whole by one rename.
 */
export function createImageFiles(folder: string) {
  const incoming = path.join(folder, 'incoming')
  const placeOf = (hash: string) => path.join(folder, hash.slice(0, 2), hash)

  return {
    folder,

    /** A path for a file that is being received. */
    async newName(): Promise<string> {
      await mkdir(incoming, { recursive: true, mode: 0o700 })
      return path.join(incoming, randomUUID())
    },

    /** Creates an empty folder for files that are being written. */
    async newFolder(): Promise<string> {
      const made = path.join(incoming, randomUUID())
      await mkdir(made, { recursive: true, mode: 0o700 })
      return made
    },

    drop: (name: string): Promise<void> => rm(name, { recursive: true, force: true }),

    /** Moves a finished folder to its place; where the same picture lies there already, that one stays. */
    async keep(hash: string, from: string): Promise<void> {
      const place = placeOf(hash)
      await mkdir(path.dirname(place), { recursive: true, mode: 0o700 })
      try {
        await rename(from, place)
      } catch (error) {
        if (!existsSync(place)) throw error
      }
    },

    has: (hash: string): boolean => existsSync(placeOf(hash)),

    /** Below `folder`. */
    pathOf: (hash: string, name: string): string => path.join(hash.slice(0, 2), hash, name),

    /** At once, so that it can be done within a transaction. */
    remove: (hash: string): void => rmSync(placeOf(hash), { recursive: true, force: true }),

    /** Removes what a crash left in `incoming/` a day ago. */
    removeTempFiles: (now: Temporal.Instant): Promise<void> =>
      removeTempFiles(incoming, now.subtract(TEMP_FILE_AGE), () => false),
  }
}

export type ImageFiles = ReturnType<typeof createImageFiles>
