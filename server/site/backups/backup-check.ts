import { createWriteStream } from 'node:fs'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { crc32 } from 'node:zlib'
import { openPromise } from 'yauzl'
import { checkInThread } from '../../db/check-in-thread.ts'
import { DATABASE } from './backup-files.ts'

/**
 * Opens a backup as a restore would: reads every entry against its checksum, and checks the database in it.
 * @param stage a folder for the database that is unpacked meanwhile
 * @returns what is wrong with the database; null where all is well
 * @throws where the ZIP itself is not whole
 */
export async function checkBackup(file: string, stage: string): Promise<string | null> {
  const unpacked = path.join(stage, 'checked.sqlite')
  const zip = await openPromise(file, { autoClose: false })
  let found = false
  try {
    for await (const entry of zip.eachEntry()) {
      const stream = await zip.openReadStreamPromise(entry)
      const checked = withChecksum(stream, entry.crc32, entry.fileName)
      if (entry.fileName === DATABASE) {
        found = true
        await pipeline(checked, createWriteStream(unpacked, { mode: 0o600 }))
      } else await pipeline(checked, drain)
    }
  } finally {
    zip.close()
  }
  if (!found) throw new Error('The backup that was written holds no database.')
  return checkInThread(unpacked)
}

/** Passes a stream on. @throws at its end where the checksum is not the expected one */
async function* withChecksum(stream: Readable, expected: number, name: string): AsyncGenerator<Buffer> {
  let sum = 0
  for await (const chunk of stream) {
    sum = crc32(chunk, sum)
    yield chunk
  }
  if (sum !== expected) throw new Error(`${name} was not written to the backup as it is.`)
}

async function drain(chunks: AsyncIterable<Buffer>): Promise<void> {
  for await (const _chunk of chunks);
}
