import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'

/**
 * Removes files and folders that a crash left in a folder: those last written before an instant that are not in use.
 * @param isUsed gets the file's name up to its first dot
 */
export async function removeTempFiles(
  folder: string,
  before: Temporal.Instant,
  isUsed: (name: string) => boolean,
): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const file = path.join(folder, name)
    const { mtimeMs } = await stat(file)
    if (mtimeMs < before.epochMilliseconds && !isUsed(name.split('.', 1)[0] ?? ''))
      await rm(file, { recursive: true, force: true })
  }
}
