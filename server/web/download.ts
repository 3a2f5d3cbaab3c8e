import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Response } from 'express'

/**
 * Answers with a file to keep, sent while it is made, as fast as the other side takes it.
 * @param file its name, in plain letters, and what it is
 */
export async function sendDownload(
  res: Response,
  file: { name: string; type: string },
  content: NodeJS.ReadableStream | Readable | AsyncIterable<string>,
): Promise<void> {
  res.setHeader('Content-Type', file.type)
  res.setHeader('Content-Disposition', `attachment; filename="${file.name}"`)
  try {
    await pipeline(content, res)
  } catch (error) {
    // whoever asked went away in the middle of it
    if (Object(error).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  }
}
