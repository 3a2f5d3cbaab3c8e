import { graphemesOf } from '../text/clean-text.ts'
import { slugFrom } from '../text/slug.ts'

/** What the name of a downloaded file says. */
export interface FileName {
  /** What it is and whose it is, in any script: a course and a person, a cohort and a list. */
  words: readonly string[]
  /** Latin name where the words have no Latin letter or digit, and before a name that Windows reserves. */
  otherwise: string
  /** Latin name that is known already; by default made of the words. */
  plain?: string
  /** Without the dot. */
  extension: string
}

/** A name that is ASCII and that no person chose. */
export function fixedName(name: string): FileName {
  const dot = name.lastIndexOf('.')
  return { words: [], otherwise: 'file', plain: name.slice(0, dot), extension: name.slice(dot + 1) }
}

/** Lengths that leave room for a folder and an extension: file systems allow 255 bytes. */
const LONGEST_PLAIN = 80
const LONGEST_BYTES = 160

/** Names that Windows keeps for devices, whatever stands behind the first dot. */
const RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³])$/i
/** Controls, line and paragraph separators, marks that turn the direction of what follows, and what shows nothing. */
const UNSEEN =
  /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufdd0-\ufdef\ufeff\ufffd-\uffff]+/gu
/** What a file system takes for a folder, a drive, a wildcard or a pipe. */
const FORBIDDEN = /[/\\:*?"<>|]+/g
const VISIBLE = /[^\p{Default_Ignorable_Code_Point}\p{C}\p{Z}\p{M}\u2800]/u
const ENDS = /^[\s.\-_~]+|[\s.\-_~]+$/gu

/** The names of a file: `plain` in ASCII; `full` with the words as people wrote them, where it says more. */
export function fileNames({ words, otherwise, plain, extension }: FileName): { plain: string; full: string } {
  const each = Math.floor(LONGEST_PLAIN / Math.max(1, words.length))
  const latin =
    plain ??
    words
      .map((word) => slugFrom(word, each))
      .filter(Boolean)
      .join('-')
  const bytes = Math.floor(LONGEST_BYTES / Math.max(1, words.length))
  const shown = words
    .map((word) => shortened(readable(word), bytes))
    .filter(Boolean)
    .join(' - ')
  const ended = (name: string) => `${notReserved(name, otherwise)}.${extension}`
  const ascii = latin || otherwise
  const says_more = /[^\x20-\x7e]/.test(shown) || slugFrom(shown, LONGEST_BYTES) !== slugFrom(ascii, LONGEST_BYTES)
  return { plain: ended(ascii), full: ended(shown && says_more ? shown : ascii) }
}

/**
 * The header that names a download (RFC 6266). Browsers take `filename*` (RFC 8187) where it is there.
 */
export function contentDisposition(name: FileName, type: 'attachment' | 'inline' = 'attachment'): string {
  const { plain, full } = fileNames(name)
  return `${type}; filename="${plain}"${full === plain ? '' : `; filename*=UTF-8''${percentEncoded(full)}`}`
}

function readable(word: string): string {
  const clean = word
    .toWellFormed()
    .normalize('NFC')
    .replace(UNSEEN, ' ')
    .replace(FORBIDDEN, '-')
    .replace(/\s+/gu, ' ')
    .replace(ENDS, '')
  return VISIBLE.test(clean) ? clean : ''
}

/** As many whole characters as fit: an emoji of several code points is kept or left out. */
function shortened(word: string, longest: number): string {
  if (Buffer.byteLength(word) <= longest) return word
  let bytes = 0
  let kept = ''
  for (const { segment } of graphemesOf(word.slice(0, longest))) {
    bytes += Buffer.byteLength(segment)
    if (bytes > longest) break
    kept += segment
  }
  return kept.toWellFormed().replaceAll('\ufffd', '').replace(ENDS, '')
}

function notReserved(name: string, otherwise: string): string {
  return RESERVED.test(name.split('.')[0]?.trim() ?? '') ? `${otherwise}-${name}` : name
}

function percentEncoded(name: string): string {
  return encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}
