import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { cleanLine, shortened } from '../web/text/clean-text.ts'
import type { ImageFiles } from './image-files.ts'

const LARGEST = 15_000_000
const LONGEST_NAME = 120

/** A file that has arrived: where it lies and its hash, or why it was not kept. */
export type ReceivedImage = { name: string } & (
  | { problem: null; at: string; hash: string }
  | { problem: 'too_big' | 'not_kept' }
)

interface Log {
  error(facts: object, words: string): void
}

/**
 * Takes what somebody sends, piece by piece, without ever having it whole in memory. It is always read to the end, so
 * that the fields of the form it came with are read too.
 * @param called the sender's name for it, only ever shown
 */
export async function receive(files: ImageFiles, log: Log, stream: Readable, called: string): Promise<ReceivedImage> {
  const name = shortened(cleanLine(called), LONGEST_NAME)
  const sum = createHash('sha256')
  let length = 0
  let at: string | null = null
  try {
    at = await files.newName()
    await using file = await open(at, 'wx', 0o600)
    for await (const piece of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += piece.length
      if (length > LARGEST) continue
      sum.update(piece)
      await file.writeFile(piece)
    }
  } catch (error) {
    if (at !== null) await files.drop(at)
    if (stream.errored) throw error
    log.error({ err: error }, 'a picture could not be kept')
    stream.resume()
    return { name, problem: 'not_kept' }
  }
  if (length <= LARGEST) return { name, problem: null, at, hash: sum.digest('hex') }
  await files.drop(at)
  return { name, problem: 'too_big' }
}
