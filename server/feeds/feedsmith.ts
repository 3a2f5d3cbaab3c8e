import { createRequire } from 'node:module'
import type { parseFeed } from 'feedsmith'

/** A parsed feed of one of the formats. */
export type AnyFeed = ReturnType<typeof parseFeed<string>>

let loaded: typeof import('feedsmith') | undefined

/** Reads and writes feeds. Loaded when first asked for: many sites never do, and it takes 5 MB. */
export function feedsmith(): typeof import('feedsmith') {
  loaded ??= createRequire(import.meta.url)('feedsmith') as typeof import('feedsmith')
  return loaded
}
