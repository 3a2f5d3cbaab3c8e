import { markedEncoding } from '../../web/text/decode-bytes.ts'

/** Files that are no list, or none that is read here; each has words that say how to make one of it. */
type RefusedKind =
  | 'old_excel'
  | 'encrypted'
  | 'binary_excel'
  | 'open_document'
  | 'numbers'
  | 'word'
  | 'pdf'
  | 'web_page'
  | 'contacts'
  | 'archive'
  | 'no_text'

const ASCII_BEFORE = 2000
const TEXT_STARTS: [RegExp, RefusedKind][] = [
  [/^%PDF-/, 'pdf'],
  [/^\{\\rtf/, 'word'],
  [/^(?:<!doctype html|<html|<table|<meta)/i, 'web_page'],
  [/^<\?xml[^>]*>\s*(?:<\?mso-application[^>]*>\s*)?<(?:\w+:)?Workbook/i, 'old_excel'],
  [/^BEGIN:VCARD/i, 'contacts'],
  [/^dn:\s/i, 'contacts'],
]

/** What a file is, by its first bytes. An Office file and an archive of anything both are `zip`. */
export function kindOf(bytes: Buffer): 'text' | 'zip' | RefusedKind {
  const starts = (...first: number[]) => first.every((byte, at) => bytes[at] === byte)
  if (starts(0x50, 0x4b, 3, 4) || starts(0x50, 0x4b, 5, 6)) return 'zip'
  if (starts(0xd0, 0xcf, 0x11, 0xe0)) return compoundKind(bytes)
  // Excel before 1997 wrote its records without a container
  if (bytes[0] === 0x09 && [0, 2, 4, 8].includes(bytes[1] ?? 1) && bytes.subarray(0, 8).includes(0)) return 'old_excel'
  if (starts(0x1f, 0x8b) || starts(0x37, 0x7a, 0xbc, 0xaf) || starts(0x52, 0x61, 0x72, 0x21)) return 'archive'
  const start = bytes.subarray(0, ASCII_BEFORE).toString('latin1').replace(/^ï»¿/, '').trimStart()
  return TEXT_STARTS.find(([pattern]) => pattern.test(start))?.[1] ?? 'text'
}

/** The container of old Office files, which encrypted new ones lie in as well. */
function compoundKind(bytes: Buffer): RefusedKind {
  const holds = (name: string) => bytes.includes(Buffer.from(name, 'utf16le'))
  if (holds('EncryptedPackage')) return 'encrypted'
  return holds('WordDocument') ? 'word' : 'old_excel'
}

/** What a ZIP is, by the names in it. */
export function zipKind(names: readonly string[]): 'xlsx' | RefusedKind {
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name))
  if (has(/^xl\/workbook\.bin$/i)) return 'binary_excel'
  if (has(/^xl\//i)) return 'xlsx'
  if (has(/^word\//i)) return 'word'
  if (has(/\.iwa$/i) || has(/^Index\.zip$/i)) return 'numbers'
  return has(/^content\.xml$/) ? 'open_document' : 'archive'
}

const MOST_SAMPLED = 20_000

/** UTF-16 that has no byte order mark: one of each two bytes is zero in its line ends, digits and addresses. */
export function unmarkedUtf16(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
  if (markedEncoding(bytes) !== undefined || bytes.length % 2 > 0) return null
  const sample = bytes.subarray(0, MOST_SAMPLED)
  const zeros = [0, 0]
  for (const [at, byte] of sample.entries()) if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1
  const [even = 0, odd = 0] = zeros
  const most = Math.max(even, odd)
  if (most < sample.length / 20 || Math.min(even, odd) > most / 20) return null
  return odd > even ? 'utf-16le' : 'utf-16be'
}
