import { decodeBytes, markedEncoding } from '../../web/text/decode-bytes.ts'

/**
 * The text of a feed or page: by its byte order mark, by the charset of the answer, by what the document declares, else
 * UTF-8. Where one of these is wrong the next one is tried.
 */
export function decodeDocument(body: Buffer, content_type = ''): string {
  const head = body.subarray(0, 1024).toString('latin1')
  const declared = /^[^<]{0,3}<\?xml[^>]*?\sencoding\s*=\s*["']([^"']+)["']/i.exec(head)?.[1]
  const meta = /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1]
  const said = /charset\s*=\s*"?([^\s";]+)/i.exec(content_type)?.[1]
  const encodings = [markedEncoding(body) ?? unmarkedUtf16(body), said, declared, meta, 'utf-8']
  return decodeBytes(
    body,
    encodings.filter((label) => label !== undefined),
  )
}

/** UTF-16 without a mark is known by the zero beside the first `<`. */
function unmarkedUtf16([one, two]: Buffer): string | undefined {
  if (one === 0x3c && two === 0) return 'utf-16le'
  if (one === 0 && two === 0x3c) return 'utf-16be'
  return undefined
}
