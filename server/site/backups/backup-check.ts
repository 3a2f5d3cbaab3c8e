import { createWriteStream } from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { checkInThread } from '../../db/check-in-thread.ts'
import { openZip, readZipped } from '../../web/files/zip-reader.ts'
import { DATABASE } from './backup-files.ts'

/**
 * Opens a backup as a restore would: reads every entry against its checksum, and checks the database in it.
 * @param stage a folder for the database that is unpacked meanwhile
 * @returns what is wrong with the database; null where all is well
 * @throws where the ZIP itself is not whole
 */
export async function checkBackup(file: string, stage: string): Promise<string | null> {
  const unpacked = path.join(stage, 'checked.sqlite')
  const zip = await openZip(file)
  let found = false
  try {
    for await (const entry of zip.eachEntry()) {
      const name = String(entry.fileNameRaw)
      const checked = readZipped(zip, { name, entry })
      if (name === DATABASE) {
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

async function drain(chunks: AsyncIterable<Buffer>): Promise<void> {
  for await (const _chunk of chunks);
}
