import { BUNDLED_CONTEXTS } from './jsonld-contexts.ts'

/** A credential of ours is 2 to 6 kB, 70 values and 8 levels. */
const MOST_BYTES = 64_000
const MOST_VALUES = 1000
const DEEPEST = 16
/**
 * A plain term, as our own credentials have them. JSON-LD lets the same statement be written in many ways, by a full address
 * or a keyword: what is read out of the JSON here would then be less than what was signed, without a revocation list, say.
 */
const TERM = /^[a-z]\w*$/i

/** Why a document is not canonicalised here, found without doing so; null where it may be. */
export function refusedBefore(document: Record<string, unknown>): 'size' | 'context' | null {
  if (Buffer.byteLength(JSON.stringify(document)) > MOST_BYTES) return 'size'
  const contexts = [document['@context']].flat()
  if (!contexts.every((each) => typeof each === 'string' && BUNDLED_CONTEXTS.includes(each))) return 'context'
  const { '@context': _, ...inner } = document
  const found = { values: 0, plain: true }
  if (!isWithin(inner, DEEPEST, found)) return 'size'
  return found.plain ? null : 'context'
}

function isWithin(value: unknown, left: number, found: { values: number; plain: boolean }): boolean {
  found.values += 1
  if (left === 0 || found.values > MOST_VALUES) return false
  if (typeof value !== 'object' || value === null) return true
  if (!Array.isArray(value)) found.plain &&= Object.keys(value).every((key) => TERM.test(key))
  return Object.values(value).every((inner) => isWithin(inner, left - 1, found))
}
