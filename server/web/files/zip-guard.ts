import { fromBufferPromise } from 'yauzl'

/** Bounds of what a ZIP may hold. */
interface ZipLimits {
  entries: number
  /** Bytes of one entry, and of all of them, inflated. */
  each: number
  total: number
}

export class ZipRefused extends Error {
  override name = 'ZipRefused'
  readonly reason: 'damaged' | 'too_large_inside'

  constructor(reason: ZipRefused['reason'], options?: ErrorOptions) {
    super(`The ZIP is ${reason}`, options)
    this.reason = reason
  }
}

/**
 * Inflates every entry of a ZIP and counts it, as the sizes that a ZIP states can be wrong, before a library that knows
 * no bounds reads it.
 * @returns the names of the entries
 * @throws ZipRefused
 */
export async function checkZip(bytes: Buffer, { entries, each, total }: ZipLimits): Promise<string[]> {
  const names: string[] = []
  let sum = 0
  try {
    const zip = await fromBufferPromise(bytes, { lazyEntries: true, validateEntrySizes: true })
    if (zip.entryCount > entries) throw new ZipRefused('too_large_inside')
    for await (const entry of zip.eachEntry()) {
      names.push(entry.fileName)
      sum += entry.uncompressedSize
      if (entry.uncompressedSize > each || sum > total) throw new ZipRefused('too_large_inside')
      if (entry.fileName.endsWith('/')) continue
      for await (const _piece of await zip.openReadStreamPromise(entry)) {
        // yauzl ends it with an error at the first byte beyond the stated size
      }
    }
  } catch (error) {
    throw error instanceof ZipRefused ? error : new ZipRefused('damaged', { cause: error })
  }
  return names
}
