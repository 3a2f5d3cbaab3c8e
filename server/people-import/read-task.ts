import { decodeList } from './decode-list.ts'
import { type ParsedList, readList } from './read-list.ts'

/** Reads a list of people, as a file or as text, in a thread of the pool; null for what is no text. */
export async function run(source: Uint8Array | string): Promise<ParsedList | null> {
  const text = typeof source === 'string' ? source : decodeList(source)
  if (text === null) return null
  return text.trim() === '' ? { ok: false, problem: 'empty', values: {} } : await readList(text)
}
