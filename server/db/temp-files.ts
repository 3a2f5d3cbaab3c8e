import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'

/**
 * Takes away the files of a folder that a crash left behind: those last written before an instant that nothing names.
 * @param isNamed asked by the file's name without what follows its first dot
 */
export async function removeTempFiles(
  folder: string,
  before: Temporal.Instant,
  isNamed: (name: string) => boolean,
): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const file = path.join(folder, name)
    const { mtimeMs } = await stat(file)
    if (mtimeMs < before.epochMilliseconds && !isNamed(name.split('.', 1)[0] ?? '')) await rm(file, { force: true })
  }
}
