/**
 * The text of a feed or page, whatever it is written in: by its byte order mark, by what the server says, by what the
 * document says of itself. Where these are wrong the next one is tried; what cannot be read at all is marked, not lost.
 */
export function decodeText(body: Buffer, content_type = ''): string {
  const head = body.subarray(0, 1024).toString('latin1')
  const declared = /^[^<]{0,3}<\?xml[^>]*?\sencoding\s*=\s*["']([^"']+)["']/i.exec(head)?.[1]
  const meta = /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1]
  const said = /charset\s*=\s*"?([^\s";]+)/i.exec(content_type)?.[1]
  const tries = [markOf(body), said, declared, meta, 'utf-8'].filter((label) => label !== undefined)
  for (const label of tries) {
    const text = decodeAs(label, body)
    if (text !== null) return text
  }
  return new TextDecoder(tries.map(known).find((label) => label !== null) ?? 'utf-8').decode(body)
}

/** UTF-16 is also known by its zeros; other marks TextDecoder takes away by itself. */
function markOf(body: Buffer): string | undefined {
  const [one, two, three] = body
  if (one === 0xef && two === 0xbb && three === 0xbf) return 'utf-8'
  if ((one === 0xff && two === 0xfe) || (one === 0x3c && two === 0)) return 'utf-16le'
  if ((one === 0xfe && two === 0xff) || (one === 0 && two === 0x3c)) return 'utf-16be'
  return undefined
}

function decodeAs(label: string, body: Buffer): string | null {
  try {
    return new TextDecoder(label, { fatal: true }).decode(body)
  } catch {
    return null
  }
}

function known(label: string): string | null {
  try {
    return new TextDecoder(label).encoding
  } catch {
    return null
  }
}
