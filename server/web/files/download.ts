import type { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Response } from 'express'
import { compressor, isCompressible, pageEncoding } from '../http/compression.ts'
import { varyByEncoding } from '../http/send-body.ts'
import { contentDisposition, type FileName } from './content-disposition.ts'

/**
 * Streams a file as a download, with backpressure.
 * @param file its name and media type
 */
export async function sendDownload(
  res: Response,
  file: FileName & { type: string },
  content: NodeJS.ReadableStream | Readable | AsyncIterable<string>,
): Promise<void> {
  res.setHeader('Content-Type', file.type)
  res.setHeader('Content-Disposition', contentDisposition(file))
  try {
    const compress = compressorFor(res, file.type)
    if (compress) await pipeline(content, compress, res)
    else await pipeline(content, res)
  } catch (error) {
    // the client closed the connection
    if (Object(error).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  }
}

/** The compression of the response; null where it is sent uncompressed. */
function compressorFor(res: Response, type: string): Transform | null {
  if (!isCompressible(type)) return null
  varyByEncoding(res)
  const encoding = pageEncoding(res.req)
  if (!encoding) return null
  res.removeHeader('Content-Length')
  res.setHeader('Content-Encoding', encoding)
  return compressor(encoding)
}
