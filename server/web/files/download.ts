import type { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Response } from 'express'
import { compressor, isCompressible, pageEncoding } from '../http/compression.ts'
import { varyByEncoding } from '../http/send-body.ts'

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
    const packer = packerFor(res, file.type)
    if (packer) await pipeline(content, packer, res)
    else await pipeline(content, res)
  } catch (error) {
    // whoever asked went away in the middle of it
    if (Object(error).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  }
}

/** Compresses a text on its way; null where it goes out as it is. */
function packerFor(res: Response, type: string): Transform | null {
  if (!isCompressible(type)) return null
  varyByEncoding(res)
  const encoding = pageEncoding(res.req)
  if (!encoding) return null
  res.removeHeader('Content-Length')
  res.setHeader('Content-Encoding', encoding)
  return compressor(encoding)
}
