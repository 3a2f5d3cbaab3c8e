import type { ListEncoding } from './choices.ts'
import { decodeAs } from './encodings.ts'

/** Encodings that UTF-8 is taken for by mistake. */
const MISTAKEN: readonly ListEncoding[] = [
  'windows-1252',
  'macintosh',
  'cp850',
  'cp437',
  'windows-1251',
  'windows-1250',
]
const MOST_ROUNDS = 3
/** Names hold no question marks; programs write them for letters that an encoding lacks. */
const LOST = /\ufffd|\p{L}\?+\p{L}|\p{L}\?+$|^\?+\p{L}/u

const tables = new Map<ListEncoding, Map<string, number>>()

/** The byte of each character in an encoding of single bytes. */
function tableOf(encoding: ListEncoding): Map<string, number> {
  const known = tables.get(encoding)
  if (known) return known
  const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
  const table = new Map(Array.from(decodeAs(all, encoding), (sign, byte) => [sign, byte]))
  tables.set(encoding, table)
  return table
}

/** Whether letters of a name are lost beyond repair. */
export function hasLostLetters(name: string): boolean {
  return LOST.test(name)
}

/**
 * What was meant by UTF-8 that a program read in another encoding: "RenÃ©" -> "René". Text that is as it should be, and
 * text that cannot be repaired, stays.
 */
export function repairedText(text: string): string {
  let repaired = text
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const next = repairedOnce(repaired)
    if (next === repaired) break
    repaired = next
  }
  return repaired
}

function repairedOnce(text: string): string {
  if (!/\P{ASCII}/u.test(text)) return text
  for (const encoding of MISTAKEN) {
    const table = tableOf(encoding)
    const bytes = Array.from(text, (sign) => table.get(sign) ?? -1)
    if (bytes.includes(-1)) continue
    const meant = asUtf8(Buffer.from(bytes))
    // a single match in Cyrillic or Polish may be a word
    const pairs = [...text].length - [...(meant ?? text)].length
    if (meant !== null && (encoding === 'windows-1252' || encoding === 'macintosh' || pairs > 1)) return meant
  }
  return text
}

function asUtf8(bytes: Buffer): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return /[\p{Cc}\p{Co}\p{Cn}]/u.test(text) ? null : text
  } catch {
    return null
  }
}
