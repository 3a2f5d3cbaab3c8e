import type { Readable } from 'node:stream'

/** A file with more people than may come at once is still smaller than this. */
export const LARGEST_FILE = 2_000_000

/** A file that has arrived; null in place of its bytes where it is too large. */
export interface ReceivedFile {
  bytes: Buffer | null
}

/** Takes a file to its end, and keeps of it no more than may be. */
export async function receiveFile(stream: Readable): Promise<ReceivedFile> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of stream as AsyncIterable<Buffer>) {
    length += piece.length
    if (length <= LARGEST_FILE) pieces.push(piece)
  }
  return { bytes: length <= LARGEST_FILE ? Buffer.concat(pieces) : null }
}
