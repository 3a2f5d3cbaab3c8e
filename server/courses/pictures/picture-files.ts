import { createHash, randomUUID } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { removeTempFiles } from '../../db/temp-files.ts'

/** A picture of a course, by its name in the folder: `garden.webp`. */
export interface CoursePicture {
  name: string
  hash: string
  width: number
  height: number
  bytes: number
}

/** The files of course pictures: `<two letters>/<hash>.webp`, each stored once. */
export function pictureFiles(folder: string) {
  const pathOf = (hash: string) => path.join(hash.slice(0, 2), `${hash}.webp`)

  return {
    folder,
    /** Below `folder`. */
    pathOf,

    /** @returns the hash it is stored under; the rename makes sure that no half-written picture is ever read */
    async keep(bytes: Uint8Array): Promise<string> {
      const hash = hashOf(bytes)
      const place = path.join(folder, pathOf(hash))
      if (existsSync(place)) return hash
      await mkdir(path.dirname(place), { recursive: true, mode: 0o700 })
      const stage = `${place}.${randomUUID()}`
      await writeFile(stage, bytes, { mode: 0o600, flush: true })
      await rename(stage, place)
      return hash
    },

    has: (hash: string): boolean => existsSync(path.join(folder, pathOf(hash))),

    read: (hash: string): Promise<Buffer> => readFile(path.join(folder, pathOf(hash))),

    remove: (hash: string): void => rmSync(path.join(folder, pathOf(hash)), { force: true }),

    /** Removes files that no row names, unless they are newer than the given instant. */
    async sweep(before: Temporal.Instant, isNeeded: (hash: string) => boolean): Promise<void> {
      for (const two of await readdir(folder).catch(() => []))
        await removeTempFiles(path.join(folder, two), before, isNeeded)
    },
  }
}

export function hashOf(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
