/** The largest width in pixels, and how many times as high a picture may be. */
const WIDEST = 1600
const HIGHEST = 5
const CHUNKS = ['VP8 ', 'VP8L', 'VP8X', 'ALPH']
const MOST_BYTES = 3_000_000

/**
 * Whether a file is a WebP picture as this site writes them: one still picture without metadata (such as place or camera)
 * or trailing bytes. Whether it can be decoded is checked elsewhere.
 */
export function isSiteWebp(bytes: Uint8Array): boolean {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (data.length > MOST_BYTES || data.length < 20) return false
  if (data.toString('latin1', 0, 4) !== 'RIFF' || data.toString('latin1', 8, 12) !== 'WEBP') return false
  if (data.readUInt32LE(4) + 8 !== data.length) return false
  let at = 12
  while (at + 8 <= data.length && CHUNKS.includes(data.toString('latin1', at, at + 4))) {
    at += 8 + data.readUInt32LE(at + 4) + (data.readUInt32LE(at + 4) % 2)
  }
  return at === data.length
}

/** Whether a picture is no larger than the pages of a course show it. */
export function fitsPage({ width, height }: { width: number; height: number }): boolean {
  return width <= WIDEST && height <= WIDEST * HIGHEST
}
