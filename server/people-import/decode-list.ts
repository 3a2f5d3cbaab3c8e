import { decodeBytes, markedEncoding } from '../web/text/decode-bytes.ts'

/**
 * The text of a file: by its byte order mark, else UTF-8, else as Windows wrote before that (Windows-1252, which reads
 * anything).
 * @returns null for what is no text, such as a spreadsheet's own file
 */
export function decodeList(bytes: Uint8Array): string | null {
  const marked = markedEncoding(bytes)
  const text = decodeBytes(bytes, marked ? [marked] : ['utf-8', 'windows-1252'])
  return text.includes('\0') ? null : text
}
