const BYTE_ORDER_MARKS: [encoding: string, mark: number[]][] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
]

/** The encoding that the first bytes name; undefined without a byte order mark. */
export function markedEncoding(bytes: Uint8Array): string | undefined {
  return BYTE_ORDER_MARKS.find(([, mark]) => mark.every((byte, at) => bytes[at] === byte))?.[0]
}

/**
 * The text by the first encoding that reads every byte. Where none does, the first one that is known here reads it with
 * U+FFFD for each fault. Byte order marks are left out.
 * @param encodings labels of the Encoding standard; unknown ones are passed over
 */
export function decodeBytes(bytes: Uint8Array, encodings: string[]): string {
  const decoders = encodings.flatMap((label) => decoderOf(label) ?? [])
  for (const { encoding } of decoders) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes)
    } catch {
      // not written in this one
    }
  }
  return (decoders[0] ?? new TextDecoder()).decode(bytes)
}

function decoderOf(label: string): TextDecoder | null {
  try {
    return new TextDecoder(label)
  } catch {
    return null
  }
}
