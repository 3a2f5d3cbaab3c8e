/** As wide as a picture of a course may be, and so many times as high. */
const WIDEST = 1600
const HIGHEST = 5
const CHUNKS = ['VP8 ', 'VP8L', 'VP8X', 'ALPH']
const MOST_BYTES = 3_000_000

/**
 * What is wrong with a file that should be a WebP picture as this site draws them: one still picture and nothing beside
 * it, no place, no camera, no file hidden behind it. Null where nothing is. Whether it decodes is not known by then.
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

/** Whether a picture is one that stays at its size. */
export function sizeProblem(size: { width: number; height: number }): string | null {
  const fits = size.width <= WIDEST && size.height <= WIDEST * HIGHEST
  return fits
    ? null
    : `the picture is ${size.width} by ${size.height}; expected at most ${WIDEST} by ${WIDEST * HIGHEST}`
}
