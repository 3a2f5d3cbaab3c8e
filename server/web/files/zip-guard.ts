import { fromBufferPromise } from 'yauzl'
import { FileRefused } from './file-refused.ts'

/** Bounds of what a ZIP may hold. */
interface ZipLimits {
  entries: number
  /** Bytes of one entry, and of all of them, inflated. */
  each: number
  total: number
}

/**
 * Inflates every entry of a ZIP and counts it, as the sizes that a ZIP states can be wrong, before a library that knows
 * no bounds reads it.
 * @returns the names of the entries
 * @throws FileRefused
 */
export async function checkZip(bytes: Buffer, { entries, each, total }: ZipLimits): Promise<string[]> {
  const names: string[] = []
  let sum = 0
  try {
    const zip = await fromBufferPromise(bytes, { lazyEntries: true, validateEntrySizes: true })
    if (zip.entryCount > entries) throw new FileRefused('too_large_inside')
    for await (const entry of zip.eachEntry()) {
      names.push(entry.fileName)
      sum += entry.uncompressedSize
      if (entry.uncompressedSize > each || sum > total) throw new FileRefused('too_large_inside')
      if (entry.fileName.endsWith('/')) continue
      for await (const _piece of await zip.openReadStreamPromise(entry)) {
        // yauzl ends it with an error at the first byte beyond the stated size
      }
    }
  } catch (error) {
    throw error instanceof FileRefused ? error : new FileRefused('damaged', { cause: error })
  }
  return names
}
