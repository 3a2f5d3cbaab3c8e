/** The largest width in pixels, and how many times as high a picture may be. */
const WIDEST = 1600
const HIGHEST = 5
const CHUNKS = ['VP8 ', 'VP8L', 'VP8X', 'ALPH']
const MOST_BYTES = 3_000_000

/**
 * What is wrong with a file that should be a WebP picture as this site writes them: one still picture without metadata
 * (such as place or camera) or trailing bytes. Null where nothing is; whether it can be decoded is checked later.
 */
export function webpProblem(bytes: Uint8Array): string | null {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (data.length > MOST_BYTES) return `these are ${data.length} bytes; expected at most ${MOST_BYTES / 1_000_000} MB`
  if (data.length < 20 || data.toString('latin1', 0, 4) !== 'RIFF' || data.toString('latin1', 8, 12) !== 'WEBP')
    return 'this is no WebP picture; expected one'
  if (data.readUInt32LE(4) + 8 !== data.length)
    return 'something stands before or after the picture; expected a WebP picture alone'
  for (let at = 12; at < data.length; ) {
    const name = data.toString('latin1', at, at + 4)
    if (!CHUNKS.includes(name))
      return `"${name.replaceAll(/[^\w ]/g, '?')}" stands in the picture; expected a still picture without notes (EXIF, XMP, colour profile)`
    if (at + 8 > data.length) return 'the picture ends too early; expected all of it'
    at += 8 + data.readUInt32LE(at + 4) + (data.readUInt32LE(at + 4) % 2)
    if (at > data.length) return 'the picture ends too early; expected all of it'
  }
  return null
}

/** What is wrong with the size of a picture; null where it fits. */
export function sizeProblem(size: { width: number; height: number }): string | null {
  const fits = size.width <= WIDEST && size.height <= WIDEST * HIGHEST
  return fits
    ? null
    : `the picture is ${size.width} by ${size.height}; expected at most ${WIDEST} by ${WIDEST * HIGHEST}`
}
