import iconv from 'iconv-lite'
import jschardet from 'jschardet'
import { decodeBytes, markedEncoding } from '../../web/text/decode-bytes.ts'

/** UTF-8 that a program took for Windows-1252 and wrote as UTF-8 once more. */
const TWICE = 'utf-8-twice'
/** The encodings to choose from, as spreadsheets and older systems write them. */
export const ENCODINGS = [
  ...['utf-8', 'windows-1252', 'windows-1250', 'windows-1251', 'windows-1253', 'windows-1254', 'windows-1255'],
  ...['windows-1256', 'windows-1257', 'iso-8859-2', 'macintosh', 'ibm437', 'ibm850', 'utf-16le', 'utf-16be'],
  ...['shift_jis', 'euc-jp', 'gb18030', 'big5', 'euc-kr', TWICE],
]

interface DecodedList {
  text: string
  encoding: string
  /** Whether the bytes leave no other reading: marked, plain ASCII, or UTF-8 without broken letters. */
  certain: boolean
}

/** Encodings that the platform does not know. */
const OTHER = new Set(['ibm437', 'ibm850'])
const SAMPLE = 100_000
const UNREADABLE = /\ufffd/
/** How the letters of European languages look in UTF-8 that was read as Windows-1252. */
const MOJIBAKE =
  /[ÃÂÄÅÐÑ][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]/

/**
 * The text of a file: by its byte order mark, else UTF-8, else as its bytes look.
 * @param wanted the encoding that somebody chose
 * @returns null for what is no text
 */
export function decodeList(bytes: Uint8Array, wanted?: string): DecodedList | null {
  if (wanted !== undefined && ENCODINGS.includes(wanted)) return decoded(bytes, wanted, true)
  const marked = markedEncoding(bytes) ?? unmarkedUtf16(bytes)
  if (marked) return decoded(bytes, marked, true)
  const text = decodeBytes(bytes, ['utf-8'])
  if (!UNREADABLE.test(text)) {
    if (MOJIBAKE.test(text) && repaired(text) !== null) return decoded(bytes, TWICE, false)
    return withoutNul({ text, encoding: 'utf-8', certain: true })
  }
  // U+FFFD was in the file already: its letters were lost before
  if (isUtf8(bytes)) return withoutNul({ text, encoding: 'utf-8', certain: false })
  return decoded(bytes, detected(bytes), false)
}

function decoded(bytes: Uint8Array, encoding: string, certain: boolean): DecodedList | null {
  if (encoding === TWICE) {
    const text = decodeBytes(bytes, ['utf-8'])
    return withoutNul({ text: repaired(text) ?? text, encoding, certain })
  }
  const text = OTHER.has(encoding) ? iconv.decode(Buffer.from(bytes), encoding) : decodeBytes(bytes, [encoding])
  return withoutNul({ text, encoding, certain })
}

function withoutNul(list: DecodedList): DecodedList | null {
  return list.text.includes('\0') ? null : list
}

/** UTF-16 without a mark has a NUL beside each letter of an address. */
function unmarkedUtf16(bytes: Uint8Array): string | undefined {
  const start = bytes.subarray(0, 200)
  const zeros = (odd: 0 | 1) => start.filter((byte, at) => at % 2 === odd && byte === 0).length
  const most = start.length / 2
  if (start.length < 4) return undefined
  if (zeros(1) > most * 0.7 && zeros(0) === 0) return 'utf-16le'
  return zeros(0) > most * 0.7 && zeros(1) === 0 ? 'utf-16be' : undefined
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

function detected(bytes: Uint8Array): string {
  const { encoding } = jschardet.detect(Buffer.from(bytes.subarray(0, SAMPLE)))
  const name = (encoding ?? '').toLowerCase().replace('macroman', 'macintosh').replace('gb2312', 'gb18030')
  const known = name.replace(/^cp(\d)/, 'ibm$1').replace('iso-8859-1', 'windows-1252')
  return ENCODINGS.includes(known) && known !== 'utf-8' ? known : 'windows-1252'
}

/** @returns null where it cannot have been read wrongly */
function repaired(text: string): string | null {
  const bytes = iconv.encode(text, 'windows-1252')
  // what that encoding has no sign for came from elsewhere
  if (iconv.decode(bytes, 'windows-1252') !== text || !isUtf8(bytes)) return null
  return bytes.toString('utf8')
}
